"""What the connected workers have to show: the three ways, the speeds, and all that must hold."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from pegconf.diagnosis import failed_check as failing
from pegconf.diagnosis import find_cause as diagnosis
from pegconf.measure import checks, speeds
from pegconf.measure import dask_parts as suite
from pegconf.measure import three_sums as measure
from pegconf.measure import who_gets_in as exposure
from pegconf.smoke.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.core.model import Check
    from pegconf.diagnosis.run_context import Scene
    from pegconf.jobs.plan import Plan
    from pegconf.measure.checks import Seen


def prove(client: Any, scene: Scene, show: Callable[[str], None]) -> Outcome:
    """Compute and measure on the plan's workers, and look whether what must hold does."""
    plan, title = scene.plan, scene.backend.title
    versions = None
    try:
        with measure.raising():
            versions = checks.versions(client.get_versions())
            workers = _workers(client, plan)
            addresses = tuple(worker.address for worker in workers)
            ways = measure.three_ways(client, plan, addresses, secrets.randbits(32), show)
            show("bytes and empty tasks, there and back ...")
            measured = speeds.measure(client, workers)
            privacy = exposure.privacy(client)
            sockets = exposure.listening(client, workers, [scene.door.port] if scene.door else [])
    except measure.ComputeError as error:
        # Other versions are why a computation fails more often than the other way round.
        disagree = None if versions is None else failing.cause((versions,), str(error))
        cause = disagree or diagnosis.computing(str(error), scene)
        return Outcome(Verdict.BROKEN, plan, title, cause=cause)
    looked_at: tuple[Check, ...] = (
        checks.sums(ways, plan),
        checks.shares(ways, plan, addresses),
        checks.interface(workers, scene.section.get("interface")),
        versions,
        privacy,
    )
    if scene.whole_suite:
        looked_at += suite.checks(client, show)
    why = failing.cause(looked_at)
    verdict = Verdict.BROKEN if why else Verdict.WORKS
    return Outcome(
        verdict,
        plan,
        title,
        workers=workers,
        ways=ways,
        checks=looked_at,
        cause=why,
        speeds=measured,
        sockets=sockets,
    )


def _workers(client: Any, plan: Plan) -> tuple[Seen, ...]:
    """The plan's workers, each as it sees itself."""
    known = client.scheduler_info(n_workers=-1)["workers"]
    addresses = sorted(known, key=lambda address: str(known[address]["name"]))[: plan.workers]
    around = client.run(measure.by_value().look_around, workers=addresses)
    return tuple(
        checks.worker_seen(address, around[address], known[address]["nthreads"], known[address]["memory_limit"])
        for address in addresses
    )

"""What the connected workers have to show: the three ways, the speeds, and all that must hold."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from pegconf.core.progress import Progress
from pegconf.diagnosis import failed_check, find_cause
from pegconf.jobs import wait_for_workers
from pegconf.measure import checks, dask_parts, speeds, three_sums, who_gets_in
from pegconf.smoke.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.core.model import Check
    from pegconf.measure.checks import Seen
    from pegconf.smoke.plan import Plan
    from pegconf.smoke.run_context import Run


def prove(client: Any, test: Run, show: Callable[[Progress], None]) -> Outcome:
    """Compute and measure on the plan's workers, and look whether what must hold does."""
    plan, title = test.plan, test.backend.title
    versions = None
    try:
        with three_sums.raising():
            versions = checks.versions(client.get_versions())
            workers = _workers(client, plan)
            addresses = tuple(worker.address for worker in workers)
            ways = three_sums.three_ways(
                client, three_sums.Slices(plan.rows, plan.columns), addresses, secrets.randbits(32), show
            )
            show(Progress("bytes and empty tasks, there and back", step=True))
            measured = speeds.measure(client, workers)
            privacy = who_gets_in.privacy(client)
            sockets = who_gets_in.listening(client, workers, [test.door.port] if test.door else [])
    except three_sums.ComputeError as error:
        # Other versions are why a computation fails more often than the other way round.
        cause = None if versions is None else failed_check.cause((versions,), str(error))
        if cause is None:
            cause = find_cause.computing(str(error), test.scene(wait_for_workers.after_a_loss(test.backend)))
        return Outcome(Verdict.BROKEN, plan, title, cause=cause)
    looked_at: tuple[Check, ...] = (
        checks.sums(ways, sum(plan.rows) * plan.columns),
        checks.shares(ways, plan.slices // plan.workers, addresses),
        checks.interface(workers, test.section.get("interface")),
        versions,
        privacy,
    )
    if test.whole_suite:
        looked_at += dask_parts.checks(client, show)
    why = failed_check.cause(looked_at)
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
    known = three_sums.scheduler_info(client)["workers"]
    addresses = sorted(known, key=lambda address: str(known[address]["name"]))[: plan.workers]
    around = client.run(three_sums.by_value().look_around, workers=addresses)
    return tuple(
        checks.worker_seen(address, around[address], known[address]["nthreads"], known[address]["memory_limit"])
        for address in addresses
    )

"""A cluster that stays up after its test has passed: where it is reached, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pegconf.config.dashboard_address import is_everywhere
from pegconf.jobs.driver_notes import Identity
from pegconf.tunnel import who_answers
from pegconf.tunnel.find import Running

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pegconf.jobs.timeline import JobTimes
    from pegconf.smoke.plan import Plan
    from pegconf.smoke.run_context import Run

ASK_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Held:
    """A running cluster of `plan`, on `title`: `address` is its scheduler's, `workers` counts those connected now.

    `dashboard` is where it listens, None where there is none, and `lacking` says why; `ends` is when the batch system
    ends the first of the jobs, in unix seconds, None where it ends none by itself.
    """

    title: str
    plan: Plan
    address: str
    dashboard: Running | None
    lacking: str
    ends: float | None
    workers: Callable[[], int]


def of(running: Any, test: Run, jobs: Sequence[JobTimes], *, limited: bool) -> Held:
    """What there is to know of a running cluster whose jobs have these times; `limited` where a walltime ends them."""
    scheduler = running.scheduler
    lacking = _lacking(scheduler, test.section.get("scheduler-options") or {})
    who = Identity(str(scheduler.id), str(running.scheduler_address), len(scheduler.workers))
    server = scheduler.http_server
    started = [job.started for job in jobs if job.started is not None and job.done is None]
    return Held(
        test.backend.title,
        test.plan,
        who.address,
        None if lacking else Running(None, str(server.address), int(server.port), who, "this test"),
        lacking,
        min(started) + test.plan.walltime if started and limited else None,
        lambda: len(scheduler.workers),
    )


def _lacking(scheduler: Any, options: Any) -> str:
    """Why there is no dashboard to look at; empty where there is one."""
    if options.get("dashboard") is False:
        return "the section's scheduler-options say dashboard: false"
    host, port = str(scheduler.http_server.address), int(scheduler.http_server.port)
    try:
        without = who_answers.lacks_bokeh("127.0.0.1" if is_everywhere(host) else host, port, ASK_SECONDS)
    except OSError as error:
        return f"it does not answer: {error}"
    return "this Python has no bokeh for it: pip install 'bokeh>=3.1'" if without else ""

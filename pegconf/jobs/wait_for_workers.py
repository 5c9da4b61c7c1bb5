"""Waiting for the workers: a live count, and the end of the wait as soon as its outcome is certain."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.base import STANDS_STILL, QueuedJob, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.jobs.plan import Plan
    from pegconf.jobs.run_jobs import Backend

ASK_EVERY: Final = 2.0
LOOK_EVERY: Final = 0.25
WHY_EVERY: Final = 6.0
"""How often the batch system is asked why a job waits."""
GRACE_SECONDS: Final = 5.0
"""After a job has ended, how long its last words may take to appear."""


class Wait(Enum):
    """How the wait ended."""

    CONNECTED = "all workers connected"
    REFUSED = "a submission was refused"
    ENDED = "a job ended before its workers connected"
    PENDING = "jobs were accepted and wait"
    NEVER = "jobs were accepted and will not start as things are"
    LIMITED = "a limit of the user's keeps the others waiting"
    NO_ROOM = "fewer can run at once than are needed"
    SILENT = "jobs run and their workers do not connect"
    HANGING = "a submit command has not answered"
    UNLISTED = "the batch system lists none of the jobs it accepted"


@dataclass(frozen=True, slots=True)
class Waited:
    """The end of the wait: the jobs as last seen, workers connected, seconds it took, why the rest waits if asked."""

    outcome: Wait
    jobs: tuple[QueuedJob, ...]
    connected: int
    seconds: float
    why: str = ""


def wait(
    cluster: Any,
    backend: Backend,
    plan: Plan,
    show: Callable[[str], None],
    note: Callable[[tuple[QueuedJob, ...]], None],
) -> Waited:
    """Wait for the plan's workers, at most `plan.timeout` seconds; `show` gets each new count as a line.

    `note` gets the jobs as last listed at each look.

    With fewer than all, but `plan.least`, it goes on where the others cannot come, or do not in time.
    """
    started = time.monotonic()
    jobs: tuple[QueuedJob, ...] = ()
    asked = ended = why_asked = 0.0
    while True:
        now = time.monotonic()
        connected = len(cluster.scheduler.workers)
        if now - asked >= ASK_EVERY:
            jobs = backend.jobs()
            asked = time.monotonic()
        note(jobs)
        show(_count(jobs, plan, connected, now - started))
        if connected >= plan.workers:
            return Waited(Wait.CONNECTED, jobs, connected, now - started)
        if backend.refusals:
            return Waited(Wait.REFUSED, jobs, connected, now - started)
        if any(job.state.hopeless for job in jobs):
            ended = ended or now
            if now - ended > GRACE_SECONDS:
                return Waited(Wait.ENDED, jobs, connected, now - started)
        if now - started > plan.timeout:
            enough = plan.least < plan.workers and connected >= plan.least
            return Waited(
                Wait.CONNECTED if enough else _too_late(jobs, backend, plan, connected), jobs, connected, now - started
            )
        if now - max(started, why_asked) >= WHY_EVERY and not backend.submitting():
            why_asked = now
            settled, why = _settled(jobs, backend, plan, connected)
            if settled is not None:
                return Waited(settled, jobs, connected, now - started, why)
        time.sleep(LOOK_EVERY)


def _settled(jobs: tuple[QueuedJob, ...], backend: Backend, plan: Plan, connected: int) -> tuple[Wait | None, str]:
    """Whether waiting is of no use, and why: all that can run is connected, and the rest cannot start."""
    waiting = [job for job in jobs if job.state is State.PENDING]
    running = sum(job.state is State.RUNNING for job in jobs)
    room = backend.room() if waiting else None
    if room and plan.least > room * plan.processes:
        return Wait.NO_ROOM, ""
    if not waiting or running * plan.processes > connected:
        return None, ""
    why = backend.why_pending(waiting[-1])
    if any(words in why for words in STANDS_STILL):
        return Wait.NEVER, why
    limit = backend.system.user_limit
    limited = limit and re.search(limit, why, re.IGNORECASE)
    if not running or not (limited or (room and running >= room)):
        return None, why
    return (Wait.CONNECTED if connected >= plan.least else Wait.LIMITED), why


def _too_late(jobs: tuple[QueuedJob, ...], backend: Backend, plan: Plan, connected: int) -> Wait:
    if backend.submitting():
        return Wait.HANGING
    if not jobs:
        return Wait.UNLISTED
    running = sum(job.state is State.RUNNING for job in jobs)
    return Wait.SILENT if running * plan.processes > connected else Wait.PENDING


def _count(jobs: tuple[QueuedJob, ...], plan: Plan, connected: int, seconds: float) -> str:
    states = Counter(job.state for job in jobs)
    listed = [f"{states[state]} {state}" for state in State if states[state]]
    unlisted = plan.jobs - len(jobs)
    if unlisted > 0:
        listed.insert(0, f"{unlisted} being submitted")
    return f"{seconds:4.0f} s  jobs: {', '.join(listed)}; workers: {connected} of {plan.workers} connected"

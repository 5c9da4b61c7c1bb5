"""Waiting for the workers: a live count, and the end of the wait as soon as its outcome is certain."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.base import Pending, PendingReason, QueuedJob, State
from pegconf.core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.jobs.run_jobs import Backend

ASK_EVERY: Final = 2.0
LOOK_EVERY: Final = 0.25
WHY_EVERY: Final = 6.0
"""How often the batch system is asked why a job waits."""
GRACE_SECONDS: Final = 5.0
"""After a job has ended, how long its last words may take to appear."""
ENDED_SECONDS: Final = 30.0
"""After a worker is lost, how long its job may take to be listed as ended."""


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
class Wanted:
    """The workers that are waited for, in how many jobs of `processes` each, and the most seconds that may take.

    With fewer than all, but `least`, it goes on where the others cannot come, or do not in time.
    """

    workers: int
    jobs: int
    processes: int
    least: int
    timeout: int


@dataclass(frozen=True, slots=True)
class Waited:
    """The end of the wait: the jobs as last seen, workers connected, seconds it took, why the rest waits if asked.

    `room` is how many of the jobs can run at once, 0 where that was not asked or cannot be told.
    """

    outcome: Wait
    wanted: Wanted
    jobs: tuple[QueuedJob, ...]
    connected: int
    seconds: float
    why: PendingReason = field(default_factory=PendingReason)
    room: int = 0


def wait(
    cluster: Any,
    backend: Backend,
    wanted: Wanted,
    show: Callable[[Progress], None],
    note: Callable[[tuple[QueuedJob, ...]], None],
) -> Waited:
    """Wait for the workers; `show` gets each new count, `note` the jobs as last listed at each look."""
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
        seen = Waited(Wait.CONNECTED, wanted, jobs, connected, now - started)
        show(_count(seen))
        if connected >= wanted.workers:
            return seen
        if backend.refusals:
            return replace(seen, outcome=Wait.REFUSED)
        if any(job.state.hopeless for job in jobs):
            ended = ended or now
            if now - ended > GRACE_SECONDS:
                return replace(seen, outcome=Wait.ENDED)
        if now - started > wanted.timeout:
            enough = wanted.least < wanted.workers and connected >= wanted.least
            return seen if enough else replace(seen, outcome=_too_late(seen, backend))
        if now - max(started, why_asked) >= WHY_EVERY and not backend.submitting():
            why_asked = now
            settled = _settled(seen, backend)
            if settled is not None:
                return settled
        time.sleep(LOOK_EVERY)


def _settled(seen: Waited, backend: Backend) -> Waited | None:
    """The end of a wait that is of no use: all that can run is connected, and the rest cannot start."""
    wanted, waiting = seen.wanted, [job for job in seen.jobs if job.state is State.PENDING]
    running = sum(job.state is State.RUNNING for job in seen.jobs)
    room = (backend.room() if waiting else None) or 0
    if room and wanted.least > room * wanted.processes:
        return replace(seen, outcome=Wait.NO_ROOM, room=room)
    if not waiting or running * wanted.processes > seen.connected:
        return None
    why = backend.why_pending(waiting[-1])
    if why.kind.stands_still:
        return replace(seen, outcome=Wait.NEVER, why=why)
    if not running or not (why.kind is Pending.LIMITED or (room and running >= room)):
        return None
    return replace(seen, outcome=Wait.CONNECTED if seen.connected >= wanted.least else Wait.LIMITED, why=why)


def _too_late(seen: Waited, backend: Backend) -> Wait:
    if backend.submitting():
        return Wait.HANGING
    if not seen.jobs:
        return Wait.UNLISTED
    running = sum(job.state is State.RUNNING for job in seen.jobs)
    return Wait.SILENT if running * seen.wanted.processes > seen.connected else Wait.PENDING


def _count(seen: Waited) -> Progress:
    states = Counter(job.state for job in seen.jobs)
    listed = [f"{states[state]} {state}" for state in State if states[state]]
    unlisted = seen.wanted.jobs - len(seen.jobs)
    if unlisted > 0:
        listed.insert(0, f"{unlisted} being submitted")
    connected = f"{seen.connected} of {seen.wanted.workers} connected"
    return Progress(f"jobs: {', '.join(listed)}; workers: {connected}", seen.seconds)


def after_a_loss(backend: Backend) -> tuple[QueuedJob, ...]:
    """The jobs as soon as one of them is listed as ended, or once that would have been."""
    ends = time.monotonic() + ENDED_SECONDS
    jobs = backend.jobs()
    while time.monotonic() < ends and not any(job.state.hopeless for job in jobs):
        time.sleep(1)
        jobs = backend.jobs()
    return jobs

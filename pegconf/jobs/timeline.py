"""Each job's way through a smoke test, noted while it runs: submitted, started, connected, done."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pegconf.batch.base import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pegconf.batch.base import PendingReason, QueuedJob


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that was taken: the worker whose job it is, when, in unix seconds, and what the command printed."""

    worker: str
    at: float
    said: str = ""


@dataclass(frozen=True, slots=True)
class JobTimes:
    """One job's way in unix seconds, None for what did not happen or was not seen.

    `started` and `done` are when the batch system's listing first said so, which is asked every two seconds;
    `connected` is when the last of the job's workers had arrived. `state` is how the batch system listed it last,
    before the test ended its jobs; `reason` is why it waits, in the batch system's words.
    """

    job_id: str
    host: str = ""
    state: State = State.PENDING
    submitted: float | None = None
    started: float | None = None
    connected: float | None = None
    done: float | None = None
    reason: str = ""


class Timeline:
    """What the polls of a test and the arrivals of its workers make known, put together by job."""

    def __init__(self) -> None:
        self._jobs: dict[str, JobTimes] = {}
        self._workers: dict[str, str] = {}
        self._arrived: dict[str, int] = {}

    @property
    def jobs(self) -> tuple[JobTimes, ...]:
        """The jobs in the order of their submission."""
        return tuple(sorted(self._jobs.values(), key=lambda job: (job.submitted or 0.0, job.job_id)))

    def workers(self, job_id: str) -> int:
        """How many of a job's workers were connected at the last look."""
        return self._arrived.get(job_id, 0)

    def accepted(self, job_id: str, taken: Accepted) -> None:
        """A submission was taken; a job may be listed before its submit command has ended."""
        self._workers[job_id] = taken.worker
        known = self._jobs.get(job_id, JobTimes(job_id))
        self._jobs[job_id] = replace(known, submitted=min(taken.at, known.submitted or taken.at))

    def listed(self, jobs: Iterable[QueuedJob], now: float | None = None) -> None:
        """The batch system lists these jobs so."""
        at = time.time() if now is None else now
        for job in jobs:
            known = self._jobs.get(job.job_id) or JobTimes(job.job_id, submitted=at)
            ran = job.state is State.RUNNING or (job.state.finished and bool(job.host or known.host))
            self._jobs[job.job_id] = replace(
                known,
                host=job.host or known.host,
                state=job.state,
                started=known.started or (at if ran else None),
                done=known.done or (at if job.state.finished else None),
                reason=known.reason if job.state is State.PENDING else "",
            )

    def waits(self, job_id: str, why: PendingReason) -> None:
        """The batch system says why a job waits."""
        known = self._jobs.get(job_id)
        if known is not None and known.state is State.PENDING and why.text:
            self._jobs[job_id] = replace(known, reason=why.text)

    def arrived(self, workers: Iterable[str], processes: int, now: float | None = None) -> None:
        """Workers of these names are connected; a job has `processes` of them, named after its own worker."""
        at = time.time() if now is None else now
        own = Counter(part for name in workers for part in (name, name.rpartition("-")[0]))
        self._arrived = {job_id: own[worker] for job_id, worker in self._workers.items()}
        for job_id, known in self._jobs.items():
            if known.connected is None and self.workers(job_id) >= processes:
                waited = known.state is State.PENDING
                self._jobs[job_id] = replace(
                    known,
                    connected=at,
                    started=known.started or at,
                    state=State.RUNNING if waited else known.state,
                    reason="",
                )

    def ended(self, left: Iterable[str] = (), now: float | None = None) -> None:
        """No job of the test is left, but for those of these ids."""
        at = time.time() if now is None else now
        remaining = set(left)
        for job_id, known in self._jobs.items():
            if known.done is None and job_id not in remaining:
                self._jobs[job_id] = replace(known, done=at)

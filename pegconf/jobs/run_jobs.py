"""What runs the jobs of one smoke test: the batch system, or a shell here; both know their jobs and leave none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.batch.base import BatchSystem, ExitReason, PendingReason, QueuedJob
    from pegconf.core.progress import Progress
    from pegconf.jobs.timeline import Accepted

SUBMIT_SECONDS = 60.0
"""How long a submit command may take before it counts as hanging."""
ASK_SECONDS = 20.0
"""How long a question to the batch system may take."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A submission that failed: the command, what it said (or nothing), how it ended, whether it hung, the script."""

    command: str
    said: str
    ended: str = ""
    hung: bool = False
    script: str = ""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What could not be ended, in a sentence with the command to type; `job` is its id where it is one job."""

    sentence: str
    job: str = ""


class Backend(Protocol):
    """The jobs of one run; `system` is the batch system that the section is for.

    `accepted` tells of each job id whose it is and since when, `script` is the last one that was submitted,
    `reasons` has what was last said of each job that was asked about while it waited.
    """

    title: str
    refusals: list[Refusal]
    accepted: dict[str, Accepted]
    script: str
    reasons: dict[str, PendingReason]
    system: BatchSystem

    def submit(self, worker: str, script: str) -> None:
        """Submit a script and note the job's id, or the refusal; called from threads of Dask's event loop."""

    def submitting(self) -> int:
        """How many submissions have not been answered yet."""

    def jobs(self) -> tuple[QueuedJob, ...]:
        """This run's jobs with their states; raises CannotGoOnError where the batch system does not answer."""

    def why_pending(self, job: QueuedJob) -> PendingReason:
        """Why a job waits."""

    def room(self) -> int | None:
        """How many of these jobs can run at once, all else idle; None where it cannot be told."""

    def why_ended(self, job: QueuedJob) -> ExitReason:
        """Why a job ended."""

    def output(self, job: QueuedJob) -> str:
        """The end of what a job has printed so far."""

    def cancel(self) -> None:
        """Take no more submissions, end those under way and ask for the end of every job; does not wait."""

    def make_sure(self, show: Callable[[Progress], None]) -> tuple[Remaining, ...]:
        """Wait until no job is left, asking again; what remains."""

"""What a smoke test leaves for its report beside the outcome, kept while it runs: a test cut short has it too."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pegconf.batch.base import QueuedJob, State
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs.timeline import Timeline
from pegconf.smoke.outcome import Outcome, Stopped, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.diagnosis.causes import Cause
    from pegconf.jobs.run_jobs import Backend
    from pegconf.smoke.plan import Plan


@dataclass(slots=True)
class Evidence:
    """The jobs' times, the script as it was submitted, each job's output, Dask's performance report (HTML), notes.

    Output and performance report cost time, and are kept where `keeps_output` and `keeps_performance` say so.
    """

    timeline: Timeline = field(default_factory=Timeline)
    keeps_output: bool = False
    keeps_performance: bool = False
    script: str = ""
    output: dict[str, str] = field(default_factory=dict)
    performance: str = ""
    notes: list[Cause] = field(default_factory=list)

    def watched(self, running: Any, backend: Backend, plan: Plan) -> Callable[[tuple[QueuedJob, ...]], None]:
        """What notes the jobs as listed and the workers as connected; to be called at each look."""

        def note(jobs: tuple[QueuedJob, ...]) -> None:
            for job_id, taken in tuple(backend.accepted.items()):
                self.timeline.accepted(job_id, taken)
            self.timeline.listed(jobs)
            for job_id, why in tuple(backend.reasons.items()):
                self.timeline.waits(job_id, why)
            names = [str(worker.name) for worker in tuple(running.scheduler.workers.values())]
            self.timeline.arrived(names, plan.processes)

        return note

    def keep_performance(self, page: str) -> None:
        """Take Dask's performance report."""
        self.performance = page

    def gather(self, backend: Backend) -> None:
        """Take the script, and what the jobs have printed from its files; the jobs have ended by now."""
        self.script = backend.script
        if not self.keeps_output:
            return
        for job in self.timeline.jobs:
            try:
                self.output[job.job_id] = backend.output(QueuedJob(job.job_id, "", State.DONE, job.host))
            except (CannotGoOnError, OSError) as error:
                self.output[job.job_id] = f"(its output could not be read: {error})"

    def cut_short(self, plan: Plan, backend: str, why: str, exit_code: int) -> Outcome:
        """The outcome of a test that had none."""
        return self.complete(Outcome(Verdict.STOPPED, plan, backend, stopped=Stopped(why, exit_code)))

    def complete(self, outcome: Outcome) -> Outcome:
        """The outcome with the jobs' times and the notes."""
        return replace(outcome, jobs=self.timeline.jobs, notes=tuple(self.notes))

"""One smoke test under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.batch.base import State
from pegconf.diagnosis.run_context import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.batch.base import QueuedJob
    from pegconf.config.sections import Section
    from pegconf.jobs.ask_nodes import Door
    from pegconf.jobs.run_jobs import Backend
    from pegconf.smoke.plan import Plan


@dataclass(frozen=True, slots=True)
class Run:
    """The test: `scheduler` is the address of Dask's scheduler, `door` None where its nodes were asked nothing.

    With `whole_suite` all parts of Dask are looked at. `lost` gives the addresses of workers that came and are gone.
    """

    section: Section
    plan: Plan
    backend: Backend
    scheduler: str
    door: Door | None
    whole_suite: bool
    lost: Callable[[], tuple[str, ...]]

    def scene(self, jobs: tuple[QueuedJob, ...]) -> Scene:
        """What is seen now of these jobs and their workers."""
        there = [job for job in jobs if job.host or job.state is State.RUNNING or job.state.hopeless]
        return Scene(
            self.section,
            self.backend.system,
            self.backend.title,
            self.scheduler,
            jobs,
            {job.job_id: self.backend.output(job) for job in there},
            self.backend.why_ended,
            self.lost(),
            tuple(self.backend.refusals),
            self.door.places if self.door is not None else {},
        )

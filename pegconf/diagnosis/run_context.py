"""What a cause is looked for in: what was seen of a section's jobs, their nodes and this host."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pegconf.batch.base import ExitReason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pegconf.batch.base import BatchSystem, QueuedJob
    from pegconf.config.sections import Section
    from pegconf.jobs.run_jobs import Refusal


@dataclass(frozen=True, slots=True)
class Scene:
    """What was seen: the jobs as listed and the end of what each printed by its id, its node's answers among it.

    `title` is what runs the jobs: the batch system or this machine; `scheduler` the address of Dask's scheduler on this
    host, `places` where nodes tried this host besides, by interface. `why_ended` is asked where it matters, since an
    accounting takes its time. `gone` are the addresses of workers that had come, `refusals` what was not taken.
    """

    section: Section
    system: BatchSystem
    title: str
    scheduler: str
    jobs: tuple[QueuedJob, ...] = ()
    output: Mapping[str, str] = field(default_factory=dict)
    why_ended: Callable[[QueuedJob], ExitReason] = lambda _job: ExitReason()
    gone: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

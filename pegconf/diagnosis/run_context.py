"""What a cause is looked for in: the section and its plan, the jobs, and the scheduler they were to reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.config.sections import Section
    from pegconf.jobs.ask_nodes import Door
    from pegconf.jobs.plan import Plan
    from pegconf.jobs.run_jobs import Backend


@dataclass(frozen=True, slots=True)
class Scene:
    """One run: `scheduler` is the address of Dask's scheduler, `door` None where its nodes were asked nothing.

    With `whole_suite` all parts of Dask are looked at. `lost` gives the addresses of workers that came and are gone.
    """

    section: Section
    plan: Plan
    backend: Backend
    scheduler: str
    door: Door | None = None
    whole_suite: bool = False
    lost: Callable[[], tuple[str, ...]] = tuple

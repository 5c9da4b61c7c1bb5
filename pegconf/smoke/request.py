"""What a smoke test is to look at, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.config.sources import Sources
    from pegconf.smoke.hold import Held
    from pegconf.smoke.outcome import Outcome
    from pegconf.smoke.plan import Plan


@dataclass(frozen=True, slots=True)
class Request:
    """What to test and where; `on_batch` is False for processes of this machine.

    With `whole_suite` all parts of Dask are looked at too. `hold` is called with the outcome of a test that has passed
    and with its cluster, which ends when it returns.
    """

    section: Section
    sources: Sources
    system: BatchSystem
    plan: Plan
    on_batch: bool
    whole_suite: bool = False
    hold: Callable[[Outcome, Held], None] | None = None

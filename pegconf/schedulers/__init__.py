"""The batch systems that pegconf knows, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.errors import CannotGoOnError
from pegconf.schedulers.lsf import LSF

if TYPE_CHECKING:
    from pegconf.schedulers.base import BatchSystem

KNOWN: Final = {system.name: system for system in (LSF,)}


def named(name: str | None, section: str) -> BatchSystem:
    """A section's batch system; raises CannotGoOnError where it cannot be told or is not one of KNOWN."""
    if name is None:
        raise CannotGoOnError(
            f"the batch system of section {section!r} cannot be told", "name it: --scheduler lsf, or run pegconf init"
        )
    if name not in KNOWN:
        raise CannotGoOnError(
            f"section {section!r} is for {name}, which this release does not handle", f"it handles: {', '.join(KNOWN)}"
        )
    return KNOWN[name]

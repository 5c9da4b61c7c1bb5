"""The batch systems that pegconf knows, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.htcondor.jobs import HTCONDOR
from pegconf.batch.local import LOCAL
from pegconf.batch.lsf.jobs import LSF
from pegconf.batch.oar.jobs import OAR
from pegconf.batch.pbs.jobs import PBS
from pegconf.batch.pbs.moab import MOAB
from pegconf.batch.slurm.jobs import SLURM
from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from pegconf.batch.base import BatchSystem

_ALL: Final[tuple[BatchSystem, ...]] = (LSF, SLURM, PBS, MOAB, HTCONDOR, OAR, SGE, LOCAL)
KNOWN: Final = {system.name: system for system in _ALL}


def in_turn() -> list[BatchSystem]:
    """All of KNOWN in the order in which a host is asked for them."""
    return sorted(KNOWN.values(), key=lambda system: system.turn)


def named(name: str | None, section: str) -> BatchSystem:
    """A section's batch system; raises CannotGoOnError where it cannot be told or is not one of KNOWN."""
    if name is None:
        raise CannotGoOnError(
            f"the batch system of section {section!r} cannot be told",
            f"name it ({', '.join(KNOWN)}): --scheduler {next(iter(KNOWN))}, or run pegconf init",
        )
    if name not in KNOWN:
        raise CannotGoOnError(
            f"section {section!r} is for {name}, which this release does not handle", f"it handles: {', '.join(KNOWN)}"
        )
    return KNOWN[name]

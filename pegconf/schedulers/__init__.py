"""The batch systems that pegconf knows, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.errors import CannotGoOnError
from pegconf.schedulers.htcondor import HTCONDOR
from pegconf.schedulers.local import LOCAL
from pegconf.schedulers.lsf import LSF
from pegconf.schedulers.moab import MOAB
from pegconf.schedulers.oar import OAR
from pegconf.schedulers.pbs import PBS
from pegconf.schedulers.sge import SGE
from pegconf.schedulers.slurm import SLURM

if TYPE_CHECKING:
    from pegconf.schedulers.base import BatchSystem

KNOWN: Final = {system.name: system for system in (LSF, SLURM, PBS, MOAB, HTCONDOR, OAR, SGE, LOCAL)}


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

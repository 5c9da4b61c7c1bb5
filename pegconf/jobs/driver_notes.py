"""What a scheduler wrote of itself into a file: where it is, who it is, and the port that its dashboard really has."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pegconf.core import ports

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST: Final = 500
_BELOW: Final = "pegconf/schedulers"
FOLDER_IN_SHELL: Final = f'"${{XDG_STATE_HOME:-$HOME/.local/state}}/{_BELOW}"'
"""Where a driver's job has Dask write the file, in the user's home, which the login node has, too."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a scheduler says of itself: its id, its address, the number of its workers, None where it does not say.

    Only the address is there at all times: /json/identity.json (distributed/http/scheduler/json.py) ends in a server
    error while workers have metrics whose keys JSON cannot have, so that the id is the address then.
    """

    id: str
    address: str
    workers: int | None = None

    @classmethod
    def of(cls, said: Any) -> Identity:
        """What a scheduler's identity says; raises KeyError, TypeError or ValueError where it is none.

        Whoever answers may be a stranger: what a terminal would obey is no name.
        """
        name, address = str(said["id"]), str(said["address"])
        if not (name.isprintable() and address.isprintable()) or len(name) + len(address) > _LONGEST:
            raise ValueError("no names of a scheduler")
        return cls(name, address, len(said["workers"]))

    def is_meant(self, expected: str | None) -> bool:
        """Whether this is the scheduler of that id or address; None means any."""
        return expected in {None, self.id, self.address}


@dataclass(frozen=True, slots=True)
class Noted:
    """A scheduler by its own file: its host's name or address, its dashboard's port, its identity."""

    host: str
    port: int
    identity: Identity


def parse(text: str) -> Noted:
    """What a scheduler file says (of `Scheduler(scheduler_file=...)`); raises ValueError where it is none."""
    try:
        said = json.loads(text)
        identity = Identity.of(said)
        host, port = urlsplit(identity.address).hostname, int(said["services"]["dashboard"])
    except (KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not host or not 0 < port <= ports.LAST:
        raise ValueError(f"{host}:{port}")
    return Noted(host, port, identity)


def driver_name(section_name: str) -> str:
    """The name of the job that runs a program, and so its scheduler, on a compute node (`script --driver`)."""
    return f"{section_name}-driver"


def file(environ: Mapping[str, str], job_name: str, job_id: str) -> Path:
    """Where the scheduler of a driver's job notes itself."""
    state = environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")  # noqa: PTH111, PTH118
    return Path(state, _BELOW, f"{job_name}-{job_id}.json")


def of_job(environ: Mapping[str, str], job_name: str, job_id: str) -> Noted | None:
    """What the scheduler of a driver's job noted, None where it did not, or could not."""
    # The id inside a job of PBS is cut at its first dot.
    number = job_id.partition(".")[0]
    if os.sep in number:
        return None
    try:
        return parse(file(environ, job_name, number).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None

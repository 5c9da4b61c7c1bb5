"""lsf.conf: the unit of LSF's memory limits and the cluster's name, as far as they stand there; nothing is opened."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE: Final = re.compile(r"^\s*(?:export\s+)?LSF_UNIT_FOR_LIMITS\s*=(?P<value>.*)$", re.MULTILINE)
_UNITS: Final = {"k": "kb", "m": "mb", "g": "gb", "t": "tb"}


def unit_in(text: str) -> str | None:
    """The unit in the lines of lsf.conf or of `lsadmin showconf lim`; of several lines the last counts."""
    values = [match["value"].split("#")[0].strip().strip("\"'").lower() for match in _LINE.finditer(text)]
    return _UNITS.get(values[-1][:1]) if values else None


def unit_of(files: Mapping[str, str]) -> tuple[str, str] | None:
    """The unit by the first lsf.conf of those that could be read, and words that say so; None without a file.

    Without that line LSF reads limits in kilobytes (IBM: lsf.conf).
    """
    conf = next(iter(files), None)
    if conf is None:
        return None
    unit = unit_in(files[conf])
    if unit is not None:
        return unit, f"LSF_UNIT_FOR_LIMITS in {conf}"
    return "kb", f"{conf}, which does not set LSF_UNIT_FOR_LIMITS: LSF's own is kb"


def cluster_files(conf: str, text: str) -> str:
    """The pattern of `lsf.cluster.NAME`, in the LSF_CONFDIR that lsf.conf names or beside it."""
    match = re.search(r"^\s*LSF_CONFDIR\s*=\s*\"?([^\s\"#]+)", text, re.MULTILINE)
    return str((PurePosixPath(match[1]) if match else PurePosixPath(conf).parent) / "lsf.cluster.*")

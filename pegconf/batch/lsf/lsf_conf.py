"""LSF_UNIT_FOR_LIMITS, the unit of LSF's memory limits: from a file or from what the daemons say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE: Final = re.compile(r"^\s*(?:export\s+)?LSF_UNIT_FOR_LIMITS\s*=(?P<value>.*)$", re.MULTILINE)
_UNITS: Final = {"k": "kb", "m": "mb", "g": "gb", "t": "tb"}


def unit_in(text: str) -> str | None:
    """The unit in the lines of lsf.conf or of `lsadmin showconf lim`; of several lines the last counts."""
    values = [match["value"].split("#")[0].strip().strip("\"'").lower() for match in _LINE.finditer(text)]
    return _UNITS.get(values[-1][:1]) if values else None


def lsf_unit(environ: Mapping[str, str]) -> tuple[str, str]:
    """The unit from the first lsf.conf that can be read, and the words that say so.

    Without that line LSF reads limits in kilobytes (IBM: lsf.conf); without a file `mb` is what most sites set.
    """
    folders = [environ[name] for name in ("LSF_ENVDIR", "LSF_CONFDIR") if environ.get(name)]
    for folder in (*folders, "/etc"):
        conf = Path(folder) / "lsf.conf"
        try:
            text = conf.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        unit = unit_in(text)
        if unit is not None:
            return unit, f"LSF_UNIT_FOR_LIMITS in {conf}"
        return "kb", f"{conf}, which does not set LSF_UNIT_FOR_LIMITS: LSF's own is kb"
    return "mb", "a guess: no lsf.conf can be read here"

"""LSF_UNIT_FOR_LIMITS, the unit of LSF's memory limits: from the text of lsf.conf or from what the daemons say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE: Final = re.compile(r"^\s*(?:export\s+)?LSF_UNIT_FOR_LIMITS\s*=(?P<value>.*)$", re.MULTILINE)
_UNITS: Final = {"k": "kb", "m": "mb", "g": "gb", "t": "tb"}


def unit_in(text: str) -> str | None:
    """The unit in the lines of lsf.conf or of `lsadmin showconf lim`; of several lines the last counts."""
    values = [match["value"].split("#")[0].strip().strip("\"'").lower() for match in _LINE.finditer(text)]
    return _UNITS.get(values[-1][:1]) if values else None


def unit_of(files: Mapping[str, str], version: str = "") -> tuple[str, str] | None:
    """The unit by the first lsf.conf among the texts of files, and words that say so; None where it cannot be told.

    Without that line IBM's LSF reads limits in kilobytes (IBM: lsf.conf), and volclava in megabytes, which it does for
    KB too (recorded); others may have a way of their own. `version` is the first line of lsid; IBM's lsf.conf names
    its version itself.
    """
    conf = next((path for path in files if path.endswith("/lsf.conf")), None)
    if conf is None:
        return None
    unit = unit_in(files[conf])
    volclava = version.startswith("volclava")
    if unit is not None and not (volclava and unit == "kb"):
        return unit, f"LSF_UNIT_FOR_LIMITS in {conf}"
    if volclava:
        return "mb", f"{conf}, which sets no other LSF_UNIT_FOR_LIMITS: volclava's own is mb"
    if re.match(r"IBM|Platform", version) or re.search(r"^\s*LSF_VERSION\s*=", files[conf], re.MULTILINE):
        return "kb", f"{conf}, which does not set LSF_UNIT_FOR_LIMITS: LSF's own is kb"
    return None

"""Walltimes: four hours as people write them, in the words of every batch system and of none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.accuracy.case import NOBODY, Case, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_FOUR_HOURS: Final = (
    "4:00:00", "'4:00:00'", "04:00:00", "'04:00:00'", "4:00", "'4:00'", "04:00", "'04:00'", "240", "'240'", "14400",
    "'14400'", "4h", "4 h", "4 hours", "240m", "240 min", "14400s", "4:0:0", "'4:0:0'", "0-04:00:00", "'0-04:00'",
    "0-4", "240:00", "00:240:00", "'00:240'", "4.0h", "PT4H", "'04:00:00 '", "' 04:00:00'",
    "'04:00:00.0'", "04:00:00.0", "4:00:00.0", "'04h00m'", "4", "'4'", "0:240:0", "'+04:00:00'", "000:04:00:00",
    "'00:04:00:00'", "'04.00.00'", "'04:00:00h'",
)  # fmt: skip
_OTHERS: Final = (
    ("12:00:00", 12, 0), ("'12:00:00'", 12, 0), ("12:00", 12, 0), ("24:00:00", 24, 0), ("'24:00:00'", 24, 0),
    ("48:00:00", 48, 0), ("'48:00:00'", 48, 0), ("'1-00:00:00'", 24, 0), ("1-00:00:00", 24, 0), ("2-12", 60, 0),
    ("'24:00'", 24, 0), ("10:30", 10, 30), ("'10:30'", 10, 30), ("100:00:00", 100, 0), ("'1 day'", 24, 0),
    ("5:30:00", 5, 30), ("'05:30:00'", 5, 30))  # fmt: skip
_NO_TIME: Final = (
    "0", "'0'", "00:00", "'00:00:00'", "0:00:00", "-1",
    "'-1'", "'-04:00:00'", "soon", "'1:2:3:4:5'", "':'", "'::'", "' '", "''", "''''", "forever", "unlimited",
    "INFINITE", "true", "no", "2024-01-01", "2024-01-01 10:00:00", "[4, 0]", "{hours: 4}", ".inf", ".nan", "4.5",
    "'04:00;rm'", "'04:00 -q long'", "$WALLTIME", "<walltime>", "'4:00pm'",
)  # fmt: skip


def written(system: str, hours: int, minutes: int) -> str:
    """A walltime as each batch system reads it beyond doubt."""
    return f"'{hours:02d}:{minutes:02d}'" if system == "lsf" else f"'{hours:02d}:{minutes:02d}:00'"


def cases(good: Good) -> Iterator[Case]:
    """Each spelling in each batch system; what was meant is in the spelling itself."""
    long = good.having({"worker-extra-args": "[]"})
    four = written(good.system, 4, 0)
    if "walltime" not in good.values:
        foreign = good.having({"walltime": four})
        yield Case("walltimes", good.system, good.section, f"walltime: {four} added", foreign.text, None)
        return
    # To Slurm `12:00` is minutes and seconds, to a person hours and minutes: in base 60 either may be meant.
    plain = tuple(raw for raw in _FOUR_HOURS if good.system != "slurm" or not re.fullmatch(r"[1-9]\d*:\d\d", raw))
    yield from each("walltimes", good, "walltime", tuple((raw, four) for raw in plain))
    rest = tuple(one for one in _OTHERS if good.system != "slurm" or not re.fullmatch(r"[1-9]\d*:\d\d", one[0]))
    others = tuple((raw, written(good.system, hours, minutes)) for raw, hours, minutes in rest)
    yield from each("walltimes", long, "walltime", others)
    yield from each("walltimes", good, "walltime", tuple((raw, NOBODY) for raw in _NO_TIME))

"""PBS's words for amounts of memory and time, read and written."""

from __future__ import annotations

import re
import time
from datetime import datetime

_SIZE = re.compile(r"(\d+)([kmgtp]?)[bw]?", re.IGNORECASE)
_CLOCK = re.compile(r"\d+(:\d+){0,2}(\.\d+)?")
_SHIFTS = "kmgtp"
TIMES = {"walltime", "cput"}
SIZES = {"mem", "vmem", "pmem"}


def size(text: str) -> tuple[int, int] | None:
    """A size as its number and its unit's place: 0 for bytes, 1 for kilobytes; None where it is none."""
    found = _SIZE.fullmatch(text)
    return (int(found[1]), _SHIFTS.find(found[2].lower()) + 1 if found[2] else 0) if found else None


def in_bytes(text: str) -> int:
    """A size in bytes, 0 where it is none."""
    number, shift = size(text) or (0, 0)
    return int(number * 1024**shift)


def added(sizes: list[str]) -> str:
    """The sum of sizes in the smallest of their units, in the words of `qstat -f`."""
    read = [size(text) or (0, 0) for text in sizes]
    shift = min(one[1] for one in read)
    total = sum(number * 1024 ** (unit - shift) for number, unit in read)
    return f"{total}{_SHIFTS[shift - 1] if shift else ''}b"


def short(text: str) -> str:
    """A size as the tables of qstat have it: no more than five letters, rounded up."""
    number, shift = size(text) or (0, 0)
    while number > 9999:
        number, shift = -(-number // 1024), shift + 1
    if not shift:
        number, shift = -(-number // 1024), 1
        while number > 9999:
            number, shift = -(-number // 1024), shift + 1
    return f"{number}{_SHIFTS[shift - 1]}b"


def seconds(text: str) -> int | None:
    """Seconds of `[[hours:]minutes:]seconds`, part of one counting as a whole; None where it is none."""
    if not _CLOCK.fullmatch(text):
        return None
    whole, point, _ = text.partition(".")
    total = 0
    for part in whole.split(":"):
        total = total * 60 + int(part)
    return total + bool(point)


def clock(total: float) -> str:
    """Seconds as hours, minutes and seconds."""
    whole = int(total)
    return f"{whole // 3600:02}:{whole % 3600 // 60:02}:{whole % 60:02}"


def value(name: str, text: str) -> float:
    """An amount as a number that can be compared."""
    if name in TIMES:
        return float(seconds(text) or 0)
    return float(in_bytes(text))


def date(moment: float) -> str:
    """A moment as `qstat -f` has it."""
    return time.ctime(moment)


def at(moment: float) -> str:
    """A moment as the comments of jobs have it: `Fri Nov 27 at 17:47`."""
    return time.strftime("%a %b %d at %H:%M", time.localtime(moment))


def date_time(text: str) -> float | None:
    """The moment in qsub's `[[[[CC]YY]MM]DD]hhmm[.SS]`; None where it is none."""
    whole, _, extra = text.partition(".")
    if not (whole + extra).isdigit() or len(whole) not in {4, 6, 8, 10, 12} or len(extra) not in {0, 2}:
        return None
    now = time.strftime("%Y%m%d%H%M")
    try:
        return datetime.strptime(now[: 12 - len(whole)] + whole, "%Y%m%d%H%M").timestamp()  # noqa: DTZ007 - local, as PBS
    except ValueError:
        return None

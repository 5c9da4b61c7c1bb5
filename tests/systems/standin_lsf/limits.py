"""Limits and times on bsub's command line, read and refused as recorded on volclava 2.2."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta

from .cluster import UNIT_IN_KB
from .reply import RefusedError

SUFFIX_IN_KB = {"K": 1, "M": 1024, "G": 1024**2, "T": 1024**3}


def run_minutes(text: str) -> float:
    """Read `-W`: minutes or hours:minutes, an optional /host behind; no seconds, no days."""
    match = re.fullmatch(r"\+?(?:(\d+):)?(\d+)(?:/\S+)?", text)
    if match is None:
        raise RefusedError(f"{text}: Bad RUNLIMIT specification. Job not submitted.")
    return int(match[1] or 0) * 60.0 + int(match[2])


def memory_kb(text: str, unit: str, *, suffixes: bool) -> int:
    """Read `-M`: a positive integer in the cluster's unit, counted in 1024s; IBM also takes a suffix."""
    match = re.fullmatch(r"(\d+)([KMGT]?)B?", text, re.IGNORECASE)
    if match is None or int(match[1]) == 0 or not (suffixes or text.isdigit()):
        raise RefusedError(f"{text}: MEMLIMT value should be a positive integer. Job not submitted.")
    return int(match[1]) * (SUFFIX_IN_KB[match[2].upper()] if match[2] else UNIT_IN_KB[unit])


def processors(text: str) -> int:
    """Read `-n`: a number, or a minimum and a maximum of which the minimum is taken."""
    match = re.fullmatch(r"(\d+)(?:,(\d+))?", text)
    if match is None or int(match[1]) == 0 or (match[2] and int(match[2]) < int(match[1])):
        raise RefusedError(f"{text}: Bad processor specification. Job not submitted.")
    return int(match[1])


def clock_time(text: str, what: str, now: float) -> float:
    """Read `-b` or `-t`: [[[year:]month:]day:]hour:minute; a time of day that has passed means tomorrow."""
    bad = RefusedError(f"{text}: Bad {what} time specification. Job not submitted.")
    numbers = text.split(":")
    if not 2 <= len(numbers) <= 5 or not all(number.isdigit() for number in numbers):
        raise bad
    today = datetime.fromtimestamp(now).astimezone()
    names = ("year", "month", "day", "hour", "minute")[-len(numbers) :]
    try:
        wanted = today.replace(second=0, microsecond=0, **dict(zip(names, map(int, numbers), strict=True)))  # type: ignore[arg-type]
    except ValueError:
        raise bad from None
    if wanted.timestamp() <= now and len(numbers) == 2:
        wanted += timedelta(days=1)
    return wanted.timestamp()


def long_time(moment: float) -> str:
    """Return a time as `bjobs -l` prints it, without the year."""
    return time.strftime("%a %b %e %H:%M:%S", time.localtime(moment))

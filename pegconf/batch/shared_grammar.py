"""What batch systems print in forms that several of them share: JSON, dates in seconds, hours with colons."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from pegconf.core.errors import CannotGoOnError, RefusedError


def from_json(text: str, command: str) -> Any:
    """The JSON that a command printed, None where it printed nothing; raises CannotGoOnError for anything else."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        start = " ".join(text.split())[:80]
        raise CannotGoOnError(f"{command} printed no JSON: {start}", f"see what {command} prints here") from None


def rows(found: Any) -> list[dict[str, Any]]:
    """The mappings in a list that was JSON, or in a mapping's values; nothing else is a row."""
    listed = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [row for row in listed if isinstance(row, dict)]


def moment(seconds: Any) -> str:
    """A time in seconds since 1970 as text, empty where it is none."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def colons(text: str, units: tuple[int, ...], words: str, title: str) -> int:
    """Seconds of numbers with colons between them; `units` are the seconds of each, the last number's at the end.

    Raises RefusedError for what is none, and for 0.
    """
    if not re.fullmatch(r"\d{1,9}(:\d{1,9})*", text) or text.count(":") >= len(units):
        raise RefusedError(f"{text!r} is no walltime of {title}: write {words}")
    numbers = [int(number) for number in text.split(":")]
    seconds = sum(number * unit for number, unit in zip(numbers, units[-len(numbers) :], strict=True))
    if seconds == 0:
        raise RefusedError(f"{text!r} is no time at all: write {words}")
    return seconds


def hours_minutes_seconds(seconds: int) -> str:
    """`04:00:00`; days are hours too."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}"

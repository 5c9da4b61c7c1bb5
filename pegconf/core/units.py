"""Bytes and seconds: text to number and back, the way dask reads them."""

from __future__ import annotations

import functools
import re
from typing import Final

from pegconf.core.errors import RefusedError

GB: Final = 1000**3
MB: Final = 1000**2
MIB: Final = 1024**2
GIB: Final = 1024**3

# dask.utils.byte_sizes: decimal prefixes are powers of 1000, binary ones of 1024, a lone letter is decimal.
_BYTES_PER_UNIT: Final = {
    "b": 1,
    **{letter: 1000**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}i": 1024**power for power, letter in enumerate("kmgtp", start=1)},
}
# dask.utils.timedelta_sizes
_SECONDS_PER_UNIT: Final = {
    spelling: seconds
    for letter, word, seconds in (
        ("s", "second", 1),
        ("m", "minute", 60),
        ("h", "hour", 3600),
        ("d", "day", 86400),
        ("w", "week", 7 * 86400),
        ("ms", "millisecond", 1e-3),
        ("us", "microsecond", 1e-6),
        ("ns", "nanosecond", 1e-9),
    )
    for spelling in (letter, word, f"{word}s")
}
_QUANTITY: Final = re.compile(r"\s*(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[A-Za-z]+)\s*")


@functools.lru_cache
def parse_bytes(text: str) -> int:
    """Bytes in `4 GB`, `512MiB` or `1.5G`; a number without a unit is refused, since dask takes it as bytes.

    Raises RefusedError with the reason. Units as in dask.utils.parse_bytes.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        if re.fullmatch(r"\s*[\d.]+\s*", text):
            raise RefusedError(f"{text.strip()!r} has no unit: write {text.strip()}GB or {text.strip()}MB")
        raise RefusedError(f"{text!r} is not an amount of memory: write it like 4GB or 512MB")
    factor = _BYTES_PER_UNIT.get(match["unit"].lower())
    if factor is None:
        raise RefusedError(f"{match['unit']!r} is not a unit of memory: write MB, GB, MiB or GiB")
    return int(float(match["number"]) * factor)


@functools.lru_cache
def dask_bytes(text: str) -> float:
    """Bytes of a text as dask.utils.parse_bytes reads it; raises RefusedError where that raises.

    Spaces count nowhere, a number is what Python's float takes (`8_000`, `1e9`, `nan`), none at all is 1, and none
    behind it is bytes.
    """
    joined = text.replace(" ", "")
    if not any(character.isdigit() for character in joined):
        joined = f"1{joined}"
    number = joined.rstrip("".join({character for character in joined if character.isalpha()}))
    unit = joined[len(number) :]
    factor: int | None = _BYTES_PER_UNIT.get(unit.lower() or "b")
    try:
        amount = float(number)
    except ValueError:
        raise RefusedError(f"{text!r} is not an amount of memory: write it like 4GB or 512MB") from None
    if factor is None:
        raise RefusedError(f"{unit!r} is not a unit of memory: write MB, GB, MiB or GiB")
    return amount * factor


@functools.lru_cache
def parse_seconds(text: str) -> float:
    """Seconds of a text as dask.utils.parse_timedelta reads it: `90`, `90s`, `1.5 minutes`; raises RefusedError."""
    joined = text.replace(" ", "")
    if not joined[:1].isdigit():
        joined = f"1{joined}"
    number = joined.rstrip("".join({character for character in joined if character.isalpha()}))
    factor: float | None = _SECONDS_PER_UNIT.get(joined[len(number) :].lower() or "s")
    try:
        amount = float(number)
    except ValueError:
        raise RefusedError(f"{text!r} is no time: write it like 90s or 5m") from None
    if factor is None or not text.strip():
        raise RefusedError(f"{text!r} is no time: write it like 90s or 5m")
    return amount * factor


def format_bytes(amount: int) -> str:
    """The shortest exact text, so that `parse_bytes` gives the same number back: 4000000000 is `4GB`."""
    sizes = [(1000**power, f"{letter}B") for power, letter in ((4, "T"), (3, "G"), (2, "M"), (1, "k"))]
    sizes += [(1024**power, f"{letter}iB") for power, letter in ((4, "T"), (3, "G"), (2, "M"), (1, "K"))]
    exact = [f"{amount // size}{unit}" for size, unit in sizes if amount and amount % size == 0]
    return min(exact, key=len, default=f"{amount}B")


def show_bytes(amount: int) -> str:
    """A rounded text for people: `30.0 GB`, `488 MB`."""
    if amount >= GB:
        return f"{amount / GB:.1f} GB"
    if amount >= MB:
        return f"{amount / MB:.0f} MB"
    return count(amount, "byte")


def show_seconds(seconds: float) -> str:
    """A rounded text for people: `4 h`, `1 h 30 min`, `45 s`."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def count(number: int | str, noun: str, one: str = "", more: str = "") -> str:
    """A number, or its digits, with its noun and a verb where given: `3 processes`, `1 key is`, `2 keys are`."""
    single = str(number) == "1"
    ending = "" if single else "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{ending} {one if single else more}".rstrip()

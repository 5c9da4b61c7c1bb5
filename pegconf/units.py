"""Bytes and seconds: text to number and back, the way dask reads them."""

from __future__ import annotations

import re
from typing import Final

from pegconf.errors import RefusedError

GB: Final = 1000**3
MB: Final = 1000**2

# dask.utils.byte_sizes: decimal prefixes are powers of 1000, binary ones of 1024, a lone letter is decimal.
_BYTES_PER_UNIT: Final = {
    "b": 1,
    **{letter: 1000**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgtp", start=1)},
    **{f"{letter}i": 1024**power for power, letter in enumerate("kmgtp", start=1)},
}
_QUANTITY: Final = re.compile(r"\s*(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[A-Za-z]+)\s*")


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
    return f"{amount} bytes"


def show_seconds(seconds: float) -> str:
    """A rounded text for people: `4 h`, `1 h 30 min`, `45 s`."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 job`, `2 jobs`, `3 processes`."""
    ending = "" if number == 1 else "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{ending}"

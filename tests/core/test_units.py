from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dask.utils import parse_bytes as dask_parse_bytes
from dask.utils import parse_timedelta
from hypothesis import given
from hypothesis import strategies as st

from pegconf.core import units
from pegconf.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4 GB", 4 * 10**9),
        ("512MiB", 512 * 2**20),
        ("1.5G", 1_500_000_000),
        (" 2kb ", 2000),
        ("1 b", 1),
        (".5GB", 5 * 10**8),
    ],
)
def test_bytes_are_read_as_dask_reads_them(text: str, amount: int) -> None:
    assert units.parse_bytes(text) == amount == dask_parse_bytes(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4", "'4' has no unit: write 4GB or 4MB"),
        ("4 apples", "'apples' is not a unit of memory: write MB, GB, MiB or GiB"),
        ("much", "'much' is not an amount of memory: write it like 4GB or 512MB"),
        ("-4GB", "'-4GB' is not an amount of memory: write it like 4GB or 512MB"),
    ],
)
def test_what_is_no_memory_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        units.parse_bytes(text)
    assert str(refused.value) == reason


@given(st.integers(min_value=0, max_value=2**52))
def test_a_formatted_amount_reads_back_as_itself(amount: int) -> None:
    assert units.parse_bytes(units.format_bytes(amount)) == amount


def test_amounts_are_written_short() -> None:
    texts = [units.format_bytes(amount) for amount in (4 * 10**9, 3 * 2**30, 1500, 10**6, 7)]
    assert texts == ["4GB", "3GiB", "1500B", "1MB", "7B"]


def test_durations_are_shown_in_people_s_units() -> None:
    texts = [units.show_seconds(seconds) for seconds in (45, 1800, 14400, 14100, 604800)]
    assert texts == ["45 s", "30 min", "4 h", "3 h 55 min", "7 d"]


def test_amounts_are_shown_rounded() -> None:
    assert [units.show_bytes(amount) for amount in (2**30, 5 * 10**8, 12)] == ["1.1 GB", "500 MB", "12 bytes"]


@pytest.mark.parametrize(
    "text",
    [
        "8GB",
        "8 G B",
        "8_000 MB",
        "+8GB",
        "8e9",
        "8e9B",
        "GB",
        "1.5 gib",
        "0.2",
        "8 gigs",
        "8,0GB",
        "",
        "nan",
        "-4GB",
        "8GB\n",
    ],
)
def test_bytes_as_dask_reads_them(text: str) -> None:
    assert outcome(units.dask_bytes, text) == outcome(dask_parse_bytes, text)


@pytest.mark.parametrize(
    "text", ["90", "90s", "1.5 minutes", "2 Hours", "1w", "100 ms", "01:00:00", "1h30m", "soon", "s", "1e2", "-5", "5,"]
)
def test_seconds_as_dask_reads_them(text: str) -> None:
    assert outcome(units.parse_seconds, text) == outcome(parse_timedelta, text)


def outcome(read: Callable[[str], float], text: str) -> int | str:
    """What a function makes of a text; that it refuses is all that counts of a refusal."""
    try:
        amount = read(text)
    except (ValueError, KeyError, IndexError, RefusedError):
        return "refused"
    return "nan" if amount != amount else int(amount)  # noqa: PLR0124 - nan

from __future__ import annotations

import pytest
from dask.utils import parse_bytes as dask_parse_bytes
from hypothesis import given
from hypothesis import strategies as st

from pegconf import units
from pegconf.errors import RefusedError


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

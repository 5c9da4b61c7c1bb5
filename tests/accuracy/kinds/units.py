"""Amounts of memory and disk in the units people write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.accuracy.case import NOBODY, Case, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_EIGHT: Final = (
    "8 GB", "8gb", "8G", "8g", "8  GB", "'8GB'", '"8 GB"', "8000MB", "8000 MB", "8000m", "8.0GB", "0.008TB", "8e9B",
    "8000000kB", "8 gigs", "8 GByte", "8 gigabytes", "8Go", "8,0GB", "8_000MB", "8", "'8'", "8000", "8.0",
    "8000000000", "'8000000000'", "8_000_000_000", "8e9", "8e+9", "8 Gb", "8GBs", "GB 8", "8 G B", "~8GB",
    "8GB per job", "8GB # of RAM", "8GB,", "(8GB)", "8'GB'", "8 000 MB", "+8GB", "0x8GB", "08GB", "8GO", "8 giga",
    "8000 M", "8;GB",
)  # fmt: skip
_OTHERS: Final = (
    ("8GiB", "8589934592B"),
    ("8 gib", "8589934592B"),
    ("8192MiB", "8589934592B"),
    ("7.5GB", "7500MB"),
    (".5TB", "500GB"),
    ("16GB", "16GB"),
    ("1TB", "1TB"),
)
_NOTHING: Final = (
    "0",
    "0GB",
    "-8GB",
    "-8",
    "nan",
    ".nan",
    "inf",
    ".inf",
    "infGB",
    "1B",
    "512kB",
    "GB",
    "lots",
    "auto",
    "1e-3GB",
    "50%",
)


def cases(good: Good) -> Iterator[Case]:
    """8 GB in many spellings, other amounts, and what is no amount."""
    memory = tuple((raw, "8GB") for raw in _EIGHT)
    nothing = tuple((raw, NOBODY) for raw in _NOTHING)
    # A job asks for what its section says in other keys, too: only what these allow is put in place of 8 GB.
    yield from each("units", good, "memory", memory + nothing)
    free = good.having(
        {"mem": "null"} if good.system == "lsf" else {"job-mem": "null"} if good.system == "slurm" else {}
    )
    if good.system in {"lsf", "slurm", "pbs", "local"}:
        if good.system == "pbs":
            free = good.having({"resource-spec": "null"})
        yield from each("units", free, "memory", memory + _OTHERS + nothing)
    disk = tuple((raw.replace("8", "4"), "4GB") for raw in _EIGHT)
    yield from each("units", good, "disk", disk)
    yield from each("units", good, "disk", tuple((raw, NOBODY) for raw in ("0", "lots", "-4GB", "nan", "GB")))
    if good.system == "slurm":
        ten = (
            "9537",
            "'9537'",
            "9537m",
            "'9537M'",
            "9537MB",
            "9537mb",
            "9765888K",
            "9765888k",
            "10000MB",
            "10GB",
            "10G",
        )
        yield from each("units", good, "job-mem", tuple((raw, raw if raw in ten[8:] else "9537M") for raw in ten))
        odd = ("9537 M", "9537MiB", "9.3G", "9,5G", "9537 megabytes", "10GiB", "10 GB", "lots", "-1G", "10g b", "G")
        yield from each("units", good, "job-mem", tuple((raw, NOBODY) for raw in odd))
        yield from each("units", good, "job-mem", (("8", "8G"), ("10", "10G"), ("10000000000", "9537M")))
    if good.system == "lsf":
        tiny = (("10000", "10000000000"), ("10", "10000000000"), ("10GB", "10000000000"), ("'10 GB'", "10000000000"))
        yield from each(
            "units", good, "mem", (*tiny, ("10_000_000_000", "10000000000"), ("10000000000.0", "10000000000"))
        )
        yield from each(
            "units", good, "mem", tuple((raw, NOBODY) for raw in ("0", "-1", "lots", ".nan", ".inf", "1.5"))
        )
        same = ("MB", "Mb", "m", "M", "'mb'", "megabytes", "MiB")
        yield from each("units", good, "lsf-units", tuple((raw, "mb") for raw in same))
        yield from each(
            "units", good, "lsf-units", tuple((raw, NOBODY) for raw in ("bytes", "b", "''", "1", "x", "' mb'"))
        )

"""What must hold for a smoke test to pass, each check with what was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pegconf.core.model import Check
from pegconf.core.units import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.measure.three_sums import Way

DEVIATIONS: Final = 6
ROUNDING: Final = 1e-9
COMPARED: Final = ("python", "dask", "distributed", "msgpack", "cloudpickle", "numpy")


@dataclass(frozen=True, slots=True)
class Seen:
    """One connected worker as it saw itself; `interface` is the one that has its address, or empty."""

    address: str
    host: str
    python: str
    interface: str
    threads: int
    memory: int


def worker_seen(address: str, around: Mapping[str, Any], threads: int, memory: int) -> Seen:
    """A worker from what `on_worker.look_around` told."""
    ip = urlsplit(address).hostname
    interface = next((name for name, addresses in around["interfaces"].items() if ip in addresses), "")
    return Seen(address, around["host"], around["python"], interface, threads, memory)


def sums(ways: tuple[Way, ...], numbers: int) -> Check:
    """All ways agree to rounding, and lie where the sum of n square roots of uniform numbers lies.

    Its mean is 2n/3 and its standard deviation sqrt(n/18).
    """
    expected, deviation = 2 * numbers / 3, math.sqrt(numbers / 18)
    agree = all(math.isclose(way.total, ways[0].total, rel_tol=ROUNDING) for way in ways)
    off = max(abs(way.total - expected) for way in ways) / deviation
    seen = f"{ways[0].total:,.1f}, {off:.1f} standard deviations from 2n/3"
    if not agree:
        seen = "they differ: " + ", ".join(f"{way.total:,.3f}" for way in ways)
    return Check("the three sums agree", agree and off <= DEVIATIONS, seen, "PEG627")


def shares(ways: tuple[Way, ...], each: int, workers: tuple[str, ...]) -> Check:
    """Each worker computed its share, so many slices, in both parallel ways."""
    odd = [
        f"{address} {way.tasks.get(address, 0)}"
        for way in ways[1:]
        for address in workers
        if way.tasks.get(address, 0) != each
    ]
    return Check(
        "each worker did its share",
        not odd,
        f"{count(each, 'slice')} each" if not odd else f"not {each}: {', '.join(odd)}",
    )


def interface(workers: tuple[Seen, ...], configured: str | None) -> Check:
    """Every worker is reached over the configured interface."""
    found = sorted({worker.interface or "an unknown interface" for worker in workers})
    if configured is None:
        return Check("the workers' interface", True, f"{', '.join(found)} (none is configured)", "PEG629")
    return Check(f"the workers are on {configured}", found == [configured], ", ".join(found), "PEG629")


def versions(reported: Mapping[str, Any]) -> Check:
    """The scheduler, this process and all workers have equal versions of what must agree."""
    hosts = [reported["client"], reported["scheduler"], *reported["workers"].values()]
    differing = []
    for package in COMPARED:
        found = {str(_version(host, package)) for host in hosts}
        if len(found) > 1:
            differing.append(f"{package} {' and '.join(sorted(found))}")
    told = ", ".join(f"{package} {_version(reported['client'], package)}" for package in COMPARED[:3])
    return Check("versions agree", not differing, told if not differing else "; ".join(differing), "PEG628")


def _version(host: Mapping[str, Any], package: str) -> str | None:
    version: str | None = (host.get("packages") or {}).get(package)
    return version.split(".final")[0] if version else version

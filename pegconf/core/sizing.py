"""What a job of some cores and memory amounts to on a node: how many fit, what is reserved, what stays idle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pegconf.core.errors import RefusedError
from pegconf.core.model import Shape
from pegconf.core.units import MB, count, show_bytes

if TYPE_CHECKING:
    from pegconf.core.model import Node

HEADROOM: Final = 1.25
"""What is reserved for a job as a multiple of its memory: Dask does not count everything a worker holds."""

SMALLEST_MEMORY: Final = 100 * MB
"""A worker that does nothing yet holds about this much."""

# LSF reads rusage[mem=] in megabytes, and in LSF_UNIT_FOR_LIMITS where that is larger (IBM 10.1, lsf.conf).
_MEGABYTES_PER_UNIT: Final = {"kb": 1, "mb": 1, "gb": 1000, "tb": 1_000_000}


def shape(
    node: Node,
    cores: int,
    memory: int,
    processes: int,
    headroom: float = HEADROOM,
    *,
    unit: str = "mb",
    per_core: bool = True,
) -> Shape:
    """The shape of a job of that many cores, bytes and worker processes; raises RefusedError where it fits no node."""
    if not 1 <= cores <= node.usable_cores:
        some = f"{node.usable_cores} of a node's {count(node.cores, 'core', 'is', 'are')} for jobs"
        raise RefusedError(f"a job of {count(cores, 'core')} fits no node: {some}")
    if not 1 <= processes <= cores or cores % processes:
        even = " or ".join(str(number) for number in range(1, cores + 1) if cores % number == 0)
        raise RefusedError(
            f"{count(cores, 'core')} cannot be shared evenly by {count(processes, 'process')}: {even} can"
        )
    if memory < SMALLEST_MEMORY * processes:
        raise RefusedError(f"{show_bytes(memory)} is too little: a worker needs {show_bytes(SMALLEST_MEMORY)} to start")
    limit = math.ceil(memory * headroom / MB)
    step = _MEGABYTES_PER_UNIT[unit]
    reserved_per_core = number_for(memory * headroom, unit, cores) * step
    reserved = (reserved_per_core * cores if per_core else math.ceil(limit / step) * step) * MB
    if reserved > node.memory:
        need = f"{show_bytes(memory)} and {headroom - 1:.0%} headroom are {show_bytes(reserved)}"
        raise RefusedError(f"{need}, more than a node's {show_bytes(node.memory)}")
    jobs = min(node.usable_cores // cores, node.memory // reserved)
    return Shape(
        cores=cores,
        memory=memory,
        processes=processes,
        jobs_per_node=jobs,
        idle_cores=node.usable_cores - jobs * cores,
        idle_memory=node.memory - jobs * reserved,
        limit=limit * MB,
        reserved_mb_per_core=reserved_per_core,
    )


def number_for(amount: float, unit: str = "mb", shares: int = 1) -> int:
    """The number in LSF's rusage[mem=] that holds back that many bytes, where each of `shares` slots counts it."""
    return math.ceil(amount / MB / shares / _MEGABYTES_PER_UNIT[unit])


def bytes_of(number: float, unit: str = "mb") -> int:
    """The bytes that a number without a unit in LSF's rusage[mem=] holds back, by the cluster's unit of limits."""
    return int(number * _MEGABYTES_PER_UNIT[unit] * MB)


def unit_named(text: object) -> str | None:
    """The unit of limits that `lsf-units` names, by its first letter as dask_jobqueue/lsf.py; None where it is none."""
    unit = f"{text[:1].lower()}b" if isinstance(text, str) else ""
    return unit if unit in _MEGABYTES_PER_UNIT else None


def reservation(asked: Shape, unit: str = "mb", *, per_core: bool = True) -> int:
    """The number that goes into LSF's rusage[mem=], in the cluster's unit: for a core, or for the whole job."""
    megabytes = asked.reserved_mb_per_core if per_core else asked.limit // MB
    return math.ceil(megabytes / _MEGABYTES_PER_UNIT[unit])


def reserved_bytes(asked: Shape, unit: str = "mb", *, per_core: bool = True) -> int:
    """Bytes that the batch system sets aside for one job."""
    each = bytes_of(reservation(asked, unit, per_core=per_core), unit)
    return each * asked.cores if per_core else each


def memory_offer(node: Node, cores: int, headroom: float = HEADROOM) -> int:
    """A job's fair part of a node in bytes, so that as many jobs fit by memory as by cores; in whole GB."""
    part = int(node.memory / headroom * cores / node.usable_cores)
    step = 1000 * MB if part >= 1000 * MB else SMALLEST_MEMORY
    return max(part // step * step, SMALLEST_MEMORY)


def lifetime(walltime: int) -> tuple[int, int]:
    """After how many seconds a worker ends itself, and by how many that may differ; both end before the walltime."""
    margin = min(300, walltime // 10)
    return walltime - margin, margin * 4 // 5


def duration(seconds: int) -> str:
    """Seconds as Dask reads them: `235m` where they are whole minutes, else `54s`."""
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"


def core_hours(cores: int, walltime: int, jobs: int = 1) -> float:
    """What is charged for jobs that run to their walltime (seconds)."""
    return jobs * cores * walltime / 3600

"""How many jobs of one script a queue can run at once, all else idle: more of them wait however long one waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pegconf.batch.lsf import acceptance, listings
from pegconf.batch.slurm import facts
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs.acceptance.case import Case, with_time_limit
from pegconf.jobs.acceptance.lsf import queue_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pegconf.batch.base import BatchSystem
    from pegconf.batch.slurm.facts import Partition


def room(system: BatchSystem, script: str) -> int | None:
    """How many such jobs fit, by slots and cores alone; None where it cannot be told.

    Told of LSF (bhosts: MAX of the queue's hosts) and of Slurm (sinfo: the partition's nodes).
    """
    if system.trial is None or system.name not in {"lsf", "slurm"}:
        return None
    case = Case(system, system.trial, script, with_time_limit, lambda _line: None)
    try:
        return _on_lsf(case) if system.name == "lsf" else _on_slurm(case)
    except CannotGoOnError:
        # A question that is not answered costs its answer only.
        return None


def _on_lsf(case: Case) -> int | None:
    wish = acceptance.wish(case.directives, case.requested.cores)
    _, among, required = queue_of(case)
    condition = " && ".join(filter(None, (required, wish.condition)))
    answer = case.ask(acceptance.ask_hosts(condition, among))
    return by_slots(listings.slots(answer.out).values(), wish.slots) if answer.code == 0 else None


def by_slots(sizes: Iterable[int | None], wanted: int) -> int | None:
    """Jobs of so many slots on one host each; None where a host has no limit, or there is no host."""
    known = tuple(sizes)
    if not known or None in known:
        return None
    return sum((size or 0) // wanted for size in known)


def _on_slurm(case: Case) -> int | None:
    answer = case.ask(facts.SINFO.split())
    listed = facts.partitions(answer.out) if answer.code == 0 else ()
    asked = case.requested
    return in_partition(listed, asked.queue, asked.cores) if asked.cores else None


def in_partition(listed: Iterable[Partition], name: str | None, cores: int) -> int | None:
    """Jobs of so many cores on one node each, in that partition or the default one; None where it is not listed."""
    for partition in listed:
        if partition.name == name or (name is None and partition.is_default):
            return sum(machine.count * (machine.usable // cores) for machine in partition.machines) or None
    return None

"""Asking Slurm: `sbatch --test-only`, and the limits of partitions, which it does not look at.

Where EnforcePartLimits=NO, the default, Slurm takes a job over a partition's limits and never starts it, slurm.conf(5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Said, Verdict, last, option, value, words_of
from pegconf.batch.slurm import facts, request
from pegconf.batch.slurm.refusals import ACCOUNT, CORES, PARTITION, QOS, TIME
from pegconf.core.errors import RefusedError
from pegconf.core.units import count, show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pegconf.batch.acceptance import Case
    from pegconf.batch.base import BatchSystem
    from pegconf.batch.slurm.facts import Partition

_NO_SUCH_NODE: Final = "Requested node configuration is not available"
"""No node of the partition has what is asked for; which part of it, Slurm does not say."""
_ENFORCED: Final = re.compile(r"^AccountingStorageEnforce\s*=\s*(?P<what>\S+)", re.MULTILINE)
_SHOW_PARTITIONS: Final = ("scontrol", "show", "partition")
_SHOW_CONFIG: Final = ("scontrol", "show", "config")


def judge(case: Case, slurm: BatchSystem) -> Iterator[Said]:
    """What sbatch says to the script, and then what the partition allows."""
    answer = case.ask(case.trial.words, case.script)
    if answer.code == 0:
        yield from _limits(case, slurm)
    elif _NO_SUCH_NODE in answer.said:
        partitions = _partitions(case)
        yield case.refused(answer.said, _nodes(partitions), _too_much(case, partitions))
    else:
        yield case.refused(answer.said)


def _limits(case: Case, slurm: BatchSystem) -> Iterator[Said]:
    """What every partition of the script holds against it; of several, one that takes it is enough."""
    chosen = _partitions(case)
    shown = case.ask(_SHOW_PARTITIONS)
    settings = facts.limits(shown.out) if shown.code == 0 else {}
    if not chosen or not settings:
        yield Said(Verdict.NOT_CHECKED, f"the partition's limits: {words_of(shown) if shown.code else 'not shown'}")
    against = [tuple(_against(case, slurm, one, settings.get(one.name, {}))) for one in chosen]
    if against and all(against):
        yield from against[0]
    elif against:
        yield from _closed(case, chosen)
    if value(case.directives, *ACCOUNT) is not None:
        yield from _account(case)


def _partitions(case: Case) -> tuple[Partition, ...]:
    """The partitions that the script names, or the default one."""
    answer = case.ask(facts.SINFO.split())
    listed = facts.partitions(answer.out) if answer.code == 0 else ()
    named = value(case.directives, *PARTITION)
    return tuple(one for one in listed if (one.name in named.split(",") if named else one.is_default))


def _against(case: Case, slurm: BatchSystem, partition: Partition, settings: Mapping[str, str]) -> Iterator[Said]:
    """The limits of one partition that the script goes over, by the reason for which Slurm would let the job wait."""
    found = case.directives
    wanted, most = _seconds(case, slurm), partition.max_walltime
    if wanted is not None and most is not None and wanted > most:
        words = f"PartitionTimeLimit: partition {partition.name} has MaxTime={slurm.format_walltime(most)}"
        if value(found, *QOS):
            yield Said(Verdict.NOT_CHECKED, f"whether its qos may go over a limit: {words}")
        else:
            yield _never(words, last(found, option(*TIME)))
    memory, cap = _memory(case), settings.get("MaxMemPerNode", "")
    if memory is not None and cap.isdecimal() and memory > int(cap) * request.MIB > 0:
        words = f"MaxMemPerLimit: partition {partition.name} has MaxMemPerNode={cap} (MB)"
        yield _never(words, last(found, option("--mem")))
    account = value(found, *ACCOUNT)
    allowed, denied = settings.get("AllowAccounts", "ALL"), settings.get("DenyAccounts", "")
    if account and (account not in allowed.split(",") if allowed != "ALL" else account in denied.split(",")):
        word = f"AllowAccounts={allowed}" if allowed != "ALL" else f"DenyAccounts={denied}"
        words = f"AccountNotAllowed: partition {partition.name} has {word}"
        yield _never(words, last(found, option(*ACCOUNT)))


def _never(words: str, directive: str | None) -> Said:
    return Said(Verdict.NEVER_STARTS, words, "Slurm takes the job and never starts it", directive)


def _closed(case: Case, chosen: tuple[Partition, ...]) -> Iterator[Said]:
    """That no partition of the script starts jobs now."""
    if all(one.state != "up" for one in chosen):
        names = ", ".join(f"partition {one.name} is {one.state}" for one in chosen)
        directive = last(case.directives, option(*PARTITION))
        yield Said(Verdict.NOT_NOW, names, "it takes jobs and starts none for now", directive)


def _account(case: Case) -> Iterator[Said]:
    """Where accounts are not enforced Slurm takes any, and so says nothing of this one."""
    answer = case.ask(_SHOW_CONFIG)
    match = _ENFORCED.search(answer.out) if answer.code == 0 else None
    if match is None or "associations" not in match["what"]:
        words = f"AccountingStorageEnforce={match['what']}" if match else words_of(answer)
        directive = last(case.directives, option(*ACCOUNT))
        yield Said(Verdict.NOT_CHECKED, f"the account: Slurm here takes any ({words})", "", directive)


def _too_much(case: Case, partitions: tuple[Partition, ...]) -> str | None:
    """The directive that asks for more than any node of the partitions has."""
    machines = [machine for partition in partitions for machine in partition.machines]
    cores, memory = value(case.directives, *CORES) or "1", _memory(case)
    if machines and cores.isdecimal() and int(cores) > max(machine.cores for machine in machines):
        return last(case.directives, option(*CORES))
    if machines and memory is not None and memory > max(machine.memory for machine in machines):
        return last(case.directives, option("--mem"))
    return None


def _nodes(partitions: tuple[Partition, ...]) -> str:
    """What the nodes of partitions have, in words."""
    kinds = {(machine.cores, machine.memory) for partition in partitions for machine in partition.machines}
    names = ", ".join(partition.name for partition in partitions)
    shapes = ", ".join(f"{count(cores, 'core')} and {show_bytes(memory)}" for cores, memory in sorted(kinds))
    return f"the nodes of {names} have {shapes}" if shapes else ""


def _seconds(case: Case, slurm: BatchSystem) -> int | None:
    text = value(case.directives, *TIME)
    try:
        return slurm.parse_walltime(text) if text else None
    except RefusedError:
        return None


def _memory(case: Case) -> int | None:
    text = value(case.directives, "--mem")
    try:
        return request.parse_memory(text) if text else None
    except RefusedError:
        return None


def room(case: Case) -> int | None:
    """How many such jobs fit, by the cores of the partition's nodes alone (sinfo)."""
    answer = case.ask(facts.SINFO.split())
    listed = facts.partitions(answer.out) if answer.code == 0 else ()
    cores = value(case.directives, *CORES) or "1"
    partition = value(case.directives, *PARTITION)
    return in_partition(listed, partition, int(cores)) if cores.isdecimal() and int(cores) else None


def in_partition(listed: Iterable[Partition], name: str | None, cores: int) -> int | None:
    """Jobs of so many cores on one node each, in that partition or the default one; None where it is not listed."""
    for partition in listed:
        if partition.name == name or (name is None and partition.is_default):
            return sum(machine.count * (machine.usable // cores) for machine in partition.machines) or None
    return None

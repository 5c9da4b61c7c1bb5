"""What a cluster says of itself: its queues, its machines, and which of them are the common ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Node, Queue
from pegconf.core.units import count, format_bytes, show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pegconf.core.command_output import Answer

MIB: Final = 1024**2
_GIB: Final = 1024**3
_TELLING_NAMES: Final = ("all", "general", "normal", "standard", "batch", "compute", "main", "default")


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of compute node and how many there are; `usable` cores are for jobs, memory is in bytes."""

    cores: int
    usable: int
    memory: int
    gpus: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True)
class FoundQueue:
    """A queue as the cluster describes it; None stands for what it does not say.

    `closed` says why jobs do not start there now, `allowed` whether this user may submit; `uncertain` is set where not
    all of `machines` may serve the queue.
    """

    name: str
    source: str
    default_walltime: int | None = None
    max_walltime: int | None = None
    closed: str = ""
    allowed: bool | None = None
    machines: tuple[Machine, ...] = ()
    machines_source: str = ""
    uncertain: bool = False
    notes: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One fact and the command or file that says so."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Detected:
    """A batch system found on this machine; without queues it does not answer, and `silence` says how.

    `facts` holds what was read by name: cluster, default-queue, memory-unit, reserve-per-core, interface and the like.
    """

    scheduler: str
    version: str = ""
    queues: tuple[FoundQueue, ...] = ()
    accounts: tuple[str, ...] = ()
    accounts_source: str = ""
    facts: Mapping[str, Said] = field(default_factory=dict)
    silence: str = ""

    def value(self, name: str) -> str | None:
        """A fact's value, or None where the cluster does not say it."""
        said = self.facts.get(name)
        return said.value if said else None


def queue_of(found: FoundQueue) -> Queue:
    """A found queue as a site's queue, with the commonest of its machines as the node.

    Where it is uncertain which of several kinds serve it, what each of them has is offered, and no node is claimed.
    """
    node, gpus, words = commonest(found.machines, uncertain=found.uncertain)
    if node is None and found.machines:
        words = "the least of its nodes: which ones serve the queue is not told"
    told = found.machines or "cores-per-node" in found.details
    forbidden = ("not for you",) if found.allowed is False else ()
    closed = (found.closed,) if found.closed else ()
    return Queue(
        name=found.name,
        node=node,
        default_walltime=found.default_walltime,
        max_walltime=found.max_walltime,
        note="; ".join(found.notes),
        now="; ".join((*closed, *forbidden)),
        gpus=gpus,
        source=found.source,
        node_source="; ".join(filter(None, (found.machines_source, words))) if told else "",
        details={**({} if node else _least(found.machines)), **found.details},
    )


def _least(machines: Sequence[Machine]) -> dict[str, str]:
    """The fewest usable cores and the least memory, which every machine has, as answers; nothing without machines."""
    if not machines:
        return {}
    cores, memory = min(one.usable for one in machines), min(one.memory for one in machines)
    return {"cores-per-node": str(cores), "memory-per-node": format_bytes(memory)}


def commonest(machines: Iterable[Machine], *, uncertain: bool = False) -> tuple[Node | None, int, str]:
    """The commonest kind of machine as a node, its GPUs, and words on the others; no node where it is uncertain.

    Machines that differ by less than a GiB of memory are of one kind, and the least memory of the kind counts.
    """
    counts: Counter[tuple[int, int, int, int]] = Counter()
    least: dict[tuple[int, int, int, int], int] = {}
    for machine in machines:
        kind = (machine.cores, machine.usable, round(machine.memory / _GIB), machine.gpus)
        counts[kind] += machine.count
        least[kind] = min(machine.memory, least.get(kind, machine.memory))
    if not counts or (uncertain and len(counts) > 1):
        return None, 0, ""
    kind = max(counts, key=lambda one: (counts[one], -one[1]))
    node = Node(kind[0], kind[1], least[kind])
    if len(counts) == 1:
        return node, kind[3], ""
    others = ", ".join(f"{count(one[0], 'core')} and {show_bytes(least[one])}" for one in sorted(counts) if one != kind)
    return node, kind[3], f"{counts[kind]} of {counts.total()} nodes; others have {others}"


def likely_default(queues: Sequence[FoundQueue]) -> FoundQueue | None:
    """The queue to offer where none is named as the default: by a telling name, then by its number of nodes."""
    open_ones = usable(queues)
    if not open_ones:
        return None

    def rank(queue: FoundQueue) -> tuple[bool, bool, int, float]:
        telling = queue.name.lower().removesuffix(".q") in _TELLING_NAMES
        nodes = sum(machine.count for machine in queue.machines)
        longest = queue.max_walltime if queue.max_walltime is not None else float("inf")
        return bool(queue.machines), telling, nodes, longest

    return max(open_ones, key=rank)


def usable(queues: Iterable[FoundQueue]) -> list[FoundQueue]:
    """The queues where this user's jobs may start now."""
    return [queue for queue in queues if not queue.closed and queue.allowed is not False]


@dataclass(frozen=True, slots=True)
class Heard:
    """What commands said, by their command line; one that is not installed or failed says nothing.

    `files` are the texts of those of `BatchSystem.fact_files` that can be read, by path; `groups` are the user's, none
    where one of them has no name here.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()

    def text(self, command: str) -> str:
        """Its standard output, empty where it failed: what a failing command prints is no fact."""
        answer = self.answers.get(command)
        return answer.out if answer is not None and answer.code == 0 else ""

    def how(self, command: str) -> str:
        """How it ended and its words, for people."""
        answer = self.answers.get(command)
        if answer is None:
            return "is not installed"
        return f"{answer.ended}: {answer.said}" if answer.said else answer.ended

"""What a job asks for with `-l`: read and refused as OpenPBS 23.06 did, with the queue's and the server's defaults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import amounts
from .reply import RefusedError

if TYPE_CHECKING:
    from .cluster import Queue

COUNTS = {"ncpus", "mpiprocs", "ompthreads", "nodect"}
NAMES = {"host", "vnode", "arch"}
KNOWN = COUNTS | NAMES | amounts.SIZES | amounts.TIMES | {"nodes", "select", "place"}
_PLACES = {"free", "pack", "scatter", "vscatter", "excl", "exclhost", "shared"}
_SERVER_DEFAULT = {"ncpus": "1"}


@dataclass(frozen=True)
class Chunk:
    """One chunk of a select: how many, and what each is to have, in the order in which it was asked for."""

    count: int
    wanted: dict[str, str]

    @property
    def ncpus(self) -> int:
        """The cores of one; one where none are asked for."""
        return int(self.wanted.get("ncpus", "1"))

    @property
    def mem(self) -> int:
        """The memory of one in bytes."""
        return amounts.in_bytes(self.wanted.get("mem", ""))


@dataclass(frozen=True)
class Asked:
    """What a job asks for: its select and place, and the whole of it by resource."""

    select: str
    place: str
    resources: dict[str, str]


def chunks(select: str) -> list[Chunk]:
    """The chunks of `2:ncpus=1:mem=1gb+1:ncpus=2`."""
    found = []
    for part in select.split("+"):
        first, *rest = part.split(":")
        count, wanted = (int(first), rest) if first.isdigit() else (1, [first, *rest])
        found.append(Chunk(count, dict(word.partition("=")[::2] for word in wanted)))
    return found


def split(words: list[str]) -> dict[str, str]:
    """The resources of all `-l`, the last of a name counting; commas stand between them."""
    return dict(word.partition("=")[::2] for text in words for word in text.split(",") if word)


def asked(words: list[str], queue: Queue) -> Asked:
    """Read all `-l`, or refuse them."""
    given = split(words)
    _together(given)
    for name, text in given.items():
        _legal(name, text)
    wide = {name: text for name, text in given.items() if name not in {"select", "place", "nodes"}}
    defaults = queue.maximum | _SERVER_DEFAULT | queue.default
    if "select" in given:
        select, place = given["select"], given.get("place", "free")
    elif "nodes" in given:
        select, place = _of_nodes(given), "scatter"
    else:
        mine = defaults | wide
        per_job = sorted(name for name in mine if name not in amounts.TIMES)
        select, place = "1:" + ":".join(f"{name}={mine[name]}" for name in per_job), given.get("place", "pack")
    total = _total(chunks(select))
    resources = {name: text for name, text in defaults.items() if name not in total} | total | _wide(wide)
    return Asked(select, place, resources | ({"nodes": given["nodes"]} if "nodes" in given else {}))


def _together(given: dict[str, str]) -> None:
    if "select" not in given and "place" not in given:
        return
    if "nodes" in given:
        raise RefusedError("Cannot be used with select or place: nodes", 6)
    per_job = [name for name in given if name in COUNTS | amounts.SIZES]
    if per_job:
        words = f'"-lresource=" cannot be used with "select" or "place", resource is: {per_job[0]}'
        raise RefusedError(words, 5)


def _legal(name: str, text: str) -> None:
    if name not in KNOWN:
        raise RefusedError(f"Unknown resource Resource_List.{name}", 187)
    if name == "select":
        _legal_select(text)
    elif (name == "place" and not set(text.split(":")) <= _PLACES) or not _is_amount(name, text):
        raise RefusedError(f"Illegal attribute or resource value Resource_List.{name}", 166)


def _legal_select(text: str) -> None:
    if not text:
        raise RefusedError("Illegal attribute or resource value Resource_List.select", 166)
    for chunk in chunks(text):
        for name, amount in chunk.wanted.items():
            if name not in KNOWN:
                raise RefusedError(f"Unknown resource: {name}", 187)
            if not _is_amount(name, amount):
                raise RefusedError(f"Illegal attribute or resource value select.{name}", 166)


def _is_amount(name: str, text: str) -> bool:
    if name in amounts.SIZES:
        return amounts.size(text) is not None
    if name in amounts.TIMES:
        return amounts.seconds(text) is not None
    return text.isdigit() if name in COUNTS else bool(text)


def _of_nodes(given: dict[str, str]) -> str:
    """Torque's `nodes=1:ppn=2` in PBS's words, the job's memory parted among the nodes."""
    count, *rest = given["nodes"].split(":")
    cores = dict(word.partition("=")[::2] for word in rest).get("ppn", "1")
    number = int(count) if count.isdigit() else 1
    memory = f":mem={amounts.in_bytes(given['mem']) // number // 1024}KB" if "mem" in given else ""
    return f"{number}:ncpus={cores}{memory}:mpiprocs={cores}"


def _total(parts: list[Chunk]) -> dict[str, str]:
    numbers: Counter[str] = Counter()
    sizes: dict[str, list[str]] = {}
    for chunk in parts:
        for name, text in ({"ncpus": "1"} | chunk.wanted).items():
            if name in COUNTS:
                numbers[name] += chunk.count * int(text)
            elif name in amounts.SIZES:
                sizes.setdefault(name, []).extend([text] * chunk.count)
        numbers["nodect"] += chunk.count
    return {name: str(number) for name, number in numbers.items()} | {
        name: amounts.added(texts) for name, texts in sizes.items()
    }


def _wide(given: dict[str, str]) -> dict[str, str]:
    return {name: amounts.clock(amounts.seconds(given[name]) or 0) for name in given if name in amounts.TIMES}


def within(resources: dict[str, str], queue: Queue) -> bool:
    """Whether a job keeps its queue's limits; what it does not ask for and has no default of is not looked at."""
    over = any(_value(name, resources) > amounts.value(name, queue.maximum[name]) for name in queue.maximum)
    under = any(
        _value(name, resources) < amounts.value(name, queue.minimum[name])
        for name in queue.minimum
        if name in resources
    )
    return not over and not under


def _value(name: str, resources: dict[str, str]) -> float:
    return amounts.value(name, resources.get(name, "0"))

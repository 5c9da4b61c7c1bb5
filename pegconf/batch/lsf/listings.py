"""What an LSF says of itself, as pure functions on its commands' output.

Recorded on an LSF-compatible cluster (volclava 2.2); where IBM Spectrum LSF 10.1 prints otherwise, its command
reference is followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pegconf.core.units import GIB, MIB

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLUSTER: Final = re.compile(r"^My cluster name is (\S+)", re.MULTILINE)
_QUEUE: Final = re.compile(r"^QUEUE: *(\S.*?) *$", re.MULTILINE)
_MINUTES: Final = re.compile(r"\s*(?P<minutes>\d+(?:\.\d+)?)\s*min(?:\s+of\s+(?P<host>\S+))?\s*")
_KILOBYTES: Final = {"K": 1024, "M": MIB, "G": GIB, "T": 1024**4}
_AMOUNT: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGT])")
_PARAMETER: Final = re.compile(r"^\s*(?P<name>[A-Z][A-Z_]+)\s*=\s*(?P<value>.*?)\s*$", re.MULTILINE)
_HOST_COLUMNS: Final = 8


@dataclass(frozen=True, slots=True)
class LsfQueue:
    """One queue of `bqueues -l`: seconds, bytes, and its hosts and users as they stand there."""

    name: str
    status: str
    is_default: bool
    default_walltime: int | None
    max_walltime: int | None
    normalised_to: str
    fewest_slots: int | None
    most_slots: int | None
    most_memory: int | None
    users: tuple[str, ...]
    hosts: tuple[str, ...]
    requirement: str


@dataclass(frozen=True, slots=True)
class LsfHost:
    """One host of `lshosts -w`; None where it has not reported."""

    name: str
    cores: int | None
    memory: int | None
    resources: tuple[str, ...] = ()


def cluster_name(lsid: str) -> str | None:
    """The cluster's name in lsid's output."""
    match = _CLUSTER.search(lsid)
    return match[1] if match else None


def queues(text: str) -> tuple[LsfQueue, ...]:
    """The queues in `bqueues -l`."""
    parts = _QUEUE.split(text)[1:]
    return tuple(_queue(name, body) for name, body in zip(parts[::2], parts[1::2], strict=True))


def _queue(name: str, body: str) -> LsfQueue:
    described, _, rest = body.partition("PARAMETERS/STATISTICS")
    status = re.search(r"^ *-?\d+ +-?\d+ +(\w+:\w+)", rest, re.MULTILINE)
    first, has_default, after = rest.partition("DEFAULT LIMITS:")
    defaults, has_maximum, maxima = after.partition("MAXIMUM LIMITS:")
    if not has_default:
        # With a maximum only, the heading is not there.
        defaults, maxima = "", first.partition("MAXIMUM LIMITS:")[2] or first
    elif not has_maximum:
        maxima = ""
    default, longest = _run_limit(defaults), _run_limit(maxima)
    slots = [
        int(word) for word in (_column(maxima, "PROCLIMIT") or _column(maxima, "TASKLIMIT")).split() if word.isdecimal()
    ]
    most = _AMOUNT.fullmatch(_column(maxima, "MEMLIMIT").strip())
    return LsfQueue(
        name=name,
        status=status[1] if status else "",
        is_default="This is the default queue." in described,
        default_walltime=default[0],
        max_walltime=longest[0],
        normalised_to=longest[1] or default[1],
        fewest_slots=slots[0] if len(slots) > 1 else None,
        most_slots=slots[-1] if slots else None,
        most_memory=int(float(most["number"]) * _KILOBYTES[most["unit"]]) if most else None,
        users=_words(rest, "USERS"),
        hosts=_words(rest, "HOSTS"),
        requirement=" ".join(_words(rest, "RES_REQ")),
    )


def _run_limit(text: str) -> tuple[int | None, str]:
    match = _MINUTES.fullmatch(_column(text, "RUNLIMIT"))
    return (round(float(match["minutes"]) * 60), match["host"] or "") if match else (None, "")


def _column(text: str, head: str) -> str:
    """The value under a heading: several limits stand in the same two lines, by column."""
    lines = text.splitlines()
    for line, below in pairwise(lines):
        heads = [(match[0], match.start()) for match in re.finditer(r"\S+", line)]
        for number, (word, start) in enumerate(heads):
            if word == head:
                first = 0 if number == 0 else start
                end = heads[number + 1][1] if number + 1 < len(heads) else None
                return below[first:end]
    return ""


def _words(text: str, head: str) -> tuple[str, ...]:
    """The words after `HEAD:`, with those of indented lines below it."""
    match = re.search(rf"^{head}:(.*(?:\n[ \t]+\S.*)*)", text, re.MULTILINE)
    return tuple(match[1].split()) if match else ()


def queue_names(text: str) -> tuple[str, ...]:
    """The queues in the table of `bqueues`, such as those of one user (`-u`)."""
    rows = [line.split() for line in text.splitlines()]
    return tuple(row[0] for row in rows if len(row) > 2 and ":" in row[2])  # noqa: PLR2004 - name, priority, status


def hosts(text: str) -> tuple[LsfHost, ...]:
    """The hosts in `lshosts -w`; IBM's amounts have a fraction (`63.3G`), and `-` is a host that is down."""
    found = []
    for line in text.splitlines():
        head, bracket, tail = line.partition("(")
        words = head.split()
        if len(words) != _HOST_COLUMNS or not bracket or words[0] == "HOST_NAME":
            continue
        amount = _AMOUNT.fullmatch(words[5])
        # In whole MiB, since the printed number is rounded anyway.
        memory = int(float(amount["number"]) * _KILOBYTES[amount["unit"]]) // MIB * MIB if amount else None
        cores = int(words[4]) if words[4].isdecimal() else None
        found.append(LsfHost(words[0], cores, memory, tuple(tail.partition(")")[0].split())))
    return tuple(found)


def slots(text: str) -> dict[str, int | None]:
    """The job slots of each host in `bhosts -w`; None where there is no limit."""
    found: dict[str, int | None] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) > 3 and words[0] != "HOST_NAME":  # noqa: PLR2004 - name, status, JL/U, MAX
            found[words[0]] = int(words[3]) if words[3].isdecimal() else None
    return found


def groups(text: str) -> dict[str, tuple[str, ...]]:
    """The host groups in `bmgroup`; a group inside a group ends in a slash."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines()[1:]:
        words = line.split()
        if words:
            found[words[0].rstrip("/")] = tuple(words[1:])
    return found


def gpus(text: str) -> dict[str, int]:
    """The GPUs of each host in `lshosts -s`, where the site has named them ngpus."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) > 2 and words[0] in {"ngpus", "ngpus_physical"} and words[1].isdecimal():  # noqa: PLR2004
            found |= dict.fromkeys(words[2:], int(words[1]))
    return found


def gpu_table(text: str) -> dict[str, int]:
    """The GPUs of each host in IBM's `lshosts -gpu -w`: a line for each, the host's name before its first one only."""
    found: dict[str, int] = {}
    host = ""
    for line in text.splitlines():
        words = line.split()
        if words and not line[0].isspace():
            host, *words = words
        if words and words[0].isdecimal():
            found[host] = found.get(host, 0) + 1
    return found


def parameters(text: str) -> dict[str, str]:
    """The parameters in `bparams -l` or `bparams -a`."""
    return {match["name"]: match["value"] for match in _PARAMETER.finditer(text)}


def reserve_per_core(found: Mapping[str, str]) -> bool | None:
    """Whether rusage[mem=] counts for each slot: RESOURCE_RESERVE_PER_TASK, _PER_SLOT before LSF 10.1."""
    for name in ("RESOURCE_RESERVE_PER_TASK", "RESOURCE_RESERVE_PER_SLOT"):
        value = found.get(name, "").upper()[:1]
        if value in {"Y", "N"}:
            return value == "Y"
    return None


def members(
    words: tuple[str, ...], everyone: frozenset[str], known: Mapping[str, tuple[str, ...]]
) -> frozenset[str] | None:
    """The hosts that a HOSTS line means: hosts, `group/`, `all`, `all ~host`, `host+2`; None for a strange word."""
    if words[:2] == ("all", "hosts"):
        words = ("all",)
    chosen: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    for word in words:
        inside = _member(word.removeprefix("~"), everyone, known, ())
        if inside is None:
            return None
        if word.startswith("~"):
            without |= inside
        else:
            chosen |= inside
    return chosen - without


def _member(
    word: str, everyone: frozenset[str], known: Mapping[str, tuple[str, ...]], seen: tuple[str, ...]
) -> frozenset[str] | None:
    name = re.sub(r"\+\d*$", "", word).rstrip("/")
    if name == "all":
        return everyone
    if name in known and name not in seen:
        inside = [_member(one, everyone, known, (*seen, name)) for one in known[name]]
        return None if None in inside else frozenset().union(*(one for one in inside if one is not None))
    return frozenset({name}) if name in everyone else None

"""What a Grid Engine says of itself: pure functions on its commands' output, recorded on Son of Grid Engine 8.1.9."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Machine
from pegconf.core.units import GIB, MIB

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION: Final = re.compile(r"\s*(?:\S*GE|OCS|.*Grid Engine)\b.*\d")
_QUEUE_LINE: Final = re.compile(
    r"\s+(?P<queue>\S+)\s+(?P<type>[A-Z]+)\s+\d+/\d+/(?P<slots>\d+)(?:\s+(?P<state>\S+))?\s*"
)
_OVERRIDE: Final = re.compile(r"\[[^\]=]*=([^\]]*)\]")
_AMOUNT: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[MGT])")
_BYTES: Final = {"M": MIB, "G": GIB, "T": 1024**4}
_NO_NAMES: Final = {"", "NONE"}
# By what sites use to hold memory back; h_vmem is the only one that also ends a job above it.
_MEMORY_RESOURCES: Final = ("h_vmem", "mem_free", "virtual_free", "mem_total", "h_rss")


def version(qstat_help: str) -> str | None:
    """The first line of `qstat -help` where it is Grid Engine's; PBS and Torque begin with a usage line."""
    lines = qstat_help.strip().splitlines()
    return lines[0].strip() if lines and _VERSION.match(lines[0]) else None


def objects(text: str, key: str) -> dict[str, dict[str, str]]:
    """The settings of each object in `qconf -sq` (key `qname`) or `qconf -sp` (`pe_name`), by its name."""
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        name, _, value = line.strip().partition(" ")
        if name == key:
            current = found.setdefault(value.strip(), {})
        if name:
            current[name] = value.strip()
    return found


def seconds(text: str) -> int | None:
    """Seconds of `24:00:00` or `86400`, the largest where hosts override it; None for INFINITY or anything else."""
    base = text.partition(",")[0].strip()
    values = [_seconds(word.strip()) for word in (base, *_OVERRIDE.findall(text))]
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def _seconds(text: str) -> int | None:
    match = re.fullmatch(r"(?:(\d+):(\d+):)?(\d+)", text)
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3]) if match else None


def names(text: str) -> tuple[str, ...]:
    """The names in a list's value such as `smp mpi` or `smp,[@gpu=mpi]`; none for NONE."""
    base = re.sub(r"\[[^\]]*\]", "", text)
    return tuple(word for word in re.split(r"[\s,]+", base) if word not in _NO_NAMES)


def machines(qhost: str) -> tuple[dict[str, list[Machine]], dict[str, list[str]]]:
    """Each queue's machines in `qhost -q` by their slots, and the states of its instances."""
    found: dict[str, list[Machine]] = {}
    states: dict[str, list[str]] = {}
    heads: list[str] = []
    memory: int | None = None
    for line in qhost.splitlines():
        words = line.split()
        instance = _QUEUE_LINE.fullmatch(line)
        if words[:1] == ["HOSTNAME"]:
            heads = words
        elif instance is not None:
            states.setdefault(instance["queue"], []).append(instance["state"] or "")
            slots = int(instance["slots"])
            if memory is not None and slots:
                found.setdefault(instance["queue"], []).append(Machine(slots, slots, memory))
        elif len(words) == len(heads) and "MEMTOT" in heads:
            memory = _memory(words[heads.index("MEMTOT")])
    return found, states


def _memory(text: str) -> int | None:
    match = _AMOUNT.fullmatch(text)
    return int(float(match["number"]) * _BYTES[match["unit"]]) // MIB * MIB if match else None


def closed(states: list[str]) -> str:
    """Why no job starts in a queue now, from the states of its instances (qstat's manual page); empty where one can."""
    reasons = {
        "d": "disabled",
        "D": "disabled",
        "E": "in error",
        "u": "unreachable",
        "S": "suspended",
        "s": "suspended",
    }
    troubles = [next((words for letter, words in reasons.items() if letter in state), "") for state in states]
    return f"{troubles[0]} now" if troubles and all(troubles) else ""


def on_one_host(environments: Mapping[str, Mapping[str, str]], wanted: tuple[str, ...]) -> str | None:
    """The parallel environment of a queue that puts all slots of a job on one host: `allocation_rule $pe_slots`."""
    fitting = [
        name
        for name in wanted
        if environments.get(name, {}).get("allocation_rule") == "$pe_slots"
        and environments[name].get("slots") != "0"
        and names(environments[name].get("user_lists", "")) == ()
    ]
    return fitting[0] if fitting else None


def memory_resource(complexes: str) -> tuple[str, str] | None:
    """The resource in `qconf -sc` that holds memory back, and its consumable word: YES is per slot, JOB per job."""
    rows = {words[0]: words for words in map(str.split, complexes.splitlines()) if len(words) > 6}  # noqa: PLR2004
    for name in _MEMORY_RESOURCES:
        words = rows.get(name)
        if words and words[2] == "MEMORY" and words[4] in {"YES", "FORCED"} and words[5] in {"YES", "JOB"}:
            return name, words[5]
    return None


def queues_of(qselect: str) -> tuple[str, ...]:
    """The queues in `qselect -U USER`, which lists their instances as `general.q@node`."""
    return tuple(dict.fromkeys(line.strip().partition("@")[0] for line in qselect.splitlines() if line.strip()))

"""What a PBS says of itself, PBS Pro, OpenPBS or Torque: pure functions on the output of qstat and pbsnodes.

Taken from the manuals (qstat(1B), pbsnodes(8B), pbs_queue_attributes(7B), pbs_node_attributes(7B) of OpenPBS 20 and
Torque 6) and from outputs in public files, not run. The plain form is read, which all of them print; `-F json` is PBS
Pro's alone, and some of its releases print what is no JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Machine
from pegconf.batch.pbs import request

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Settings = dict[str, str]
"""Attributes by their names in small letters, as PBS compares them."""

_AWAY: Final = {"down", "offline", "unknown", "state-unknown", "stale", "provisioning", "maintenance"}
_CLOCK: Final = re.compile(r"\d{1,9}(?::\d{1,9}){0,3}(?:\.\d+)?")
_UNITS: Final = (1, 60, 3600, 86400)
_HEAD: Final = re.compile(r"(?:Queue|Server): *(\S+)")


@dataclass(frozen=True, slots=True)
class PbsNode:
    """A node that takes jobs, and what may bind it to queues: its own `queue`, its Qlist, Torque's properties."""

    machine: Machine
    queue: str
    qlist: frozenset[str]
    properties: frozenset[str]
    of_torque: bool


def flavour(version: str) -> str | None:
    """`pbspro` for `pbs_version = 22.05.11`, `torque` for `Version: 6.1.2`."""
    if re.search(r"pbs_version|PBS(?: ?Pro|_version)", version, re.IGNORECASE):
        return "pbspro"
    return "torque" if re.search(r"^version: *\d", version, re.IGNORECASE | re.MULTILINE) else None


def described(text: str) -> dict[str, Settings]:
    """The queues of `qstat -Q -f` or the servers of `qstat -B -f`; a long value goes on behind a tab."""
    found: dict[str, Settings] = {}
    settings: Settings = {}
    for line in re.sub(r"\r?\n\t", "", text).splitlines():
        head = _HEAD.fullmatch(line.strip())
        if head is not None:
            settings = found.setdefault(head[1], {})
        elif " = " in line:
            name, _, value = line.strip().partition(" = ")
            settings[name.lower()] = value.strip()
    return found


def nodes(text: str) -> tuple[PbsNode, ...]:
    """The nodes of `pbsnodes -a` that take jobs; those of PBS Pro that are parts of one host are one node."""
    hosts: dict[str, list[Settings]] = {}
    for name, settings in _blocks(text):
        if not _AWAY & set(re.split(r"[,\s]+", settings.get("state", "unknown").lower())):
            hosts.setdefault(settings.get("resources_available.host") or name.partition("[")[0], []).append(settings)
    found = (_node(parts) for parts in hosts.values())
    return tuple(node for node in found if node is not None)


def _blocks(text: str) -> list[tuple[str, Settings]]:
    blocks: list[tuple[str, Settings]] = []
    for line in re.sub(r"\r?\n\t", "", text).splitlines():
        name, equals, value = line.strip().partition(" = ")
        if line[:1].strip() and not equals and len(line.split()) == 1:
            blocks.append((line.strip(), {}))
        elif equals and blocks:
            blocks[-1][1][name.lower()] = value.strip()
    return blocks


def _node(parts: list[Settings]) -> PbsNode | None:
    """A host of its parts; None where its cores or its memory are not told."""
    shapes = [_shape(part) for part in parts]
    cores, memory, gpus = (sum(shape[place] for shape in shapes) for place in range(3))
    if not cores or not memory:
        return None
    return PbsNode(
        Machine(cores, cores, memory, gpus),
        next((part["queue"] for part in parts if part.get("queue")), ""),
        frozenset(word for part in parts for word in words(part.get("resources_available.qlist", ""))),
        frozenset(word for part in parts for word in words(part.get("properties", ""))),
        any("np" in part for part in parts),
    )


def _shape(part: Settings) -> tuple[int, int, int]:
    """Cores, bytes and GPUs; of Torque the slots that it gives, and the memory that the node itself reports."""
    status = dict(word.split("=", 1) for word in part.get("status", "").split(",") if "=" in word)
    cores = part.get("resources_available.ncpus") or part.get("np", "")
    memory = part.get("resources_available.mem") or status.get("physmem", "")
    gpus = part.get("resources_available.ngpus") or part.get("gpus", "")
    return number(cores) or 0, request.parse_size(memory) or 0, number(gpus) or 0


def number(text: str) -> int | None:
    """A whole number, None where it is none."""
    return int(text) if re.fullmatch(r"\d{1,9}", text.strip()) else None


def words(text: str) -> tuple[str, ...]:
    """The words of a list with commas, without the quotes around it."""
    return tuple(filter(None, (word.strip() for word in text.strip().strip('"').split(","))))


def seconds(text: str) -> int | None:
    """Seconds of `[[[days:]hours:]minutes:]seconds`; None for what is none, and for 0 or -1."""
    if not _CLOCK.fullmatch(text.strip()):
        return None
    parts = reversed(text.strip().partition(".")[0].split(":"))
    return sum(int(part) * unit for part, unit in zip(parts, _UNITS, strict=False)) or None


def allowed(settings: Mapping[str, str], user: str, groups: Collection[str]) -> bool | None:
    """Whether this user may submit to a queue, False only where a list in force surely leaves the user out.

    A queue whose group is among the user's may still count the first group only (acl_group_sloppy): None.
    """
    if true(settings, "acl_user_enable") and not _listed(settings.get("acl_users", ""), (user,)):
        return False
    if true(settings, "acl_group_enable") and groups and not _listed(settings.get("acl_groups", ""), groups):
        return False
    return None


def _listed(text: str, names: Collection[str]) -> bool:
    """Whether one of the names is in a list of `+name@host`, `-name` being kept out; an empty list has everybody."""
    entries = [word.partition("@")[0] for word in words(text)]
    taken = {entry.removeprefix("+") for entry in entries if not entry.startswith("-")}
    kept_out = {entry.removeprefix("-") for entry in entries if entry.startswith("-")}
    return not entries or any(name not in kept_out and (name in taken or "*" in taken or "" in taken) for name in names)


def true(settings: Mapping[str, str], name: str) -> bool:
    """Whether an attribute is set and true."""
    return settings.get(name, "").lower() in {"true", "t", "y", "1"}


def closed(settings: Mapping[str, str]) -> str:
    """Why jobs do not start in a queue now; empty where they do."""
    for name, said in (
        ("enabled", "disabled now: it refuses jobs"),
        ("started", "stopped now: it takes jobs and starts none"),
    ):
        if name in settings and not true(settings, name):
            return said
    return "takes jobs from other queues only" if true(settings, "from_route_only") else ""

"""What an OAR says of itself to an ordinary user (recorded on 2.5.9): its resources, not its queues and their limits.

`oaradmissionrules`, `oarproperty` and oar.conf are for administrators only, and so are the list of queues and the
limits of walltimes, which rules of admission hold. A resource's properties are the site's own; these names are
Grid'5000's, where memory is in MB.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.facts import MIB, Detected, FoundQueue, Machine, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pegconf.batch.facts import Heard

VERSION: Final = "oarsub --version"
NODES: Final = "oarnodes -J"
QUEUE: Final = "default"
PER_CORE: Final = ("memcore", "mem_core")
PER_NODE: Final = "memnode"
# Some sites count in GB: 6 is no number of MB that a core has, nor 192 one of a node.
_LEAST_PER_CORE: Final = 256
_LEAST_PER_NODE: Final = 1024
_RESERVED: Final = ("production", "exotic")
_OWN: Final = "OAR's own queue: it lists none to users"

Resource = dict[str, Any]


def resources(text: str) -> tuple[Resource, ...]:
    """The resources of `oarnodes -J` that jobs may get now: of type default, alive, and not being drained."""
    try:
        loaded = json.loads(text)
    except ValueError:
        return ()
    found = loaded.values() if isinstance(loaded, dict) else loaded if isinstance(loaded, list) else ()
    return tuple(one for one in found if isinstance(one, dict) and _takes_jobs(one))


def _takes_jobs(resource: Resource) -> bool:
    said = [str(resource.get(name) or "") for name in ("type", "state", "drain", "desktop_computing")]
    return said[0] in {"", "default"} and said[1] == "Alive" and "YES" not in said[2:] and _host(resource) != ""


def _host(resource: Resource) -> str:
    return str(resource.get("network_address") or resource.get("host") or "")


def memory_property(found: Iterable[Resource]) -> str | None:
    """The property that holds a core's memory in MB, where each resource has it."""
    listed = list(found)
    for name in PER_CORE:
        if listed and all(_number(one, name) >= _LEAST_PER_CORE for one in listed):
            return name
    return None


def machines(found: Iterable[Resource]) -> tuple[Machine, ...]:
    """The nodes whose memory is told too, a node of several resources once."""
    shapes = (_shape(mine) for mine in _by_host(found).values())
    return tuple(Machine(cores, cores, memory, gpus) for cores, memory, gpus in shapes if memory)


def cores(found: Iterable[Resource]) -> int | None:
    """The cores of a node where all nodes have as many."""
    counted = {_shape(mine)[0] for mine in _by_host(found).values()}
    return counted.pop() if len(counted) == 1 else None


def _by_host(found: Iterable[Resource]) -> dict[str, list[Resource]]:
    hosts: dict[str, list[Resource]] = {}
    for one in found:
        hosts.setdefault(_host(one), []).append(one)
    return hosts


def _shape(mine: list[Resource]) -> tuple[int, int, int]:
    """A node's cores, bytes of memory (0 where they are not told) and GPUs.

    A core may be several resources, one for each of its threads, which name the same core.
    """
    named = [one.get("core") for one in mine]
    count = len(mine) if any(core in {None, "", 0, "0"} for core in named) else len(set(map(str, named)))
    name = memory_property(mine)
    if name is not None:
        memory = min(_number(one, name) for one in mine) * count * MIB
    else:
        least = min(_number(one, PER_NODE) for one in mine)
        memory = least * MIB if least >= _LEAST_PER_NODE else 0
    return count, memory, _gpus(mine)


def _gpus(mine: list[Resource]) -> int:
    """By `gpu`, a number for each in the whole cluster, else by `gpudevice`, which begins with 0 on each node."""
    named = {_number(one, "gpu") for one in mine} - {0}
    devices = {str(one["gpudevice"]) for one in mine if str(one.get("gpudevice", "")).isdecimal()}
    return len(named) or (len(devices) if len(devices) > 1 else 0)


def _number(resource: Resource, name: str) -> int:
    """A property as a whole number; 0 where it is none."""
    text = str(resource.get(name, ""))
    return int(text) if re.fullmatch(r"\d{1,15}", text) else 0


def lines(_heard: Heard, _user: str) -> tuple[str, ...]:
    """What oarsub is, and the resources."""
    return (VERSION, NODES)


def read(heard: Heard, _user: str, _environ: Mapping[str, str]) -> Detected | None:
    """The facts in what the commands said; None where oarsub does not say what it is."""
    told = re.search(r"OAR version *: *(\S.*)", heard.text(VERSION))
    if told is None:
        return None
    version = told[1].strip()
    found = resources(heard.text(NODES))
    if not found:
        none = "names no resource that is alive" if heard.text(NODES) else heard.how(NODES)
        return Detected("oar", version, silence=f"{NODES} {none}")
    facts = {"default-queue": Said(QUEUE, _OWN)}
    name = memory_property(found)
    if name is not None:
        facts["memory-property"] = Said(name, f"from {NODES}")
    shapes, count = machines(found), cores(found)
    queue = FoundQueue(
        name=QUEUE,
        source=_OWN,
        machines=shapes,
        machines_source=f"from {NODES}",
        # Rules of admission keep such nodes for other queues or job types.
        uncertain=any(str(one.get(kept) or "").upper() == "YES" for one in found for kept in _RESERVED),
        details={} if shapes or count is None else {"cores-per-node": str(count)},
    )
    return Detected("oar", version, (queue,), facts=facts)

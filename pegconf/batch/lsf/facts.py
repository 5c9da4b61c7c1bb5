"""What an LSF says of itself: its queues, hosts and limits, its unit of memory, how it counts reservations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Detected, FoundQueue, Machine, Said
from pegconf.batch.lsf import listings, lsf_conf
from pegconf.core.units import show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pegconf.batch.facts import Heard
    from pegconf.batch.lsf.listings import LsfHost, LsfQueue

_COMMANDS: Final = (
    *("bqueues -l", "lshosts -w", "bhosts -w", "bmgroup -w", "lshosts -s", "lshosts -gpu -w"),
    *("bparams -a", "bparams -l", "lsadmin showconf lim", "badmin showconf mbd"),
)
_STATUS: Final = {
    "Closed": "closed now: it refuses jobs",
    "Inact": "inactive now: it takes jobs and starts none",
}


def lines(heard: Heard, user: str) -> tuple[str, ...]:
    """The lsid line alone until it answers: it gives up where the daemon is down, all others wait for ever."""
    if listings.cluster_name(heard.text("lsid")) is None:
        return ("lsid",)
    return (*_COMMANDS, _of(user))


def _of(user: str) -> str:
    return f"bqueues -u {user}"


def read(heard: Heard, user: str, environ: Mapping[str, str]) -> Detected:
    """The facts in what the commands said."""
    name = listings.cluster_name(heard.text("lsid"))
    if name is None:
        return Detected("lsf", silence=f"lsid {heard.how('lsid')}")
    version = heard.text("lsid").splitlines()[0].strip()
    listed = listings.queues(heard.text("bqueues -l"))
    if not listed:
        return Detected("lsf", version, silence=f"bqueues -l {heard.how('bqueues -l')}")
    allowed = listings.queue_names(heard.text(_of(user)))
    parameters, command = _parameters(heard)
    facts = {"cluster": Said(name, "from lsid")}
    default = _default_queue(parameters.get("DEFAULT_QUEUE", "").split(), listed, command, environ)
    if default is not None:
        facts["default-queue"] = default
    per_core = listings.reserve_per_core(parameters)
    if per_core is not None:
        facts["reserve-per-core"] = Said("yes" if per_core else "no", f"from {command}")
    unit = _unit(heard, version)
    if unit is not None:
        facts["memory-unit"] = unit
    project = environ.get("LSB_DEFAULTPROJECT", "")
    return Detected(
        scheduler="lsf",
        version=version,
        queues=_queues(listed, allowed, heard),
        accounts=(project,) if project else (),
        accounts_source="from LSB_DEFAULTPROJECT",
        facts=facts,
    )


def _parameters(heard: Heard) -> tuple[dict[str, str], str]:
    """The batch system's parameters: IBM's `bparams -a` has all of them, and not every LSF has it."""
    for command in ("bparams -a", "bparams -l"):
        found = listings.parameters(heard.text(command))
        if found:
            return found, command
    return {}, ""


def _default_queue(
    listed: list[str], queues: tuple[LsfQueue, ...], command: str, environ: Mapping[str, str]
) -> Said | None:
    names = {queue.name for queue in queues}
    own = environ.get("LSB_DEFAULTQUEUE", "")
    if own in names:
        return Said(own, "from LSB_DEFAULTQUEUE")
    if listed and listed[0] in names:
        return Said(listed[0], f"from {command}")
    marked = next((queue.name for queue in queues if queue.is_default), None)
    return Said(marked, "from bqueues -l") if marked else None


def _unit(heard: Heard, version: str) -> Said | None:
    """The unit of limits, as the daemons say or their file."""
    for command in ("lsadmin showconf lim", "badmin showconf mbd"):
        unit = lsf_conf.unit_in(heard.text(command))
        if unit is not None:
            return Said(unit, f"from {command}")
    told = lsf_conf.unit_of(heard.files, version)
    return None if told is None else Said(told[0], f"from {told[1]}")


def _queues(listed: tuple[LsfQueue, ...], allowed: tuple[str, ...], heard: Heard) -> tuple[FoundQueue, ...]:
    hosts = {host.name: host for host in listings.hosts(heard.text("lshosts -w"))}
    slots = listings.slots(heard.text("bhosts -w"))
    gpus = listings.gpus(heard.text("lshosts -s")) | listings.gpu_table(heard.text("lshosts -gpu -w"))
    groups = listings.groups(heard.text("bmgroup -w"))
    everyone = frozenset(hosts) | frozenset(slots)
    found = []
    for queue in listed:
        inside = listings.members(queue.hosts, everyone, groups) or frozenset()
        certain, chosen = select(queue.requirement, [hosts[name] for name in sorted(inside) if name in hosts])
        machines = [_machine(host, queue, slots, gpus.get(host.name, 0)) for host in chosen]
        found.append(
            FoundQueue(
                name=queue.name,
                source=f"from bqueues -l {queue.name}",
                default_walltime=queue.default_walltime,
                max_walltime=queue.max_walltime,
                closed=next((words for status, words in _STATUS.items() if status in queue.status), ""),
                allowed=queue.name in allowed if allowed else None,
                machines=tuple(machine for machine in machines if machine is not None),
                machines_source="from lshosts -w and bhosts -w",
                uncertain=not certain,
                notes=_notes(queue),
            )
        )
    return tuple(found)


def select(requirement: str, hosts: Iterable[LsfHost]) -> tuple[bool, list[LsfHost]]:
    """The hosts that a queue's RES_REQ leaves, and whether that is certain: only names joined by && are understood."""
    chosen = list(hosts)
    match = re.search(r"select\[([^\]]*)\]", requirement)
    if match is None:
        return not requirement or "[" in requirement, chosen
    certain = True
    for term in match[1].split("&&"):
        word = re.sub(r"[()\s]", "", term)
        if re.fullmatch(r"[A-Za-z]\w*", word) and any(word in host.resources for host in chosen):
            chosen = [host for host in chosen if word in host.resources]
        elif not re.fullmatch(r"type==(any|local)", word):
            certain = False
    return certain, chosen


def _machine(host: LsfHost, queue: LsfQueue, slots: Mapping[str, int | None], gpus: int) -> Machine | None:
    """A host as a kind of machine; None for one that is down or takes no jobs."""
    most = slots.get(host.name)
    if host.cores is None or host.memory is None or most == 0:
        return None
    # A host that is starting shows one slot for a while.
    limits = [limit for limit in (most if most != 1 else None, queue.most_slots) if limit is not None]
    return Machine(host.cores, min([host.cores, *limits]), host.memory, gpus)


def _notes(queue: LsfQueue) -> tuple[str, ...]:
    notes = []
    if queue.fewest_slots is not None and queue.fewest_slots > 1:
        notes.append(f"takes jobs of {queue.fewest_slots} to {queue.most_slots} cores")
    if queue.most_memory is not None:
        notes.append(f"ends jobs above {show_bytes(queue.most_memory)}")
    if queue.normalised_to:
        notes.append(f"its walltimes are those of the host {queue.normalised_to}")
    return tuple(notes)

"""What a PBS Pro, an OpenPBS or a Torque, also below a Moab, says of itself; not run, see listings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Detected, FoundQueue, Said
from pegconf.batch.pbs import listings, request
from pegconf.core.units import count, show_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.facts import Heard, Machine
    from pegconf.batch.pbs.listings import PbsNode, Settings

VERSION: Final = "qstat --version"
QUEUES: Final = "qstat -Q -f"
SERVER: Final = "qstat -B -f"
NODES: Final = "pbsnodes -a"
# What a queue's chunks ask for by default without choosing among nodes.
_PLAIN: Final = {"ncpus", "mem", "vmem", "ngpus", "mpiprocs", "ompthreads", "qlist"}


def lines(heard: Heard, _user: str) -> tuple[str, ...]:
    """What it is, and all else once it has said so: qstat may be another batch system's."""
    return (VERSION,) if _flavour(heard) is None else (QUEUES, SERVER, NODES)


def read(heard: Heard, user: str, _environ: Mapping[str, str]) -> Detected | None:
    """The facts in what the commands said; None where qstat is not that of a PBS."""
    kind = _flavour(heard)
    return None if kind is None else read_queues("pbs", kind, heard, user)


def _flavour(heard: Heard) -> str | None:
    return listings.flavour(version_of(VERSION, heard))


def version_of(command: str, heard: Heard) -> str:
    """What a command says of its version, which some print as an error; empty where it failed."""
    answer = heard.answers.get(command)
    return f"{answer.out}{answer.err}".strip() if answer is not None and answer.code == 0 else ""


def read_queues(scheduler: str, version: str, heard: Heard, user: str) -> Detected:
    """The facts in what the commands said; `version` is the flavour where the scheduler is PBS."""
    facts = {"flavour": Said(version, f"from {VERSION}")} if scheduler == "pbs" else {}
    listed = listings.described(heard.text(QUEUES))
    if not listed:
        return Detected(scheduler, version, facts=facts, silence=f"{QUEUES} {heard.how(QUEUES)}")
    server = next(iter(listings.described(heard.text(SERVER)).items()), None)
    of_server: Settings = {} if server is None else server[1]
    if server is not None:
        facts["cluster"] = Said(server[0].partition(":")[0], f"from {SERVER}")
    if of_server.get("default_queue") in listed:
        facts["default-queue"] = Said(of_server["default_queue"], f"from {SERVER}")
    if scheduler == "pbs" and "pbs_version" in of_server:
        version = f"{version} {of_server['pbs_version']}"
    nodes = listings.nodes(heard.text(NODES))
    found = {
        name: _queue(name, settings, of_server, nodes, listings.allowed(settings, user, heard.groups))
        for name, settings in listed.items()
        if not _is_route(settings)
    }
    routes = {
        name: _route(name, settings, found, listings.allowed(settings, user, heard.groups))
        for name, settings in listed.items()
        if _is_route(settings)
    }
    queues = tuple((found | routes)[name] for name in listed)
    return Detected(scheduler, version, queues, facts=facts)


def _is_route(settings: Settings) -> bool:
    return settings.get("queue_type", "").lower().startswith("r")


def _queue(
    name: str, settings: Settings, server: Settings, nodes: tuple[PbsNode, ...], allowed: bool | None
) -> FoundQueue:
    machines, uncertain = _served(name, settings, nodes)
    return FoundQueue(
        name=name,
        source=f"from {QUEUES}",
        default_walltime=_walltime("resources_default.walltime", settings, server),
        max_walltime=_walltime("resources_max.walltime", settings, server),
        closed=listings.closed(settings),
        allowed=allowed,
        machines=machines,
        machines_source=f"from {NODES}",
        uncertain=uncertain,
        notes=_notes(settings),
    )


def _route(name: str, settings: Settings, found: Mapping[str, FoundQueue], allowed: bool | None) -> FoundQueue:
    """A queue that hands jobs on; a job may be as long as the longest of the others takes it."""
    goes_to = [word.partition("@")[0] for word in listings.words(settings.get("route_destinations", ""))]
    behind = [found[word] for word in goes_to if word in found]
    limits = [queue.max_walltime for queue in behind]
    longest = None if None in limits else max((limit for limit in limits if limit is not None), default=None)
    own = listings.seconds(settings.get("resources_max.walltime", ""))
    shared = all(queue.machines == behind[0].machines and not queue.uncertain for queue in behind)
    machines = [machine for queue in (behind[:1] if shared else behind) for machine in queue.machines]
    return FoundQueue(
        name=name,
        source=f"from {QUEUES}",
        max_walltime=min((limit for limit in (own, longest) if limit is not None), default=None),
        closed=listings.closed(settings),
        allowed=allowed,
        machines=tuple(machines),
        machines_source=f"from {NODES}",
        uncertain=not shared,
        notes=(f"hands jobs on to {', '.join(goes_to)}",) if goes_to else (),
    )


def _walltime(name: str, settings: Settings, server: Settings) -> int | None:
    """The queue's own, else the server's, which counts for queues that have none."""
    return listings.seconds(settings.get(name) or server.get(name, ""))


def _served(name: str, settings: Settings, nodes: tuple[PbsNode, ...]) -> tuple[tuple[Machine, ...], bool]:
    """The nodes of a queue, and whether it may be fewer: by properties, by Qlist, by the nodes' own queue, else all.

    PBS Pro starts jobs of a queue without such ties on any node without; Torque leaves it to the scheduler.
    """
    needed = _properties(settings)
    if needed:
        return tuple(node.machine for node in nodes if needed <= node.properties), False
    # A queue that has nodes of its own uses no others (pbs_node_attributes: queue).
    mine = [node for node in nodes if node.queue == name]
    free = mine or [node for node in nodes if not node.queue]
    asked = settings.get("default_chunk.qlist") or settings.get("resources_default.qlist")
    others = {key.partition(".")[2] for key in settings if key.startswith("default_chunk.")} - _PLAIN
    if asked:
        return tuple(node.machine for node in free if asked in node.qlist), bool(others)
    tied = [node for node in free if name in node.qlist]
    untold = bool(others) or any(node.qlist or node.of_torque for node in free)
    return tuple(node.machine for node in (tied or free)), untold


def _properties(settings: Settings) -> frozenset[str]:
    """The properties in `neednodes = gpu` or `1:ppn=1:gpu`, and Torque's features_required."""
    words = re.split(r"[:+]", settings.get("resources_default.neednodes", ""))
    named = {word for word in words if word and not word.isdecimal() and "=" not in word}
    return frozenset(named | set(listings.words(settings.get("features_required", ""))))


def _notes(settings: Settings) -> tuple[str, ...]:
    notes = []
    for kind, words in (("max", "at most"), ("min", "at least")):
        cores = listings.number(settings.get(f"resources_{kind}.ncpus", ""))
        if cores:
            notes.append(f"{words} {count(cores, 'core')} a job")
    memory = request.parse_size(settings.get("resources_max.mem", ""))
    if memory:
        notes.append(f"at most {show_bytes(memory)} a job")
    nodes = listings.number(settings.get("resources_max.nodect", ""))
    if nodes:
        notes.append(f"at most {count(nodes, 'node')} a job")
    return tuple(notes)

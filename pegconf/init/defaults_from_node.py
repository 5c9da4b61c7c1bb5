"""What a compute node answered, as defaults for init's questions with their source, and in words for the user."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pegconf.core import units
from pegconf.core.units import GB, MIB, show_bytes
from pegconf.init.defaults import Offer, Probe
from pegconf.site import interfaces, node_answer
from pegconf.site.node_answer import NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.init.defaults import Got, Known
    from pegconf.site.node_answer import Directory, Interpreter, Link, NodeFacts

_SAME_MEMORY: Final = 0.1
"""A kernel keeps a part of the memory for itself, and each command tells another part."""
_ROOM: Final = 2 * GB


def pythons(configured: str) -> tuple[str, ...]:
    """The configured Python, and those that a node may have besides."""
    return tuple(dict.fromkeys((configured, "python3", "python")))


def directories(known: Known, got: Got) -> tuple[str, ...]:
    """Where workers might keep their scratch: the default so far, and the usual places."""
    default = got.get("local-directory")
    user = known.user or "$USER"
    usual = ("$TMPDIR", f"/scratch/{user}", "/scratch", "/local", "/localscratch", "/tmp")  # noqa: S108 - only tried
    return tuple(dict.fromkeys((*([default] if default else []), *usual)))


def rows(facts: NodeFacts) -> tuple[tuple[str, str], ...]:
    """The answer as rows of two."""
    links = [f"{link.name} {link.address}{_speed(link)}" for link in facts.links]
    cores = f"{facts.cores_of_node or '?'}, of which this job may use {facts.cores or '?'}"
    memory = show_bytes(facts.memory_of_node) if facts.memory_of_node else "?"
    limit = f", of which this job may use {show_bytes(facts.memory_limit)}" if facts.memory_limit else ""
    scratch = [
        f"{one.path} ({', '.join(filter(None, [one.filesystem, _room(one), '' if one.writable else 'not writable']))})"
        for one in facts.directories
        if one.exists
    ]
    pythons = [
        f"{one.path} {one.version}{f' with distributed {one.distributed}' * bool(one.distributed)}"
        for one in facts.pythons
        if one.path
    ]
    variables = [f"{name}={value}" for name, value in facts.variables.items()]
    table = {
        "interfaces": links,
        "cores": [cores],
        "memory": [memory + limit],
        "scratch": scratch,
        "python": pythons,
        "variables": variables,
    }
    return tuple((label, ", ".join(values) or "none") for label, values in table.items())


def _speed(link: Link) -> str:
    words = [f"{link.speed / 1000:g} Gbit/s"] if link.speed else []
    words += ["InfiniBand"] if link.infiniband else []
    words += ["down"] if link.up is False else []
    return f" ({', '.join(words)})" if words else ""


def _room(one: Directory) -> str:
    return f"{show_bytes(one.free)} free" if one.free is not None else ""


@dataclass(frozen=True, slots=True)
class Here:
    """This side of the comparison: the host's interfaces, its TMPDIR, and the Python that is configured."""

    links: tuple[Link, ...]
    temporary: str | None
    python: str


def take(
    known: Known, given: Mapping[str, str], got: Got, facts: NodeFacts, host: Here
) -> tuple[Known, tuple[str, ...]]:
    """What is known with the probe's defaults, and its notes; `got` are the answers without it."""
    here = host.links
    facts = replace(facts, host=facts.host or "the node")
    fixed = {*given, *known.saved}
    notes: list[str] = []
    offered: dict[str, Offer] = {}
    offered |= _interface(known, given, facts, here, notes)
    offered |= _shape(known, fixed, got, facts, notes)
    offered |= _scratch(known, fixed, got, facts, host.temporary, notes)
    names = {link.name for link in here}
    own = {name: _for_host(name, facts, here) for name in facts.interfaces if name not in names}
    notes += [f"{facts.host} gave no answer in time about: {', '.join(facts.late)}"] if facts.late else []
    python = _python(facts, host.python, given, notes)
    probe = Probe(offered, facts.interfaces, {name: other for name, other in own.items() if other}, python)
    return replace(known, probe=probe), tuple(notes)


def _reached(facts: NodeFacts) -> dict[str, bool]:
    return {address.rpartition(":")[0]: not words for address, words in facts.connects.items()}


def _for_host(name: str, facts: NodeFacts, here: Sequence[Link]) -> str:
    pair = interfaces.best([link for link in facts.links if link.name == name], here, _reached(facts))
    return pair.host if pair else ""


def _interface(
    known: Known, given: Mapping[str, str], facts: NodeFacts, here: Sequence[Link], notes: list[str]
) -> dict[str, Offer]:
    reached = _reached(facts)
    if reached and not any(reached.values()):
        tried = ", ".join(sorted(reached))
        notes.append(
            f"{facts.host} reached no address of this host ({tried}): workers may not reach a scheduler"
            " here; a program can run on a compute node instead: pegconf script --driver"
        )
    chosen = given.get("interface") or known.saved.get("interface")
    if chosen and chosen != "none" and chosen not in facts.interfaces:
        notes.append(f"{facts.host} has no interface {chosen}; it has {', '.join(facts.interfaces) or 'none'}")
    elif chosen and chosen != "none":
        return {"interface": Offer(chosen, f"in the file; {facts.host} has it")}
    pair = interfaces.best(facts.links, here, reached)
    if pair is None:
        return {}
    words = f"from a probe job on {facts.host}"
    if pair.node == pair.host:
        return {"interface": Offer(pair.node, f"{words}; this host has it too")}
    return {"interface": Offer(pair.node, f"{words}; for the scheduler on this host {pair.host} is taken")}


def _shape(known: Known, fixed: set[str], got: Got, facts: NodeFacts, notes: list[str]) -> dict[str, Offer]:
    """Cores and memory of the node where nobody else says them now, since it is one of many.

    The batch system places jobs by what it believes itself, so that its own word goes before a node's.
    """
    source = f"from a probe job on {facts.host}"
    measured: dict[str, str] = {}
    if facts.cores_of_node:
        measured["cores-per-node"] = str(facts.cores_of_node)
    if facts.memory_of_node:
        measured["memory-per-node"] = units.format_bytes(facts.memory_of_node // MIB * MIB)
    cores, memory = got.get("cores-per-node"), got.get("memory-per-node")
    other = [units.count(cores, "core")] if cores and facts.cores_of_node and cores != facts.cores_of_node else []
    if memory and facts.memory_of_node and abs(memory - facts.memory_of_node) > memory * _SAME_MEMORY:
        other.append(show_bytes(memory))
    missing = {name: Offer(text, source) for name, text in measured.items() if name not in got}
    if not other:
        return missing
    cores_there = units.count(facts.cores_of_node or 0, "core")
    counted = f"{facts.host} counts {cores_there} and {show_bytes(facts.memory_of_node or 0)} itself"
    queue = known.queue(got)
    if known.site is not None and known.site.detected and queue is not None and queue.node is None:
        # Which nodes serve the queue was not told; the job was on one that does.
        return {name: Offer(text, source) for name, text in measured.items() if name not in fixed}
    live = known.site is not None and known.site.detected and queue is not None and not queue.as_of
    if live or fixed & set(measured):
        whose = "as given" if fixed & set(measured) or queue is None else queue.node_source or queue.source
        notes.append(f"{counted}; taken is {' and '.join(other)}, {whose}")
        return missing
    notes.append(f"{counted}; the site's file says {' and '.join(other)}")
    return {name: Offer(text, source) for name, text in measured.items()}


def _scratch(
    known: Known, fixed: set[str], got: Got, facts: NodeFacts, here_tmp: str | None, notes: list[str]
) -> dict[str, Offer]:
    seen = {one.asked: one for one in facts.directories}
    default = got.get("local-directory")
    bad = default in seen and not seen[default].writable
    if bad:
        notes.append(f"{facts.host} cannot write to {default}")
    if "local-directory" in fixed:
        return {}
    of_site = known.site is not None and known.site.local_directory is not None
    if default in seen and not bad and of_site:
        return {"local-directory": Offer(default, _about(seen[default], facts.host))}
    # A job's own folder is emptied at its end; one that was there before the job is not that.
    mine = {one.path for one in facts.directories if one.asked == "$TMPDIR"} - {here_tmp, "/tmp", "/var/tmp"}  # noqa: S108
    good = [
        one
        for one in facts.directories
        if _holds_scratch(one) and (one.exists or one.asked == default) and (one.asked != "$TMPDIR" or mine)
    ]
    if not good:
        return {}
    best = min(
        good, key=lambda one: (one.asked != "$TMPDIR", one.asked == default, -((one.free or 0) // GB), one.asked)
    )
    own = best.asked if best.asked in {"$TMPDIR", default} else f"{best.asked}/dask-{known.user or '$USER'}"
    return {"local-directory": Offer(own, _about(best, facts.host))}


def _holds_scratch(one: Directory) -> bool:
    """Whether it is a disk of the node's own, with room, that a job may write to."""
    return bool(one.path) and one.writable and node_answer.is_own_disk(one.filesystem) and (one.free or 0) >= _ROOM


def _about(one: Directory, host: str) -> str:
    kind = ", ".join(filter(None, [one.filesystem, _room(one)]))
    return f"from a probe job on {host}" + (f": {kind}" if kind else "")


def _python(facts: NodeFacts, asked: str, given: Mapping[str, str], notes: list[str]) -> str | None:
    """Another Python that works there, where the configured one does not; told in every case."""
    configured = next((one for one in facts.pythons if one.asked == asked), None)
    if configured is None or configured.imports or (configured.imports is None and configured.distributed):
        return None
    notes.append(f"{facts.host}: the Python {configured.asked} {_trouble(configured)}")
    other = next((one for one in facts.pythons if one.imports), None)
    if other is None or "python" in given:
        return None
    notes.append(f"taken is {other.path}, which has distributed {other.distributed} there")
    return other.path


def _trouble(one: Interpreter) -> str:
    if not one.path:
        return "does not exist there"
    if one.trouble == NO_ANSWER:
        return "gave no answer in time there: it hangs, or the node is busy"
    return f"cannot import distributed there: {one.trouble}" if one.version else f"does not run there: {one.trouble}"

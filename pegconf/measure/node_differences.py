"""In what the nodes of one test differ from one another, and from the host that it was started on."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from pegconf.core import units
from pegconf.site.interfaces import interface_names
from pegconf.site.this_host import host_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pegconf.site.node_answer import Directory, NodeFacts

_SLOWER: Final = 5
"""A file system that is written so many times slower on one node than on another is worth a line."""


@dataclass(frozen=True, slots=True)
class Here:
    """This host: its name and interfaces, without the loopback's, and the versions that run the scheduler."""

    name: str
    interfaces: tuple[str, ...]
    python: str
    distributed: str


def here() -> Here:
    """The host that the scheduler runs on."""
    found = tuple(name for name in interface_names() if name != "lo")
    return Here(host_name(), found, platform.python_version(), version("distributed"))


def differences(nodes: Sequence[NodeFacts], own: Here) -> tuple[str, ...]:
    """One line for each thing that is not the same everywhere; none where nothing differs, or no node was asked."""
    return tuple(_all(nodes, own)) if nodes else ()


def _all(nodes: Sequence[NodeFacts], own: Here) -> Iterator[str]:
    yield from _interfaces(nodes, own)
    yield from _unequal("cores of a job", {node.host: _number(node.cores) for node in nodes})
    yield from _unequal("memory of a job", {node.host: _memory(node) for node in nodes})
    yield from _unequal("system", {node.host: node.system for node in nodes})
    pythons = {node.host: node.pythons[0] for node in nodes if node.pythons and node.pythons[0].version}
    yield from _unequal("Python", {own.name: own.python, **{host: one.version for host, one in pythons.items()}})
    known = {host: one.distributed for host, one in pythons.items()}
    yield from _unequal("distributed", {own.name: own.distributed, **known})
    for asked in dict.fromkeys(folder.asked for node in nodes for folder in node.directories):
        yield from _folder(asked, {node.host: one for node in nodes for one in node.directories if one.asked == asked})


def _interfaces(nodes: Sequence[NodeFacts], own: Here) -> Iterator[str]:
    """What one host lacks and others have; the nodes' addresses are what counts, so a name is all that is compared."""
    hosts = {own.name: own.interfaces, **{node.host: node.interfaces for node in nodes if node.links}}
    for name in dict.fromkeys(name for names in hosts.values() for name in names if name != "lo"):
        lacking = [host for host, names in hosts.items() if name not in names]
        if lacking:
            having = [host for host in hosts if host not in lacking]
            yield f"interface {name}: on {', '.join(having)}; not on {', '.join(lacking)}"


def _folder(asked: str, folders: Mapping[str, Directory]) -> Iterator[str]:
    yield from _unequal(f"{asked} is on", {host: one.filesystem for host, one in folders.items()})
    writable = {host: "can be written" if one.writable else "cannot be written" for host, one in folders.items()}
    yield from _unequal(asked, writable)
    speeds = {host: one.speed for host, one in folders.items() if one.speed}
    if speeds and max(speeds.values()) >= _SLOWER * min(speeds.values()):
        yield from _unequal(
            f"{asked} is written at", {host: f"{units.show_bytes(one)}/s" for host, one in speeds.items()}
        )


def _unequal(what: str, values: Mapping[str, str]) -> Iterator[str]:
    """One line where the values that are known are not all the same."""
    hosts: dict[str, list[str]] = {}
    for host, value in values.items():
        if value:
            hosts.setdefault(value, []).append(host)
    if len(hosts) > 1:
        yield f"{what}: " + "; ".join(f"{value} on {', '.join(names)}" for value, names in hosts.items())


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _memory(node: NodeFacts) -> str:
    """What the job may use; of nodes of one kind the totals differ by what their firmware holds back."""
    amount = node.memory_limit or node.memory_of_node
    return "" if amount is None else f"{round(amount / units.GB)} GB"

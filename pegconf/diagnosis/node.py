"""What a compute node told of itself, and why no worker could come of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.core import units
from pegconf.diagnosis.causes import Cause
from pegconf.jobs import ask_nodes
from pegconf.site import node_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.diagnosis.run_context import Scene
    from pegconf.site.node_answer import Directory, NodeFacts

FULL_BYTES: Final = 10 * units.MB
"""Below this a worker cannot even write its log and its lock file."""


def first(facts: NodeFacts, scene: Scene) -> Cause | None:
    """The first thing a worker would fail of, in the order in which it would meet them."""
    return next(_all(facts, scene), None)


def _all(facts: NodeFacts, scene: Scene) -> Iterator[Cause]:
    yield from _python(facts)
    yield from _interface(facts, scene)
    yield from _connection(facts, scene)
    for key in ("local-directory", "log-directory"):
        for directory in facts.directories:
            if directory.asked == scene.section.get(key):
                yield from _directory(directory, key, facts.host)


def _python(facts: NodeFacts) -> Iterator[Cause]:
    for python in facts.pythons:
        if not python.path:
            yield Cause(
                "PEG613",
                f"{python.asked} does not exist on {facts.host}",
                "set python: in the file to a Python that the compute nodes have, on a file system they share",
            )
        elif python.version and not python.distributed:
            yield Cause(
                "PEG612",
                f"{python.path} on {facts.host}, Python {python.version}, has no distributed",
                "set python: in the file to a Python with dask and distributed, or install them there",
            )
        elif not python.version and python.trouble not in {"", node_answer.NO_ANSWER}:
            yield Cause(
                "PEG613",
                f"{python.path} does not run on {facts.host}: {python.trouble}",
                "set python: in the file to a Python that runs on the compute nodes",
            )


def _interface(facts: NodeFacts, scene: Scene) -> Iterator[Cause]:
    wanted = scene.section.get("interface")
    if wanted is None or not facts.links or wanted in facts.interfaces:
        return
    real = [link for link in facts.links if link.name != "lo"]
    has = ", ".join(f"{link.name} {link.address}" for link in real) or "none but lo"
    reached = _ways(facts, scene)
    common = next((name for name in facts.interfaces if name in reached), None)
    way_out = f"set interface: {common}, which both have" if common else "name one that both sides have"
    if not common and real and reached:
        way_out = (
            f"set interface: {real[0].name} for the workers and scheduler-options: {{interface: {reached[0]}}} "
            "for this host"
        )
    yield Cause("PEG611", f"the compute node {facts.host} has no interface {wanted}", way_out, f"it has: {has}")


def _connection(facts: NodeFacts, scene: Scene) -> Iterator[Cause]:
    why = ask_nodes.reached(facts, scene.scheduler)
    if not why:
        return
    ways = _ways(facts, scene)
    given = (scene.section.get("scheduler-options") or {}).get("contact_address")
    elsewhere = f"take contact_address: {given} out of scheduler-options, or name an address that the nodes reach"
    if ways:
        over = f"set scheduler-options: {{interface: {ways[0]}}}, and interface: to what the nodes have on that network"
        yield Cause(
            "PEG614",
            f"{facts.host} cannot reach the scheduler at {scene.scheduler} ({why}), and could over {', '.join(ways)}",
            elsewhere if given else over,
        )
        return
    alone = "a firewall stands between: run your program on a compute node (pegconf script --driver), or ask the staff"
    yield Cause(
        "PEG616",
        f"{facts.host} reaches this host over none of its networks ({why})",
        elsewhere if given else alone,
    )


def _ways(facts: NodeFacts, scene: Scene) -> tuple[str, ...]:
    return ask_nodes.ways(facts, scene.places)


def _directory(directory: Directory, key: str, host: str) -> Iterator[Cause]:
    if not directory.writable:
        missing = "" if directory.exists else ", and it does not exist"
        yield Cause(
            "PEG618",
            f"{key} {directory.asked} cannot be written on {host}{missing}",
            f"set {key}: to a folder that the compute nodes can write",
        )
    elif directory.free is not None and directory.free < FULL_BYTES:
        yield Cause(
            "PEG618",
            f"{key} {directory.asked} is full on {host}: {units.show_bytes(directory.free)} free",
            "make room there, or name another folder",
        )

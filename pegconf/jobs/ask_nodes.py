"""The compute node is asked inside each job, before its workers start: what is put into the script, and what came back.

The answer stands in the job's own output, so that no shared folder is needed (site/node_questions, site/node_answer).
"""

from __future__ import annotations

import contextlib
import re
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import psutil

from pegconf.site import node_answer, node_questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.config.sections import Section
    from pegconf.site.node_answer import NodeFacts

WRITE_MEGABYTES: Final = 16
_BEGUN: Final = f"{node_answer.MARKER}\tprologue\tdone"
_BACKLOG: Final = 4096


@dataclass(frozen=True, slots=True)
class Door:
    """A port that every address of this host answers on for as long as the test runs, and these addresses by name.

    Nobody reads what comes: whether a node gets through to it is all that is to be known.
    """

    port: int
    addresses: Mapping[str, str]

    @property
    def places(self) -> dict[str, str]:
        """Where nodes try it, `10.2.0.4:40001`, by the interface."""
        return {name: f"{address}:{self.port}" for name, address in self.addresses.items()}


@contextlib.contextmanager
def door() -> Iterator[Door]:
    """Open such a port; the kernel answers, and nothing is accepted."""
    with socket.socket() as listening:
        listening.bind(("", 0))
        listening.listen(_BACKLOG)
        yield Door(listening.getsockname()[1], _addresses())


def _addresses() -> dict[str, str]:
    """This host's IPv4 addresses by interface, without the loopback's."""
    return {
        name: address.address
        for name, found in psutil.net_if_addrs().items()
        for address in found
        if address.family is socket.AF_INET and not address.address.startswith("127.")
    }


def into(script: str, section: Section, scheduler: str, opened: Door | None) -> str:
    """The job's script with the questions after its directives, and a mark before the line that starts the worker.

    `scheduler` is the address of Dask's scheduler, `tcp://10.2.0.4:41003`; without a door (the job runs on this very
    host) neither connections nor the speed of writing are tried.
    """
    lines = script.splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    last = max(number for number, line in enumerate(lines) if line.strip())
    text = node_questions.render(_questions(section, scheduler, opened)).rstrip("\n")
    mark = f"printf '%s\\n' {_quoted(_BEGUN)}"
    return "\n".join([*lines[:first], text, *lines[first:last], mark, *lines[last:]]) + "\n"


def _questions(section: Section, scheduler: str, opened: Door | None) -> node_questions.Ask:
    directories = tuple(
        dict.fromkeys(str(path) for key in ("local-directory", "log-directory") if (path := section.get(key)))
    )
    if opened is None:
        return node_questions.Ask(directories=directories)
    python = section.get("python") or sys.executable
    doors = tuple((address, opened.port) for address in opened.addresses.values())
    return node_questions.Ask((str(python),), directories, (_place(scheduler), *doors), WRITE_MEGABYTES)


def _place(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return str(parts.hostname), int(parts.port or 0)


def _quoted(text: str) -> str:
    return "'" + text + "'"


@dataclass(frozen=True, slots=True)
class Told:
    """What one job's output tells: the node's facts, whether its prologue came to its end, and its other lines."""

    facts: NodeFacts
    prologue_done: bool
    rest: str


def told(output: str) -> Told | None:
    """What the node told in a job's output so far, or None where the whole answer is not there yet."""
    facts = node_answer.parse(output)
    if facts is None or not facts.complete:
        return None
    return Told(facts, _BEGUN in output, own(output))


def own(output: str) -> str:
    """A job's output without the node's answers."""
    return "\n".join(line for line in output.splitlines() if node_answer.MARKER not in line)


def reached(facts: NodeFacts, scheduler: str) -> str | None:
    """Why the node did not reach the scheduler; empty where it did, None where it could not try."""
    host, port = _place(scheduler)
    why = facts.connects.get(f"{host}:{port}")
    return None if why == node_answer.NOT_TRIED else why


def has_reached(output: str, scheduler: str) -> bool:
    """Whether a job's output so far tells that its node has got through to the scheduler.

    A nanny says where it starts once the scheduler has answered it (distributed/nanny.py).
    """
    if re.search(r"\bStart Nanny at: ", output):
        return True
    answer = told(output)
    return answer is not None and answer.prologue_done and reached(answer.facts, scheduler) == ""


def ways(facts: NodeFacts, places: Mapping[str, str]) -> tuple[str, ...]:
    """The interfaces of this host that the node got through to, of these that it tried."""
    return tuple(name for name, place in places.items() if facts.connects.get(place) == "")

"""The Dask schedulers of this user that run now: on this host, in a scheduler file, in jobs of the batch system."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import socket
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import psutil

from pegconf.batch.job import State
from pegconf.batch.systems import KNOWN
from pegconf.config.dashboard_address import dashboard, is_everywhere, is_loopback
from pegconf.core import commands, units
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs import driver_notes
from pegconf.site import this_host
from pegconf.site.interfaces import links
from pegconf.site.this_host import host_name
from pegconf.tunnel import who_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pegconf.config.sections import Section

ASK_SECONDS: Final = 10.0
_FIRST_WORD_SECONDS: Final = 0.7
_QUEUE_SECONDS: Final = 15.0
_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Running:
    """One scheduler: where its dashboard listens, who it says it is, and how it was found.

    `node` is None on this very host; `address` is empty where it listens on all of them. `identity` is None where it
    could not be asked from here, as on the loopback of another node.
    """

    node: str | None
    address: str
    port: int
    identity: driver_notes.Identity | None
    source: str

    @property
    def words(self) -> str:
        """The scheduler in one line for a choice."""
        who = "not asked: it listens on the node's loopback" if self.identity is None else self.identity.address
        count = None if self.identity is None else self.identity.workers
        workers = "" if count is None else f", {units.count(count, 'worker')}"
        return f"{self.node or host_name()} port {self.port}: {who}{workers} ({self.source})"


def on_this_host() -> tuple[Running, ...]:
    """The schedulers among this user's own processes that listen here; each is asked over HTTP who it is."""
    doors = sorted(_doors())
    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        asked = pool.map(lambda door: _asked(door[0], door[1], f"process {door[2]}", None), doors)
    found: dict[str, Running] = {}
    for one in asked:
        if one is not None and one.identity is not None:
            found.setdefault(one.identity.address, one)
    return tuple(found.values())


def _doors() -> set[tuple[str, int, int]]:
    """Addresses, ports and process ids of the sockets on which this user's own Python processes listen."""
    try:
        every = psutil.net_connections("tcp")
    except psutil.Error:
        # Elsewhere than on Linux only root may ask.
        return set()
    return {
        (one.laddr.ip, one.laddr.port, one.pid)
        for one in every
        if one.status == psutil.CONN_LISTEN and one.laddr and one.pid and _is_own_python(one.pid)
    }


def _is_own_python(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.uids().real == os.getuid() and "py" in os.path.basename(process.exe())  # noqa: PTH119
    except psutil.Error:
        return False


def _asked(address: str, port: int, source: str, node: str | None) -> Running | None:
    """The scheduler at an address, None where something else or nobody answers."""
    everywhere = is_everywhere(address)
    host = (node or "127.0.0.1") if everywhere else address
    try:
        if who_answers.speaks_first(host, port, _FIRST_WORD_SECONDS):
            return None
        who = who_answers.ask(host, port, ASK_SECONDS)
    except OSError:
        return None
    return (
        Running(node, "" if everywhere else address, port, who, source)
        if isinstance(who, driver_notes.Identity)
        else None
    )


def in_file(file: Path) -> Running:
    """The scheduler that wrote a file (`dask scheduler --scheduler-file`); raises CannotGoOnError where none did.

    One on another node that does not answer from here listens on that node's loopback, or has ended.
    """
    try:
        said = driver_notes.parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotGoOnError(f"{file}: {error.strerror}", "name the file that your scheduler writes") from None
    except ValueError:
        raise CannotGoOnError(
            f"{file} is no scheduler file, or its scheduler has no dashboard", "see dask scheduler --scheduler-file"
        ) from None
    host, port, told = said.host, said.port, said.identity
    own = is_loopback(host) or host in _own_addresses()
    node = None if own else _name_of(host)
    for address in ("127.0.0.1", host) if own else (host,):
        found = _asked(address, port, str(file), node)
        if found is not None and found.identity is not None and found.identity.address == told.address:
            return found
    if own:
        raise CannotGoOnError(
            f"the scheduler of {file} does not answer on port {port} of this host: it has ended, or runs on another",
            "run pegconf tunnel where the scheduler runs",
        )
    return Running(node, "127.0.0.1", port, told, f"{file}, not answering from here")


def _own_addresses() -> set[str]:
    return {link.address.partition("/")[0] for link in links()}


def _name_of(address: str) -> str:
    """The name of a node by its address, or the address where it has none."""
    with contextlib.suppress(OSError):
        return socket.gethostbyaddr(address)[0]
    return address


def in_jobs(sections: Iterable[Section]) -> tuple[Running, ...]:
    """The schedulers of the driver jobs that run now, by what the batch systems of this host list."""
    found: list[Running] = []
    for section in sections:
        system = KNOWN.get(section.batch_system or "")
        if system is None or not system.is_batch or not this_host.has_command(system.list_named("x")[0]):
            continue
        name = driver_notes.driver_name(section.name)
        answer = commands.run(system.list_named(name), _QUEUE_SECONDS)
        if answer.code != 0:
            continue
        jobs = [job for job in system.parse_jobs(answer.out) if job.name == name and job.state is State.RUNNING]
        found += [_of_job(section, job.host, job.job_id) for job in jobs if job.host]
    return tuple(found)


def _of_job(section: Section, host: str, job_id: str) -> Running:
    """The scheduler of a driver job: by what it noted in the user's home, by asking it where its node lets others ask.

    Else the configuration tells, which does not know where another program had the port.
    """
    served, node = dashboard((section,)), host.partition("*")[2] or host
    source = f"job {job_id}"
    said = driver_notes.of_job(os.environ, driver_notes.driver_name(section.name), job_id)
    address, port = ("127.0.0.1" if served.loopback else ""), (served.port if said is None else said.port)
    expected = None if said is None else said.identity.address
    asked = None if served.loopback else _asked("", port, source, node)
    if asked is not None and asked.identity is not None and asked.identity.is_meant(expected):
        return asked
    if said is not None:
        # The workers came after it was written.
        return Running(node, address, port, replace(said.identity, workers=None), source)
    return Running(node, address, port, None, f"{source}, by the configuration")


def chosen(found: Sequence[Running], port: int | None, node: str | None, expect: str | None) -> tuple[Running, ...]:
    """Those that fit what was given on the command line."""
    return tuple(
        one
        for one in found
        if port in {None, one.port}
        and (node is None or _same_host(node, one.node or host_name()))
        and (one.identity is None or one.identity.is_meant(expect))
    )


def _same_host(one: str, other: str) -> bool:
    """Whether both are names of one host, one of them perhaps without its domain."""
    return one == other or one.partition(".")[0] == other or one == other.partition(".")[0]

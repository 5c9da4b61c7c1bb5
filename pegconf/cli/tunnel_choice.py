"""What `pegconf tunnel` does: find the scheduler, choose the way, print it or hold it."""

from __future__ import annotations

import json
import os
import sys
import threading
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.batch import local
from pegconf.batch.systems import KNOWN
from pegconf.cli import prompt
from pegconf.cli.options import note, out
from pegconf.config.dashboard_address import Dashboard, dashboard
from pegconf.core import signals
from pegconf.core.errors import RefusedError, SignalStop, UsageError
from pegconf.site import files, this_host
from pegconf.tunnel import find, ssh_names
from pegconf.tunnel import hold as holding
from pegconf.tunnel.line import HERE, Line, local_port, straight, to_node, to_this_host

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import FrameType

    from pegconf.config.sections import Section
    from pegconf.tunnel.find import Running


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says; `login` is the file's where `login_given` is False."""

    login: str | None
    node: str | None
    port: int | None
    local_port: int | None
    jump: str | None
    address: str | None
    expect: str | None
    scheduler_file: Path | None
    configured: bool
    login_given: bool


def show(asked: Asked, chosen: Sequence[Section], form: str) -> int:
    """Print the way to the scheduler that runs, else to the one that the configuration will start."""
    found = None if asked.configured else _one(_running(asked, chosen))
    local = bool(chosen) and all(section.batch_system == local.NAME for section in chosen)
    if local and not asked.login_given:
        here = found.port if found is not None else dashboard(chosen).port
        out(f"# no tunnel is needed for a local section: on this machine open http://localhost:{here}/status")
        return 0
    line = _planned(asked, chosen) if found is None else line_to(found, asked, chosen)
    if form == "json":
        out(json.dumps({**line.parts(), "running": found is not None}, indent=2))
        return 0
    if form == "ssh-config":
        out(f"# put this into ~/.ssh/config of your own computer, then: ssh -N {line.alias}, and open {line.url}")
        out(line.ssh_config())
        return 0
    out(line.command)
    out(f"# run this on your own computer and leave it running, then open {line.url}")
    for remark in _remarks(found, line, asked):
        out(f"# {remark}")
    return 0


def _remarks(found: Running | None, line: Line, asked: Asked) -> list[str]:
    if found is None:
        if asked.configured:
            return []
        if asked.port is not None or asked.node is not None or asked.expect is not None:
            return ["no such Dask scheduler of yours was found from here: the line is as you gave it"]
        return [f"no Dask scheduler of yours was found running: port {line.port} is what the configuration will use"]
    if found.identity is None:
        return [
            f"found by {found.source}, but not asked: the dashboard of {found.node} is not open to this host",
            f"to be sure of its port, run pegconf tunnel on {found.node}",
        ]
    return [
        f"it is your scheduler {line.expect}, found as {found.source}",
        f"or have it checked and opened:  {line.run_command} --open",
    ]


def _running(asked: Asked, chosen: Sequence[Section]) -> tuple[Running, ...]:
    if asked.scheduler_file is not None:
        return (find.in_file(asked.scheduler_file),)
    here = find.on_this_host()
    own = this_host.host_name()
    ids = {one.identity.address for one in here if one.identity}
    elsewhere = [
        one
        for one in find.in_jobs(chosen)
        if one.node not in {own, own.partition(".")[0]} and not (one.identity and one.identity.address in ids)
    ]
    return find.chosen((*here, *elsewhere), asked.port, asked.node, asked.expect)


def _one(found: Sequence[Running]) -> Running | None:
    """The scheduler that is meant; of several, somebody at a terminal chooses, else raises UsageError naming all."""
    if len(found) < 2:  # noqa: PLR2004
        return found[0] if found else None
    words = [one.words for one in found]
    if not sys.stdin.isatty():
        raise UsageError(
            f"{len(found)} Dask schedulers of yours run: {'; '.join(words)}",
            "name one with --port P, --node or --expect",
        )
    for number, text in enumerate(words, 1):
        note(f"  {number}  {text}")
    while True:
        answer = prompt.read_line(f"which of them? [1-{len(found)}] ")
        if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(found):
            return found[int(answer) - 1]


def line_to(found: Running, asked: Asked, chosen: Sequence[Section]) -> Line:
    """The way to a scheduler that runs; raises CannotGoOnError where none leads, UsageError for unsafe names."""
    expect = found.identity.address if found.identity else None
    if found.node is None:
        inside = any(os.environ.get(system.job_id_variable) for system in KNOWN.values() if system.job_id_variable)
        if inside and asked.login is not None:
            return to_node(
                asked.login, this_host.host_name(), found.address, found.port, asked.local_port,
                expect=expect, may_ssh=_may_ssh(chosen),
            )  # fmt: skip
        return to_this_host(asked.login, found.address, found.port, asked.local_port, expect=expect, inside_job=inside)
    login = asked.login or f"{ssh_names.me()}@{this_host.host_name()}"
    may = _may_ssh(chosen)
    return to_node(login, found.node, found.address, found.port, asked.local_port, expect=expect, may_ssh=may)


def _may_ssh(chosen: Sequence[Section]) -> bool:
    """Whether the sections' site lets its users ssh to a node; unknown counts as yes."""
    known = [site for section in chosen if (site := files.find(section.asked.get("site"))) is not None]
    return all(site.ssh_to_nodes for site in known)


def _planned(asked: Asked, chosen: Sequence[Section]) -> Line:
    """The way by what is given, else by what the configuration will use."""
    served = dashboard(chosen) if asked.port is None else Dashboard(asked.port, _loopback(chosen))
    return _given(asked, served, may_ssh=_may_ssh(chosen))


def _loopback(chosen: Sequence[Section]) -> bool:
    try:
        return dashboard(chosen).loopback
    except UsageError:
        return True


def _given(asked: Asked, served: Dashboard, *, may_ssh: bool) -> Line:
    login = asked.login
    if login is None:
        raise UsageError("no login is known", "give --login user@host, or write one with: pegconf init")
    try:
        ssh_names.parse_login(login)
        jump = asked.jump and ssh_names.parse_login(
            asked.jump if "@" in asked.jump else f"{ssh_names.split(login)[0]}@{asked.jump}"
        )
        node = None if asked.node is None else ssh_names.parse_host(asked.node)
    except RefusedError as error:
        raise UsageError(str(error), "give --login user@host") from None
    if jump:
        host = node or ssh_names.split(login)[1]
        target = asked.address or HERE
        return Line(
            f"{ssh_names.split(login)[0]}@{host}", served.port, _here(asked, served), target, jump, asked.expect
        )
    if asked.address is not None:
        raise UsageError("--address is of the node that --jump leads to", "without --jump, give it as --node")
    if node is None:
        return straight(login, served.port, asked.local_port, asked.expect)
    address = "127.0.0.1" if served.loopback else ""
    return to_node(login, node, address, served.port, asked.local_port, expect=asked.expect, may_ssh=may_ssh)


def _here(asked: Asked, served: Dashboard) -> int:
    return asked.local_port or local_port(served.port)


def hold(asked: Asked, chosen: Sequence[Section], *, open_browser: bool) -> int:
    """Make the tunnel on this computer and stay; the configuration only tells what the parts do not."""
    # What the cluster's side printed is complete: where nothing is said of a jump, the login node reaches the port.
    served = dashboard(chosen) if asked.port is None else Dashboard(asked.port)
    line = _given(asked, served, may_ssh=True)
    line = holding.with_free_port(line, given=asked.local_port is not None, say=note)

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SignalStop(number, "the tunnel is closed")

    def opened(made: Line) -> None:
        if open_browser:
            # The command of $BROWSER may last as long as its window, and the line may drop meanwhile.
            threading.Thread(target=_open, args=(made.url,), daemon=True).start()

    with signals.on_signals(stop):
        return holding.open_and_stay(line, note, opened)


def _open(url: str) -> None:
    try:
        started = webbrowser.open(url)
    except ValueError:
        # Quotes in $BROWSER that do not end.
        started = False
    if not started:
        note(f"no browser could be started here; set $BROWSER, or open {url} yourself")

"""Ports of the scheduler and its dashboard on this host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.config.dashboard_address import read
from pegconf.config.yaml_tree import plain
from pegconf.core import ports
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown
from pegconf.validate.rules.values.dashboard import options_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def no_port(subject: Subject) -> Iterator[Problem]:
    """A port that no program of an ordinary user can have: below 1024, or over 65535.

    The dashboard then takes a random one with "Port 80 is already in use", and a tunnel leads nowhere
    (distributed/node.py); a scheduler's `port` like that stops the program, and one over 65535 is another port.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:80'}}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:8788'}}
    """
    setting, options = options_of(subject)
    for name in ("dashboard_address", "port"):
        port = read(plain(options[name])).number if name in options else None
        if setting is None or port is None or port == 0 or ports.PRIVILEGED <= port <= ports.LAST:
            continue
        what = "is below 1024, for root only" if port < ports.PRIVILEGED else "is over 65535"
        effect = "the dashboard takes a random port" if name == "dashboard_address" else "the scheduler does not start"
        if name == "port" and port > ports.LAST:
            effect = f"the scheduler takes port {port % 65536}"
        message = f"{name} {shown(plain(options[name]))} {what}"
        yield Problem(setting.mark_of(options[name]), message, effect, None, setting.name)


def pinned(subject: Subject) -> Iterator[Problem]:
    """With a fixed scheduler port only one program at a time can run on a host: the second one stops.

    "Scheduler failed to start", with "Address already in use" above it (dask-jobqueue#355). It is right where a
    firewall leaves only some ports open.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            scheduler-options: {port: 8796, dashboard_address: '127.0.0.1:0'}

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            scheduler-options: {port: 0, dashboard_address: '127.0.0.1:0'}
    """
    setting, options = options_of(subject)
    port = read(plain(options["port"])).number if "port" in options else None
    if setting is not None and port is not None and ports.PRIVILEGED <= port <= ports.LAST:
        message = f"the scheduler's port is fixed, {port}"
        effect = "a second program on the same host stops: the port is taken"
        yield Problem(setting.mark_of(options["port"]), message, effect, "port: 0", setting.name)


def taken(subject: Subject) -> Iterator[Problem]:
    """A port in scheduler-options that another program on this machine has now.

    The dashboard moves to a random one with a warning, while the tunnel stays on the old one and may show somebody
    else's cluster (dask-jobqueue#314); the scheduler itself does not start. It may be your own program that runs now.

    Wrong:

        # this host has a program on port 8799
        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:8799'}}

    Right:

        # this host has a program on port 8799
        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:0'}}
    """
    setting, options = options_of(subject)
    if subject.interfaces is None or setting is None:
        return
    for name in ("dashboard_address", "port"):
        port = read(plain(options[name])).number if name in options else None
        if port is None or not ports.PRIVILEGED <= port <= ports.LAST or not ports.is_taken(port):
            continue
        effect = "the dashboard takes a random port" if name == "dashboard_address" else "the scheduler does not start"
        message = f"port {port} is taken on this machine now"
        yield Problem(setting.mark_of(options[name]), message, effect, None, setting.name)


RULES: Final = (
    SectionRule("PEG312", Severity.WARNING, "a port that is taken here", Layer.MACHINE, taken),
    SectionRule("PEG313", Severity.WARNING, "a port that nobody can have", Layer.MACHINE, no_port),
    SectionRule("PEG314", Severity.INFO, "a fixed port for the scheduler", Layer.MACHINE, pinned),
)

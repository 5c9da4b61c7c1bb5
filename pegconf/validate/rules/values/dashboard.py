"""Which addresses and ports the scheduler, its dashboard and the workers' HTTP servers take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Layer, Severity
from pegconf.site import ports
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value

_LOOPBACK: Final = re.compile(r"(127(\.\d+){3}|localhost|::1|\[::1\])(:|$)")


def _options(subject: Subject) -> tuple[Setting | None, dict[str, Value]]:
    """The scheduler's options and their values."""
    setting = subject.settings.get("scheduler-options")
    if setting is None or not setting.value.is_mapping:
        return setting, {}
    return setting, {str(name): value for name, (_, value) in members(setting.value).items()}


def _port(content: Any) -> int | None:
    """The port of `:8787`, `127.0.0.1:8787`, '8787' or 8787; None where there is none to read."""
    if isinstance(content, int) and not isinstance(content, bool):
        return content
    found = re.search(r"(?:^|:)(\d{1,9})$", content.strip()) if isinstance(content, str) else None
    return int(found[1]) if found else None


def open_to_others(subject: Subject) -> Iterator[Problem]:
    """The dashboard and each worker's HTTP server have no password, and listen on all addresses unless they are told.

    Whoever reaches the port sees the tasks, their code and the logs; `interface` does not change that
    (dask-jobqueue#90, dask/dask-labextension#241). On loopback only this host reaches them, its other users included.
    The tunnel that `pegconf tunnel` prints works with loopback. `--no-dashboard` takes a worker's pages away and leaves
    it listening, for /health and /metrics (distributed/worker.py, start_http_server).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {}, worker-extra-args: []}

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            scheduler-options: {dashboard_address: '127.0.0.1:8788'}
            worker-extra-args: ['--dashboard-address', '127.0.0.1:0']
    """
    if subject.section.batch_system is None:
        return
    setting, options = _options(subject)
    address = plain(options["dashboard_address"]) if "dashboard_address" in options else None
    words = " ".join(str(item) for item in (subject.items("worker-extra-args") or subject.items("extra")))
    worker = re.search(r"--dashboard-address[= ]+(\S+)", words)
    who, fixes = [], []
    if not (isinstance(address, str) and _LOOPBACK.match(address.strip())):
        who.append("the scheduler's dashboard")
        port = _port(address) or ports.DEFAULT
        fixes.append(f"scheduler-options: {{dashboard_address: '127.0.0.1:{port}'}}")
    if not (worker and _LOOPBACK.match(worker[1])):
        who.append("each worker's HTTP server")
        fixes.append("worker-extra-args: ['--dashboard-address', '127.0.0.1:0']")
    if who:
        message = f"{' and '.join(who)} {'listen' if len(who) > 1 else 'listens'} on all addresses"
        mark = setting.mark if setting is not None and len(who) == 1 else subject.section.mark
        effect = "whoever reaches the port sees tasks and logs, without a password"
        yield Problem(mark, message, effect, "\n".join(fixes), "scheduler-options")


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
    setting, options = _options(subject)
    for name in ("dashboard_address", "port"):
        port = _port(plain(options[name])) if name in options else None
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
    setting, options = _options(subject)
    port = _port(plain(options["port"])) if "port" in options else None
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
    setting, options = _options(subject)
    if subject.interfaces is None or setting is None:
        return
    for name in ("dashboard_address", "port"):
        port = _port(plain(options[name])) if name in options else None
        if port is None or not ports.PRIVILEGED <= port <= ports.LAST or not ports.is_taken(port):
            continue
        effect = "the dashboard takes a random port" if name == "dashboard_address" else "the scheduler does not start"
        message = f"port {port} is taken on this machine now"
        yield Problem(setting.mark_of(options[name]), message, effect, None, setting.name)


RULES: Final = (
    SectionRule("PEG278", Severity.INFO, "an HTTP server open to others", Layer.MEANING, open_to_others),
    SectionRule("PEG312", Severity.WARNING, "a port that is taken here", Layer.MACHINE, taken),
    SectionRule("PEG313", Severity.WARNING, "a port that nobody can have", Layer.MACHINE, no_port),
    SectionRule("PEG314", Severity.INFO, "a fixed port for the scheduler", Layer.MACHINE, pinned),
)

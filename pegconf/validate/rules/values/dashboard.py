"""Where the dashboard and the workers' HTTP servers listen, and how the scheduler's options are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.config.dashboard_address import is_loopback, read
from pegconf.config.yaml_tree import members, plain
from pegconf.core import ports
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value


def options_of(subject: Subject) -> tuple[Setting | None, dict[str, Value]]:
    """The scheduler's options and their values."""
    setting = subject.settings.get("scheduler-options")
    if setting is None or not setting.value.is_mapping:
        return setting, {}
    return setting, {str(name): value for name, (_, value) in members(setting.value).items()}


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
    setting, options = options_of(subject)
    address = read(plain(options["dashboard_address"]) if "dashboard_address" in options else None)
    words = " ".join(str(item) for item in (subject.items("worker-extra-args") or subject.items("extra")))
    worker = re.search(r"--dashboard-address[= ]+(\S+)", words)
    who, fixes = [], []
    if not is_loopback(address.host):
        who.append("the scheduler's dashboard")
        port = address.number or ports.DEFAULT
        fixes.append(f"scheduler-options: {{dashboard_address: '127.0.0.1:{port}'}}")
    if not (worker and is_loopback(read(worker[1]).host)):
        who.append("each worker's HTTP server")
        fixes.append("worker-extra-args: ['--dashboard-address', '127.0.0.1:0']")
    if who:
        message = f"{' and '.join(who)} {'listen' if len(who) > 1 else 'listens'} on all addresses"
        mark = setting.mark if setting is not None and len(who) == 1 else subject.section.mark
        effect = "whoever reaches the port sees tasks and logs, without a password"
        yield Problem(mark, message, effect, "\n".join(fixes), "scheduler-options")


RULES: Final = (SectionRule("PEG278", Severity.INFO, "an HTTP server open to others", Layer.MEANING, open_to_others),)

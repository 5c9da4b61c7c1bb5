"""What is not on this host: interfaces, folders, interpreters; and scratch that is no disk of its own."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator


def no_such_interface(subject: Subject) -> Iterator[Problem]:
    """The scheduler runs where your program does, and takes its address from `interface` there.

    "'ib0' is not a valid network interface. Valid network interfaces are: [...]" (dask-jobqueue#382). The compute nodes
    may well have it; where only they do, the scheduler's own goes into scheduler-options (`interface` or `host`).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, interface: ib77}

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            interface: ib77
            scheduler-options: {interface: eth0, dashboard_address: '127.0.0.1:0'}
    """
    if subject.interfaces is None:
        return
    here = ", ".join(subject.interfaces[:6]) or "none"
    options = subject.settings.get("scheduler-options")
    pairs = members(options.value) if options else {}
    own = plain(pairs["interface"][1]) if "interface" in pairs else None
    if options is not None and isinstance(own, str) and own and own not in subject.interfaces:
        message = f"this machine has no interface {own[:40]}; it has {here}"
        effect = "the cluster does not start here, and may on another machine"
        yield Problem(options.mark_of(pairs["interface"][1]), message, effect, None, options.name)
    setting, name = subject.settings.get("interface"), subject.text("interface")
    if setting is None or not name or name in subject.interfaces or "interface" in pairs or "host" in pairs:
        return
    message = f"this machine has no interface {name[:40]}; it has {here}"
    effect = "the scheduler does not start here; the compute nodes may have it"
    fix = None
    other = next((known for known in subject.interfaces if known != "lo"), None)
    if other is not None:
        fix = f"scheduler-options: {{interface: {other}{', ...' if pairs else ''}}}"
    # No machine names one like this: Linux takes 15 characters, and neither spaces nor slashes.
    possible = re.fullmatch(r"[\w.:@+-]{1,15}", name, re.ASCII)
    yield Problem(setting.mark, message, effect, fix, setting.name, None if possible else Severity.ERROR)


def no_log_directory_here(subject: Subject) -> Iterator[Problem]:
    """Where `log-directory` does not exist dask-jobqueue makes it; here it cannot.

    `PermissionError` from os.makedirs stops the program. On the cluster's own machines it may be otherwise.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, log-directory: /dev/null/dask-logs}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, log-directory: /scratch/me/dask-logs}
    """
    setting, text = subject.settings.get("log-directory"), subject.text("log-directory")
    if subject.interfaces is None or setting is None or not text or not text.startswith("/") or "\0" in text:
        return
    if "$" in text or len(text) > 1000 or os.path.isdir(text):  # noqa: PLR2004, PTH112 - Path.is_dir raises where os does not
        return
    existing = text
    while not os.path.lexists(existing):
        existing = os.path.dirname(existing)  # noqa: PTH120 - a Path for each folder takes longer than to look
    if os.path.isdir(existing) and os.access(existing, os.W_OK):  # noqa: PTH112
        return
    message = f"log-directory {shown(text)} does not exist here"
    yield at(setting, message, f"and {existing[:60]} lets you make no folder in it")


def no_python_here(subject: Subject) -> Iterator[Problem]:
    """The worker's Python is started by its path on the compute nodes; on this machine there is none of that path.

    With one home for all machines that means a typing error or an environment that was removed
    (dask-jobqueue#408).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, python: /no/such/bin/python}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, python: /home/me/conda/envs/insar/bin/python}
    """
    setting, text = subject.settings.get("python"), subject.text("python")
    if subject.interfaces is None or setting is None or not text or not re.fullmatch(r"[/~][^\s$\0]{0,1000}", text):
        return
    path = os.path.expanduser(text)  # noqa: PTH111 - Path.expanduser raises for an unknown user
    if not os.path.isfile(path):  # noqa: PTH113
        yield at(setting, f"there is no {shown(text)} on this machine", "right only where the compute nodes have it")
    elif not os.access(path, os.X_OK):
        yield at(setting, f"{shown(text)} cannot be run here", "right only where the compute nodes can")


def network_file_system(subject: Subject) -> Iterator[Problem]:
    """Workers write much and lock files in `local-directory`: over NFS that is slow, and locks fail or stay behind.

    "Creating scratch directories is taking a surprisingly long time" (dask-jobqueue#448); "No locks available"
    (insarlab/MintPy#725), for which `distributed: {worker: {use-file-locking: false}}` is the way out. A disk of the
    compute node is best; a parallel file system such as Lustre will do: an info. The kind is that of this machine.

    Wrong:

        # this host has /scratch on nfs4
        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /scratch/me/dask-scratch}

    Right:

        # this host has /scratch on nfs4
        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /tmp}
    """
    setting, text = subject.settings.get("local-directory"), subject.text("local-directory")
    if subject.interfaces is None or setting is None or not text or "\0" in text or len(text) > 1000:  # noqa: PLR2004
        return
    path = os.path.expanduser(text.replace("$HOME", "~").replace("${HOME}", "~"))  # noqa: PTH111
    if not path.startswith("/") or "$" in path:
        return
    # psutil takes a while to import, and most validations end before this layer.
    from pegconf.site import node_answer, this_host  # noqa: PLC0415

    kind = this_host.file_system(path)
    network = node_answer.network_of(kind)
    if network is None:
        return
    message = f"local-directory {shown(text)} is on {kind} here, a network file system"
    if network is node_answer.Network.PARALLEL:
        yield at(setting, message, "all jobs write to one server", None, Severity.INFO)
    else:
        yield at(setting, message, "slow to start, and its locks may fail")


RULES: Final = (
    SectionRule("PEG301", Severity.WARNING, "no such interface here", Layer.MACHINE, no_such_interface),
    SectionRule(
        "PEG302", Severity.WARNING, "a log-directory that cannot be made here", Layer.MACHINE, no_log_directory_here
    ),
    SectionRule("PEG303", Severity.WARNING, "no such Python here", Layer.MACHINE, no_python_here),
    SectionRule("PEG315", Severity.WARNING, "scratch on a network file system", Layer.MACHINE, network_file_system),
)

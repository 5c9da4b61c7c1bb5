"""What is not on this machine: interfaces, folders, interpreters, readable files."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue, sections
from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, SourcesRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.sources import Sources
    from pegconf.config.yaml_tree import Value


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


def set_in_two_files(sources: Sources) -> Iterator[Problem]:
    """All *.yaml, *.yml and *.json in dask's folders are merged, by name: a forgotten copy beats the file you edit.

    /etc/dask, the environment's etc/dask, ~/.config/dask, then $DASK_CONFIG; the last one wins, so that
    `zz-backup.yaml` beats `jobqueue.yaml` (dask-jobqueue#499). `pegconf show` names the file of every value.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}
        --- # the next file: more.yaml
        jobqueue:
          lsf: {cores: 4, memory: 4GB}

    Right:

        jobqueue:
          lsf: {cores: 4, memory: 4GB}
    """
    before: dict[tuple[str, str], tuple[Document, Value, Value]] = {}
    for document in sources.documents if len(sources.documents) > 1 else ():
        for section, name, key, value in _settings(document):
            earlier = before.get((section, name))
            if (
                earlier is not None
                and not (value.is_mapping or earlier[2].is_mapping)
                and plain(earlier[2]) != plain(value)
            ):
                other, other_key, lost = earlier
                message = f"{name} of {section[:60]} is set again here"
                effect = f"{shown(plain(lost))} of {other.file}:{other_key.line + 1} is lost"
                yield Problem(document.mark(value), message, effect, None, name, section=section)
            before[section, name] = (document, key, value)


def _settings(document: Document) -> Iterator[tuple[str, str, Value, Value]]:
    pair = members(document.root).get("jobqueue") if document.root is not None else None
    for section, (_, value) in members(pair[1]).items() if pair else ():
        for written, (key, inner) in members(value).items():
            yield sections.canonical(str(section)), catalogue.canonical(str(written)), key, inner


def left_out(sources: Sources) -> Iterator[Problem]:
    """A file that may not be read is passed over by dask without a word, and its defaults apply.

    dask/config.py (collect_yaml, _load_config_file) returns nothing for it: "Ignore permission errors". The programs
    that use dask then run with the defaults, or with what other files say.

    Wrong:

        $ ln -s /home/gone/more.yaml ~/.config/dask/more.yaml
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ echo 'distributed: {}' > ~/more.yaml
        $ ln -s ~/more.yaml ~/.config/dask/more.yaml
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    for path in sources.unreadable:
        yield Problem(None, f"{path} cannot be read", "dask leaves it out without a word", "mend its owner and mode")


FILES: Final = (
    SourcesRule("PEG304", Severity.WARNING, "one key in two files", set_in_two_files),
    SourcesRule("PEG305", Severity.WARNING, "a file that dask passes over", left_out),
)
RULES: Final = (
    SectionRule("PEG301", Severity.WARNING, "no such interface here", Layer.MACHINE, no_such_interface),
    SectionRule(
        "PEG302", Severity.WARNING, "a log-directory that cannot be made here", Layer.MACHINE, no_log_directory_here
    ),
    SectionRule("PEG303", Severity.WARNING, "no such Python here", Layer.MACHINE, no_python_here),
)

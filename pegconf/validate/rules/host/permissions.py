"""What others can read or write: private keys, configurations, log directories."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.config import sources
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, SourcesRule, Subject, at, shown
from pegconf.validate.rules.keys.distributed import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.sources import Sources


_TEMPORARY: Final = {"/tmp", "/tmp/", "/var/tmp", "/var/tmp/"}  # noqa: S108 - how these are is the site's business


def readable_key(found: Sources) -> Iterator[Problem]:
    """A private key that others can read: whoever has it is let in, and can run code as you.

    `chmod 600` on the file, and a new key if others have been on that host meanwhile: pegconf init --tls, after moving
    the old folder away.

    Wrong:

        $ touch ~/key.pem
        $ chmod 644 ~/key.pem
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {tls: {scheduler: {key: /home/me/key.pem}}}}

    Right:

        $ touch ~/key.pem
        $ chmod 600 ~/key.pem
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {tls: {scheduler: {key: /home/me/key.pem}}}}
    """
    seen = set()
    for document in found.documents:
        for path, value in named(document):
            file = str(value.content)
            if path[-1] != "key" or not file.startswith("/") or file in seen:
                continue
            seen.add(file)
            mode = _mode(file)
            if mode is not None and mode & (stat.S_IRWXG | stat.S_IRWXO) and _can_be_entered(file):
                message = f"others can read or write the private key {file}: its rights are {mode & 0o777:04o}"
                yield Problem(document.mark(value), message, "whoever has it can run code as you", f"chmod 600 {file}")


def _can_be_entered(file: str) -> bool:
    """Whether others get as far as the file: each folder above lets them pass."""
    others = stat.S_IXGRP | stat.S_IXOTH
    return all((_mode(str(folder)) or others) & others for folder in Path(file).parents)


def writable_configuration(found: Sources) -> Iterator[Problem]:
    """A file of yours that Dask reads, or its folder, which others can write: by it they choose what your jobs run.

    `python`, the prologue and the directives of a section become commands under your name. A group that shares a
    configuration had better give one person the right to write.

    Wrong:

        $ chmod 666 ~/.config/dask/jobqueue.yaml
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ chmod 600 ~/.config/dask/jobqueue.yaml
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    own = [str(folder) for folder in sources.own_folders(found.environ)] if found.environ else []
    folders = set()
    for document in found.documents:
        file = str(document.file)
        if not any(file == folder or file.startswith(f"{folder}/") for folder in own):
            continue
        yield from _writable(file, "the configuration")
        folder = os.path.dirname(file)  # noqa: PTH120 - as dask does
        if folder not in folders:
            folders.add(folder)
            yield from _writable(folder, "the folder")


def _writable(path: str, what: str) -> Iterator[Problem]:
    who = others_who_write(path)
    if who is not None:
        severity = None if who == "everybody" else Severity.WARNING
        letters = "o-w" if who == "everybody" else "g-w"
        message = f"{who} can write {what} {path}"
        yield Problem(None, message, "by it they run commands as you", f"chmod {letters} {path}", severity=severity)


def others_who_write(path: str) -> str | None:
    """Who else can write a file or folder: everybody, a group that has others in it, or None for nobody."""
    try:
        status = os.stat(path)  # noqa: PTH116 - Path raises the same, and more
    except (OSError, ValueError):
        return None
    if status.st_mode & stat.S_ISVTX and stat.S_ISDIR(status.st_mode):
        # As /tmp: others may add files there, and change none of yours.
        return None
    if status.st_mode & stat.S_IWOTH:
        return "everybody"
    if status.st_mode & stat.S_IWGRP and _has_others(status.st_gid, status.st_uid):
        return f"the group {_group_name(status.st_gid)}"
    return None


def _has_others(group: int, owner: int) -> bool:
    """Whether a group is more than its owner's own one, which many systems make for each user under the same name."""
    try:
        entry, name = grp.getgrgid(group), pwd.getpwuid(owner).pw_name
    except KeyError:
        return True
    return entry.gr_name != name or bool(set(entry.gr_mem) - {name})


def _group_name(group: int) -> str:
    try:
        return grp.getgrgid(group).gr_name
    except KeyError:
        return str(group)


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - see others_who_write
    except (OSError, ValueError):
        return None


def writable_log_directory(subject: Subject) -> Iterator[Problem]:
    """A log directory that everybody can write: others can put links there for your jobs to write through.

    The batch system opens the jobs' output files under your name. A folder with the sticky bit, such as /tmp, lets
    others add files and change none of yours.

    Wrong:

        $ mkdir -m 777 /scratch/me/dask-logs
        jobqueue: {lsf: {cores: 2, memory: 4GB, log-directory: /scratch/me/dask-logs}}

    Right:

        $ mkdir -m 700 /scratch/me/dask-logs
        jobqueue: {lsf: {cores: 2, memory: 4GB, log-directory: /scratch/me/dask-logs}}
    """
    setting, text = subject.settings.get("log-directory"), subject.text("log-directory")
    if subject.interfaces is None or setting is None or not text or not text.startswith("/") or text in _TEMPORARY:
        return
    who = others_who_write(text)
    if who is not None:
        severity = None if who == "everybody" else Severity.WARNING
        letters = "o-w" if who == "everybody" else "g-w"
        effect = f"others can lead your jobs' output elsewhere; chmod {letters} it"
        yield at(setting, f"{who} can write the log-directory {shown(text)}", effect, None, severity)


FILES: Final = (
    SourcesRule("PEG351", Severity.ERROR, "a private key that others can read", readable_key),
    SourcesRule("PEG352", Severity.ERROR, "a configuration that others can write", writable_configuration),
)
RULES: Final = (
    SectionRule(
        "PEG353", Severity.ERROR, "a log-directory that others can write", Layer.MACHINE, writable_log_directory
    ),
)

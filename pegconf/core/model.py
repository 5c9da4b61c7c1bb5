"""What pegconf speaks of: sites, queues, nodes, shapes, marks, findings, reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Severity(StrEnum):
    """error: it will not run, or not as written; warning: it will likely hurt; info: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Layer(StrEnum):
    """How deep a check looks; an error in one layer skips the later ones for that section."""

    TEXT = "text"
    KEYS = "keys"
    MEANING = "meaning"
    MACHINE = "machine"
    SCRIPT = "script"
    SCHEDULER = "scheduler"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column count characters from 1, `text` is that line, `width` what to underline."""

    file: Path
    line: int = 1
    column: int = 1
    width: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch of a file's text and what to put there; lines and columns count from 0, the end is not part of it."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """How `--fix` takes a finding away: the changes in one file, in words, and the keys whose values they touch.

    `because` says why that is left to the user; then nothing is changed.
    """

    file: Path
    keys: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    what: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, or worth knowing: where, what is wrong with the actual value, what it would do, what to write.

    `effect` is what the value would lead to, `fix` is the text to write instead or None, `edit` the same for `--fix`.
    """

    code: str
    severity: Severity
    message: str
    mark: Mark | None = None
    section: str | None = None
    key: str | None = None
    effect: str = ""
    fix: str | None = None
    edit: Edit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A layer that was not looked at for a section, and why."""

    section: str
    layer: Layer
    because: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found, in the order of files and lines; `sections` are the names that were looked at."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: tuple[Path, ...] = ()
    sections: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def has_errors(self) -> bool:
        """Whether anything found is an error."""
        return self.count(Severity.ERROR) > 0


@dataclass(frozen=True, slots=True)
class Node:
    """One compute node's shape: cores, those of them that jobs may use, and memory in bytes."""

    cores: int
    usable_cores: int
    memory: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue's limits: walltimes in seconds; `required_span` is a span[...] the queue insists on.

    `gpus` are those of one node; `now` is what is so for the moment, or for this user; the sources are words for what
    a cluster said itself; `details` are answers that only its batch system asks for, by the name of their question.
    """

    name: str
    node: Node | None = None
    default_walltime: int | None = None
    max_walltime: int | None = None
    required_span: str | None = None
    note: str = ""
    as_of: str = ""
    gpus: int = 0
    now: str = ""
    source: str = ""
    node_source: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a site's statement comes from: a source and the date it was true; `live` where the cluster said it now.

    `about` is for people; `keys` are the questions of init that it answers, and `cluster`, `default-queue` and
    `reserve-per-core`.
    """

    about: str
    source: str
    as_of: str
    live: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A cluster as known facts; memory in bytes, `walltime` in seconds, folders with `{user}` still in them.

    `cluster` is what the batch system calls it; `not_for_jobs` are folders that jobs must not write to.
    `detected` is set where the cluster itself was asked; then `accounts` are those of the user, and `outdated` the
    queues of which its site file says otherwise.
    """

    name: str
    title: str
    scheduler: str
    queues: tuple[Queue, ...]
    default_queue: str | None = None
    login_host: str | None = None
    hosts: tuple[str, ...] = ()
    interface: str | None = None
    interface_verified: bool = False
    project_required: bool = False
    ssh_to_nodes: bool = True
    memory_unit: str | None = None
    reserve_per_core: bool = True
    headroom: float = 1.25
    cores: int | None = None
    memory: int | None = None
    walltime: int | None = None
    log_directory: str | None = None
    local_directory: str | None = None
    not_for_jobs: tuple[str, ...] = ()
    jobs_before_pending: int | None = None
    facts: tuple[Fact, ...] = field(default=())
    cluster: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    detected: bool = False
    accounts: tuple[str, ...] = ()
    accounts_source: str = ""
    outdated: tuple[str, ...] = ()

    def queue(self, name: str | None) -> Queue | None:
        """The queue of that name, or None where the site does not know it."""
        return next((queue for queue in self.queues if queue.name == name), None)

    def fact(self, key: str) -> Fact | None:
        """The first fact of that key, or None where none has it."""
        return next((fact for fact in self.facts if key in fact.keys), None)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the answers amount to on one node; memory in bytes, `reserved_mb_per_core` as in LSF's rusage[mem=]."""

    cores: int
    memory: int
    processes: int
    jobs_per_node: int
    idle_cores: int
    idle_memory: int
    limit: int
    reserved_mb_per_core: int

    @property
    def threads(self) -> int:
        """Threads of each worker process."""
        return self.cores // self.processes

    @property
    def worker_memory(self) -> int:
        """Bytes at which Dask limits one worker process."""
        return self.memory // self.processes


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, whether it holds, what was seen, and the code of its failing."""

    title: str
    holds: bool
    seen: str
    code: str = "PEG621"

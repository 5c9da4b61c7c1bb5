"""What pegconf needs to know of a batch system: its words, walltimes and commands, and how to read their output."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pegconf.batch.acceptance import Trial
    from pegconf.core.model import Shape

NEVER_STARTS: Final = "never starts as it is"
"""Stands in a pending reason where waiting is of no use."""
CLOSED: Final = "the queue is closed"
"""Stands in a pending reason where nothing starts until the staff open the queue."""
NOT_CHARGED: Final = "no job of the account starts there"
"""Stands in a pending reason where the account may not use the queue, or is not known."""
STANDS_STILL: Final = (NEVER_STARTS, CLOSED, NOT_CHARGED)


class State(StrEnum):
    """What a job is doing, in words that all batch systems share."""

    PENDING = "pending"
    RUNNING = "running"
    SUSPENDED = "suspended"
    DONE = "done"
    FAILED = "failed"
    ERROR = "in error"
    UNKNOWN = "unknown"

    @property
    def finished(self) -> bool:
        """Whether the job has left the queue."""
        return self in {State.DONE, State.FAILED}

    @property
    def hopeless(self) -> bool:
        """Whether nothing will come of the job any more: it has left the queue, or stays there in error."""
        return self.finished or self is State.ERROR


class Ending(StrEnum):
    """Who ended a job that did not end by itself."""

    MEMORY = "memory"
    WALLTIME = "walltime"
    PERSON = "somebody"
    ADMINISTRATOR = "an administrator"
    OUTPUT = "the batch system, which could not open the job's output"


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """One job as the batch system lists it; `host` is empty while it waits."""

    job_id: str
    name: str
    state: State
    host: str = ""
    submitted: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What one job needs of the batch system, from the answers: `shape` in bytes and cores, walltime in seconds.

    `unit` is LSF's unit of limits, `per_core` whether memory is reserved per core; `details` are answers that only this
    batch system asks for, by the name of their question; `kept` holds the section's values so far.
    """

    shape: Shape
    walltime: int
    kept: Mapping[str, Any]
    unit: str = "mb"
    per_core: bool = True
    gpus: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a request becomes in a section: values by key, a comment for each, and words for the table of amounts."""

    values: Mapping[str, Any]
    comments: Mapping[str, str]
    reserved: str
    ended_above: str


@dataclass(frozen=True, slots=True)
class SmallJob:
    """A job of one core and little memory that runs `body`, a shell's text, and leaves nothing but its output.

    `walltime` is in the batch system's words. `folder` is for its output and holds `body` as the file `script`.
    `deadline` is a directive of its own, or empty; `details` are answers that only this batch system asks for, and
    `memory-unit`.
    """

    name: str
    body: str
    queue: str | None
    account: str | None
    walltime: str
    folder: str
    deadline: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Impossible:
    """What becomes of a job that can never run as it is; the words of the last two go on behind `the job`.

    `no_queue` is for a queue that is not there, with `{queue}` for its name: where it is known, what the submit command
    says; `over_walltime` is for more than the queue's walltime, `over_node` for more than a node has.
    """

    no_queue: str = "the job is refused, or waits for ever"
    over_walltime: str = "is refused, or waits for ever"
    over_node: str = "is refused, or waits for ever"


@dataclass(frozen=True, slots=True)
class BatchSystem:
    """One batch system as data and pure functions; commands are lists of words, never run in here.

    `cluster` is dask-jobqueue's class, in `module`. `account_key` is the key of what jobs are charged to, None where
    there is none. `submit` reads the script from standard input; where `command_line` is set, that makes the whole
    command of it. `parse_walltime` gives seconds and raises RefusedError; `bare_number` is the seconds of one unit
    where a walltime is a plain number; with neither, the batch system has no walltime. `job_id` finds the id in what
    the submit command printed, or None; `says_none` tells whether the listing failed because there is no such job;
    `log_files` is a pattern of an ended job's output files; `output_so_far` is None where these exist while it runs;
    `own_output` takes away what the batch system adds to a job's output. `job_id_variable` holds a job's id inside it;
    `small_job` makes the script of a small job for the submit command, or for `attached`: a command that stays until
    the job ends and prints its output here. `deadline_directive` has a job removed that still waits at that local time;
    `warning_directive` asks for a signal to the job's shell before the walltime, where the batch system sends none by
    itself. `answered` reads the answers that only it asks for out of a section, which init wrote or did not; `record`
    asks about a job that is no longer listed; `keeps_ended` is False where an ended job may be gone from the listing.
    `asks_for_gpus` is False where only the site's own name for them counts. `is_batch` is False for dask-jobqueue's
    LocalCluster, whose jobs are processes of this machine. `run_for_real` says whether a batch system of this kind has
    been run with pegconf, or only read about. `trial` says how it is asked whether it takes a script, None where
    nothing but a job can ask it. `impossible` says what becomes of a job that can never run. `endings` are patterns of
    `parse_exit_reason`'s words, `user_limit` one of `parse_pending_reason`'s, where the user's other jobs are in the
    way.
    """

    name: str
    title: str
    cluster: str
    directive: str
    account_key: str | None
    submit: tuple[str, ...]
    commands: tuple[str, ...]
    walltime_words: str
    bare_number: int
    parse_walltime: Callable[[str], int]
    format_walltime: Callable[[int], str]
    fill: Callable[[Request], Filled]
    job_id: Callable[[str], str | None]
    list_named: Callable[[str], list[str]]
    parse_jobs: Callable[[str], tuple[QueuedJob, ...]]
    says_none: Callable[[str], bool]
    pending_reason: Callable[[str], list[str]]
    parse_pending_reason: Callable[[str], str]
    details: Callable[[str], list[str]]
    parse_exit_reason: Callable[[str], str]
    output_so_far: Callable[[str], list[str]] | None
    log_files: Callable[[str], str]
    own_output: Callable[[str], str]
    cancel: Callable[[Sequence[str]], list[str]]
    cancel_named: Callable[[str], list[str]]
    small_job: Callable[[SmallJob], str]
    attached: Callable[[SmallJob], list[str]] | None = None
    answered: Callable[[Mapping[str, Any], bool], Mapping[str, str]] = lambda *_: {}
    record: Callable[[str], list[str]] | None = None
    keeps_ended: bool = True
    job_id_variable: str = ""
    warning_directive: str = ""
    deadline_directive: Callable[[datetime], str] | None = None
    endings: Mapping[Ending, str] = field(default_factory=dict)
    user_limit: str = ""
    command_line: Callable[[str], list[str]] | None = None
    has_walltime: bool = True
    asks_for_gpus: bool = True
    shell_script: bool = True
    is_batch: bool = True
    module: str = "dask_jobqueue"
    run_for_real: bool = True
    trial: Trial | None = None
    impossible: Impossible = Impossible()

"""What pegconf needs to know of a batch system: its words, walltimes and commands, and how to read their output."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class State(StrEnum):
    """What a job is doing, in words that all batch systems share."""

    PENDING = "pending"
    RUNNING = "running"
    SUSPENDED = "suspended"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def finished(self) -> bool:
        """Whether the job has left the queue."""
        return self in {State.DONE, State.FAILED}


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """One job as the batch system lists it; `host` is empty while it waits."""

    job_id: str
    name: str
    state: State
    host: str = ""
    submitted: str = ""


@dataclass(frozen=True, slots=True)
class BatchSystem:
    """One batch system as data and pure functions; commands are lists of words, never run in here.

    `parse_walltime` gives seconds and raises RefusedError; `bare_number` is the seconds of one unit where a walltime
    is a plain number; `job_id` finds the id in what the submit command printed, or None; `says_none` tells whether the
    listing failed because there is no such job; `own_output` takes away what the batch system adds to a job's output.
    """

    name: str
    title: str
    directive: str
    submit: tuple[str, ...]
    commands: tuple[str, ...]
    walltime_words: str
    bare_number: int
    parse_walltime: Callable[[str], int]
    format_walltime: Callable[[int], str]
    job_id: Callable[[str], str | None]
    list_named: Callable[[str], list[str]]
    parse_jobs: Callable[[str], tuple[QueuedJob, ...]]
    says_none: Callable[[str], bool]
    pending_reason: Callable[[str], list[str]]
    parse_pending_reason: Callable[[str], str]
    details: Callable[[str], list[str]]
    parse_exit_reason: Callable[[str], str]
    output_so_far: Callable[[str], list[str]]
    own_output: Callable[[str], str]
    cancel: Callable[[Sequence[str]], list[str]]
    cancel_named: Callable[[str], list[str]]

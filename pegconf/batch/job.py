"""What a batch system says of a job: its state, why it waits, why it ended, and whether it is there at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = TypeVar("Kind")


class Pending(StrEnum):
    """What keeps a job waiting, in words for people; LIMITED means by the user's own other jobs."""

    WAITS = "waits"
    NEVER_STARTS = "never starts as it is"
    CLOSED = "the queue is closed"
    NOT_CHARGED = "no job of the account starts there"
    LIMITED = "the user's other jobs are in the way"

    @property
    def stands_still(self) -> bool:
        """Whether waiting is of no use until somebody changes the job, its queue or its account."""
        return self in {Pending.NEVER_STARTS, Pending.CLOSED, Pending.NOT_CHARGED}


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


class Presence(StrEnum):
    """What a batch system says of a job by its very id; nothing but GONE proves that the job has left the queue."""

    THERE = "in the queue"
    GONE = "gone"
    UNKNOWN = "not told"


@dataclass(frozen=True, slots=True)
class PendingReason:
    """Why a job waits: for people, the batch system's words and what they mean; empty where it says nothing."""

    text: str = ""
    kind: Pending = Pending.WAITS


@dataclass(frozen=True, slots=True)
class ExitReason:
    """Why a job ended, in the batch system's words, and who ended it; empty while it has not, or nothing is said."""

    text: str = ""
    ending: Ending | None = None


def kind_of(words: str, table: Sequence[tuple[str, Kind]]) -> Kind | None:
    """The kind of a batch system's words by its table of patterns, the first that is found; None where none is."""
    return next((kind for pattern, kind in table if re.search(pattern, words, re.IGNORECASE)), None)


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """One job as the batch system lists it; `host` is empty while it waits."""

    job_id: str
    name: str
    state: State
    host: str = ""
    submitted: str = ""


def listed_presence(listed: Sequence[QueuedJob], job: str, name: str) -> Presence | None:
    """What a listing says of the job of that id and name; None where it does not hold the id."""
    for one in listed:
        if one.job_id == job:
            found = Presence.GONE if one.state.finished else Presence.THERE
            return found if one.name == name else Presence.UNKNOWN
    return None

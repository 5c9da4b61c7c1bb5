"""That no job of a run is left: said only where the batch system has said so of these very jobs."""

from __future__ import annotations

import shlex
import signal
import time
from typing import TYPE_CHECKING, Final

from pegconf.batch.job import Presence, listed_presence
from pegconf.core import commands, signals, units
from pegconf.core.errors import CannotGoOnError
from pegconf.core.progress import Progress
from pegconf.jobs.run_jobs import ASK_SECONDS, Remaining

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import FrameType

    from pegconf.batch.base import BatchSystem
    from pegconf.batch.job import QueuedJob
    from pegconf.core.command_output import Answer

AGAIN_SECONDS: Final = 1.5
TWICE_SECONDS: Final = 5.0
"""Between two empty listings by name, where nothing else can tell that a submission brought no job."""
UNANSWERED_SECONDS: Final = 60.0
"""How long jobs of ours are asked about where the batch system does not answer: a server's restart takes as long."""
NOTHING_SUBMITTED_SECONDS: Final = 30.0
"""And where none is known to have been submitted."""
GONE_SECONDS: Final = 180.0
"""How long a job that is being cancelled may take: LSF signals it thrice, 10 s apart, and PBS copies its output."""
_SLOW_SECONDS: Final = 3.0
"""A command that takes longer is one that may never answer."""


class _HurriedError(Exception):
    """A signal came while the batch system did not answer."""


def presence(system: BatchSystem, job: str, name: str, by_name: Sequence[QueuedJob] | None = None) -> Presence:
    """What the batch system says now of the job of that id and name: in a listing by name, else by its id."""
    found = listed_presence(by_name or (), job, name)
    if found is not None:
        return found
    answers = [commands.run(words, ASK_SECONDS) for words in system.ask_presence(job)]
    try:
        return system.presence(job, name, answers)
    except CannotGoOnError:
        return Presence.UNKNOWN


def listed(system: BatchSystem, name: str) -> tuple[QueuedJob, ...] | None:
    """The jobs listed under that name; None where the answer is not one to go by.

    Standard error beside an empty list is no empty list: `qselect -x` without job history prints its error there, and
    ends with 0.
    """
    answer = commands.run(system.list_named(name), ASK_SECONDS)
    if not is_list(system, answer):
        return None
    try:
        found = system.parse_jobs(answer.out)
    except CannotGoOnError:
        return None
    return under(system, name, found)


def under(system: BatchSystem, name: str, found: Sequence[QueuedJob]) -> tuple[QueuedJob, ...]:
    """The jobs of that name; their ids go to the cancel command, so that in any other form they are none."""
    return tuple(job for job in found if job.name == name and system.is_job_id(job.job_id))


def is_list(system: BatchSystem, answer: Answer) -> bool:
    """Whether an answer is a list of jobs, also one of none."""
    if answer.code != 0:
        return system.says_none(answer.out + answer.err)
    return bool(answer.out.strip()) or not answer.err.strip()


def confirm(
    system: BatchSystem, name: str, ids: Collection[str], uncertain: bool, show: Callable[[Progress], None]
) -> tuple[Remaining, ...]:
    """Cancel the jobs of a run until each is known to be gone; a sentence for what is not, with the command to type.

    `ids` are those that the submit command has given; `uncertain` is set where a submission may have brought in a job
    without giving one. A signal ends the asking at once where the batch system does not answer.
    """
    known = dict.fromkeys((job for job in ids if system.is_job_id(job)), Presence.UNKNOWN)
    state = _Asking()
    before = signal.getsignal(signal.SIGINT)

    def handle(number: int, frame: FrameType | None) -> None:
        if state.unanswered or time.monotonic() - state.since > _SLOW_SECONDS:
            raise _HurriedError
        if callable(before):
            before(number, frame)

    try:
        with signals.on_signals(handle):
            if _until_gone(system, name, known, uncertain, show, state):
                return ()
    except _HurriedError:
        return _sentences(system, name, known, "a signal ended the asking")
    return _sentences(system, name, known, "")


class _Asking:
    """What the handler of signals has to know: since when is asked, and whether the last answer was none."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.unanswered = False


def _until_gone(
    system: BatchSystem,
    name: str,
    known: dict[str, Presence],
    uncertain: bool,
    show: Callable[[Progress], None],
    state: _Asking,
) -> bool:
    """Whether all jobs are known to be gone before the time is over."""
    began = time.monotonic()
    patience = UNANSWERED_SECONDS if known else NOTHING_SUBMITTED_SECONDS
    empty_since: float | None = None
    while True:
        state.since = time.monotonic()
        by_name = listed(system, name)
        known.update((job.job_id, Presence.UNKNOWN) for job in by_name or () if job.job_id not in known)
        for job in [job for job, said in known.items() if said is not Presence.GONE]:
            state.since = time.monotonic()
            known[job] = presence(system, job, name, by_name)
        there = [job for job, said in known.items() if said is Presence.THERE]
        not_told = by_name is None or Presence.UNKNOWN in known.values()
        state.unanswered = not_told
        if there:
            empty_since = None
            show(Progress(f"waiting for {units.count(len(there), 'cancelled job')} to leave the queue"))
            # These ids were shown under this run's own name just now, so no job of anybody else's is meant.
            if commands.run(system.cancel(there), ASK_SECONDS).code == 0:
                patience = GONE_SECONDS
        elif not_told:
            empty_since = None
            show(Progress(f"{system.title} does not say whether the jobs have left the queue; asking again"))
        elif not uncertain or (empty_since is not None and time.monotonic() - empty_since >= TWICE_SECONDS):
            return True
        else:
            empty_since = empty_since or time.monotonic()
        if time.monotonic() - began > patience:
            return False
        time.sleep(AGAIN_SECONDS)


def _sentences(system: BatchSystem, name: str, known: dict[str, Presence], why: str) -> tuple[Remaining, ...]:
    """What is not known to be gone, each with the command to type."""
    because = f" ({why})" if why else ""
    left = []
    # What is known to remain first.
    for job, said in sorted(known.items(), key=lambda pair: pair[1] is Presence.UNKNOWN):
        cancel = f"cancel it with {shlex.join(system.cancel([job]))}"
        if said is Presence.THERE:
            left.append(Remaining(f"job {job} remains{because}: {cancel}", job))
        elif said is Presence.UNKNOWN:
            see = " and ".join(map(shlex.join, system.ask_presence(job)))
            asked = f"whether job {job} has left the queue, {system.title} does not say{because}"
            left.append(Remaining(f"{asked}: see {see}, {cancel}", job))
    if not left:
        by_name = shlex.join(system.cancel_named(name))
        text = f"{system.title} does not say what is left{because}: cancel jobs named {name} with {by_name}"
        left = [Remaining(text)]
    return tuple(left)

"""Asking the batch system itself about a script, without running anything: whether it takes it, and how often."""

from __future__ import annotations

import functools
import os
import shlex
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Case, Said, Verdict
from pegconf.core import commands, signals
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs import script as jobscript
from pegconf.jobs.acceptance.held_job import hold
from pegconf.jobs.run_jobs import ASK_SECONDS, SUBMIT_SECONDS
from pegconf.site import this_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pegconf.batch.acceptance import Trial
    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.config.sources import Sources
    from pegconf.core.command_output import Answer

_AGAINST: Final = {Verdict.REFUSED, Verdict.NEVER_STARTS, Verdict.SILENT}


def ask(
    section: Section, sources: Sources | None, system: BatchSystem | None, say: Callable[[str], None]
) -> tuple[Said, ...]:
    """What the batch system says to a section's script; `say` prints a line.

    Raises CannotGoOnError where it cannot be asked here at all, and SignalStop after a signal; no job stays but what is
    said to.
    """
    if system is None or sources is None:
        raise CannotGoOnError("the batch system cannot be told", "name it: --scheduler")
    trial = system.trial
    if trial is None:
        raise CannotGoOnError(
            f"{system.title} has no command that checks a job and submits none",
            "pegconf smoke-test asks it with short jobs",
        )
    absent = [command for command in trial.commands if not this_host.has_command(command)]
    if absent:
        raise CannotGoOnError(
            f"{system.title} is not on this machine ({', '.join(absent)} missing)", "run this on a login node"
        )
    if section.get("cores") is None or section.get("memory") is None:
        raise CannotGoOnError("there is no script without cores and memory", "set both in the file")
    case = _case(system, trial, jobscript.build(section, sources), say)
    with signals.on_signals(signals.stops_once("the check's commands are", say)):
        found = _collected(system.judge(case))
    if not any(one.verdict in _AGAINST for one in found):
        say(f"{system.title} was asked with {shlex.join(trial.words)}: it takes section {section.name}")
    return found


def never_starts(system: BatchSystem, script: str) -> str:
    """Why no host could ever run a script that the batch system has taken, or nothing where it says so itself."""
    if system.trial is None:
        return ""
    said = _collected(system.never_fits(_case(system, system.trial, script)))
    return "; ".join(one.words for one in said if one.verdict is Verdict.NEVER_STARTS)


def room(system: BatchSystem, script: str) -> int | None:
    """How many jobs of one script can run at once, all else idle: more of them wait however long one waits.

    By slots and cores alone; None where it cannot be told.
    """
    try:
        return system.room(_case(system, system.trial, script)) if system.trial is not None else None
    except CannotGoOnError:
        # A question that is not answered costs its answer only.
        return None


def with_time_limit(words: Sequence[str], script: str | None) -> Answer:
    """Run a command in the C locale, whose words are the ones known; a script may take as long as a submission."""
    seconds = ASK_SECONDS if script is None else SUBMIT_SECONDS
    return commands.run(words, seconds, script, {**os.environ, "LC_ALL": "C"})


def _case(system: BatchSystem, trial: Trial, script: str, say: Callable[[str], None] = lambda _line: None) -> Case:
    held = functools.partial(hold, system, say)
    return Case(trial, system.refusals, system.directives.sign, script, with_time_limit, held)


def _collected(said: Iterator[Said]) -> tuple[Said, ...]:
    """All that was said, until the batch system gave no answer."""
    found = []
    try:
        for one in said:
            found.append(one)  # noqa: PERF402 - what was said before the batch system fell silent counts
    except CannotGoOnError as error:
        found.append(Said(Verdict.SILENT, error.message, error.hint))
    return tuple(found)

"""Asking the batch system itself whether it takes a section's script, without running anything."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Said, Verdict
from pegconf.core import signals
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs import script as jobscript
from pegconf.jobs.acceptance import gridengine, lsf, slurm
from pegconf.jobs.acceptance.case import Case, with_time_limit
from pegconf.site import this_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.config.sources import Sources

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
    case = Case(system, trial, jobscript.build(section, sources), with_time_limit, say)
    with signals.on_signals(signals.stops_once("the check's commands are", say)):
        found = _collected(_JUDGES[system.name](case))
    if not any(one.verdict in _AGAINST for one in found):
        say(f"{system.title} was asked with {shlex.join(trial.words)}: it takes section {section.name}")
    return found


def never_starts(system: BatchSystem, script: str) -> str:
    """Why no host could ever run a script that LSF or Grid Engine has taken, or nothing; Slurm says so itself.

    LSF's reason is "not satisfied" of a busy host and of an impossible one alike; Grid Engine's is that there are no
    slots.
    """
    asked = {"lsf": lsf.hosts, "sge": gridengine.judge}.get(system.name)
    if system.trial is None or asked is None:
        return ""
    said = _collected(asked(Case(system, system.trial, script, with_time_limit, lambda _line: None)))
    return "; ".join(one.words for one in said if one.verdict is Verdict.NEVER_STARTS)


def _collected(said: Iterator[Said]) -> tuple[Said, ...]:
    """All that was said, until the batch system gave no answer."""
    found = []
    try:
        for one in said:
            found.append(one)  # noqa: PERF402 - what was said before the batch system fell silent counts
    except CannotGoOnError as error:
        found.append(Said(Verdict.SILENT, error.message, error.hint))
    return tuple(found)


def by_one_command(case: Case) -> Iterator[Said]:
    """Where one command says all there is."""
    answer = case.ask(case.trial.words, case.script)
    if answer.code != 0:
        yield case.refused(answer.said)
    elif case.trial.unseen:
        yield Said(Verdict.NOT_CHECKED, case.trial.unseen)


_JUDGES: Final[dict[str, Callable[[Case], Iterator[Said]]]] = {
    "lsf": lsf.judge,
    "slurm": slurm.judge,
    "sge": gridengine.judge,
    "htcondor": by_one_command,
}

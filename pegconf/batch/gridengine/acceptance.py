"""Asking Grid Engine: on an empty cluster (`qsub -w v`), on this one as it is (`-w p`), and by what hosts have at all.

Neither alone will do (recorded on 8.1.9): `-w v` judges an empty cluster, where hosts have told no load yet, so that a
job that asks for a load value such as `mem_free` fits no queue of it; `-w p` takes none while the queue is full.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Said, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.acceptance import Case

_NOW: Final = ("qsub", "-w", "p")
_NO_QUEUE: Final = "no suitable queues"
# What a host has free is at most what it has, and that -w v knows.
_TOTALS: Final = (
    (re.compile(r"(?<![\w.])(?:mem_free|mf)="), "mem_total="),
    (re.compile(r"(?<![\w.])(?:virtual_free|vf)="), "virtual_total="),
    (re.compile(r"(?<![\w.])(?:swap_free|sf)="), "swap_total="),
)
_OTHER_QUEUE: Final = "not contained in its hard queue list"
_SLOTS: Final = "cannot run in PE"
_NO_LOAD: Final = "job requests unknown resource ("
_ENDS: Final = ("verification:", "Exiting.")


def _reasons(printed: str) -> tuple[str, ...]:
    """Why no queue takes the job, each once: without the queues that were not asked for, and without job numbers.

    That its parallel environment has no slots follows where there is another reason, which then stands alone.
    """
    lines = printed.replace("Unable to run job: ", "").splitlines()
    told = [re.sub(r"^Job \d+ ", "", line.strip()) for line in lines]
    own = [line for line in dict.fromkeys(told) if line and not line.startswith(_ENDS) and _OTHER_QUEUE not in line]
    return tuple(line for line in own if not line.startswith(_SLOTS)) or tuple(own)


def _leaves_it_open(told: tuple[str, ...]) -> bool:
    """Whether an empty cluster says no more than that it does not know a load value yet.

    With a parallel environment that reads as if there were no slots (recorded).
    """
    return all(line.startswith(_SLOTS) or _NO_LOAD in line for line in told)


def _with_totals(script: str, sign: str) -> str:
    """The script with what a host has in the place of what it has free, in its directives."""
    lines = script.splitlines(keepends=True)
    return "".join(_total(line) if line.startswith(sign) else line for line in lines)


def _total(line: str) -> str:
    for free, total in _TOTALS:
        line = free.sub(total, line)
    return line


def _blamed(case: Case, told: tuple[str, ...]) -> str | None:
    """The directive that the first reason is about; of totals, the one that asks for what is free."""
    words, found = told[0] if told else "", case.directives
    for free in ("mem", "virtual", "swap"):
        words = words.replace(f"{free}_total", f"{free}_free") if not _has(found, f"{free}_total") else words
    return case.refusals.directive(words, found)


def _has(found: tuple[str, ...], resource: str) -> bool:
    return any(re.search(rf"\b{resource}=", text) for text in found)


def judge(case: Case) -> Iterator[Said]:
    """What qsub says to the script; where it only finds no queue, whether it ever would."""
    empty = case.ask(case.trial.words, case.script)
    if empty.code == 0:
        return
    if _NO_QUEUE not in empty.said:
        yield case.refused(empty.said.removeprefix("Unable to run job: ").removesuffix(" Exiting."))
        return
    told = _reasons(empty.err + empty.out)
    if not _leaves_it_open(told):
        yield _never(case, told)
        return
    now = case.ask(_NOW, case.script)
    if now.code != 0:
        yield _ever(case, told, _reasons(now.err + now.out))


def _ever(case: Case, told: tuple[str, ...], now: tuple[str, ...]) -> Said:
    """Whether an empty cluster would take the job, by what its hosts have instead of what they have free."""
    script = _with_totals(case.script, case.sign)
    if script == case.script:
        return _never(case, told)
    answer = case.ask(case.trial.words, script)
    if answer.code != 0:
        return _never(case, _reasons(answer.err + answer.out))
    words = "; ".join(now)
    return Said(Verdict.NOT_NOW, words, "an empty cluster would take it", _blamed(case, now))


def _never(case: Case, told: tuple[str, ...]) -> Said:
    return Said(
        Verdict.NEVER_STARTS,
        "; ".join(told) or _NO_QUEUE,
        "Grid Engine takes the job and never starts it",
        _blamed(case, told),
    )

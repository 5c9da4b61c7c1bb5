"""Asking Grid Engine: on an empty cluster (`qsub -w v`), on this one as it is (`-w p`), and by what hosts have at all.

Neither alone will do: the first takes no job that asks for a load value such as mem_free, the second none while the
queue is full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pegconf.batch.acceptance import Said, Verdict
from pegconf.batch.gridengine import acceptance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.jobs.acceptance.case import Case


def judge(case: Case) -> Iterator[Said]:
    """What qsub says to the script; where it only finds no queue, whether it ever would."""
    empty = case.ask(acceptance.EMPTY, case.script)
    if empty.code == 0:
        return
    if acceptance.NO_QUEUE not in empty.said:
        yield case.refused(empty.said.removeprefix("Unable to run job: ").removesuffix(" Exiting."))
        return
    told = acceptance.reasons(empty.err + empty.out)
    if not acceptance.leaves_it_open(told):
        yield _never(case, told)
        return
    now = case.ask(acceptance.NOW, case.script)
    if now.code != 0:
        yield _ever(case, told, acceptance.reasons(now.err + now.out))


def _ever(case: Case, told: tuple[str, ...], now: tuple[str, ...]) -> Said:
    """Whether an empty cluster would take the job, by what its hosts have instead of what they have free."""
    script = acceptance.with_totals(case.script, case.system.directives.sign)
    if script == case.script:
        return _never(case, told)
    answer = case.ask(acceptance.EMPTY, script)
    if answer.code != 0:
        return _never(case, acceptance.reasons(answer.err + answer.out))
    words = "; ".join(now)
    return Said(Verdict.NOT_NOW, words, "an empty cluster would take it", acceptance.blamed_for(now, case.directives))


def _never(case: Case, told: tuple[str, ...]) -> Said:
    return Said(
        Verdict.NEVER_STARTS,
        "; ".join(told) or acceptance.NO_QUEUE,
        "Grid Engine takes the job and never starts it",
        acceptance.blamed_for(told, case.directives),
    )

"""Asking LSF: it takes a held job, or not; and whether any host of the queue could run it, which LSF does not say.

`bsub -H` accepts conditions and reservations that no host meets, and shows such a job as if the queue were only busy.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Said, Verdict
from pegconf.batch.lsf import acceptance, listings
from pegconf.core import signals
from pegconf.core.errors import CannotGoOnError
from pegconf.core.units import count
from pegconf.jobs.acceptance.case import words_of
from pegconf.jobs.on_batch_system import BatchJobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.lsf.acceptance import Wish
    from pegconf.jobs.acceptance.case import Case

_JOB_IS: Final = "the check's job is"
_DEADLINE_SECONDS: Final = 120
"""After this LSF ends the held job itself, whatever has become of pegconf."""


def judge(case: Case) -> Iterator[Said]:
    """What LSF says to a held job of the script, and then what its hosts have."""
    jobs, left = _submit(case)
    yield from (
        Said(Verdict.LEFT, one, "LSF ends it at its deadline, two minutes after its submission") for one in left
    )
    for refusal in jobs.refusals:
        case.reached(refusal.command, refusal.said, hung=refusal.hung)
        if not refusal.said:
            raise CannotGoOnError(f"{refusal.command} {refusal.ended} without a word", "try it by hand on this host")
        yield case.refused(refusal.said)
    if not jobs.refusals:
        yield from hosts(case)


def _submit(case: Case) -> tuple[BatchJobs, tuple[str, ...]]:
    """Submit the held job and take it away again; what remains of it."""
    name = f"peg-{secrets.token_hex(4)}"
    until = datetime.now().astimezone() + timedelta(seconds=_DEADLINE_SECONDS)
    jobs = BatchJobs(case.system, name, None, submit=acceptance.held(name, until))
    # The outer handlers let no signal into the cancelling, not even between the two.
    with signals.on_signals(signals.waits(_JOB_IS, case.say)):
        try:
            with signals.on_signals(signals.stops_once(_JOB_IS, case.say)):
                jobs.submit("the check", case.script)
        except BaseException:
            for line in _gone(jobs):
                case.say(f"NOT cancelled: {line}")
            raise
        return jobs, _gone(jobs)


def _gone(jobs: BatchJobs) -> tuple[str, ...]:
    jobs.cancel()
    return jobs.make_sure(lambda _line: None)


def hosts(case: Case) -> Iterator[Said]:
    """Whether a host of the queue has the slots, meets the conditions, and has the memory that is reserved."""
    wish = acceptance.wish(case.directives, case.requested.cores)
    queue, among, required = queue_of(case)
    listed = case.ask(acceptance.ask_hosts(required, among))
    sizes = listings.slots(listed.out)
    if listed.code != 0 or not sizes:
        yield Said(Verdict.NOT_CHECKED, f"whether a host of {queue} fits it: {words_of(listed)}")
        return
    silent = acceptance.down(listed.out)
    for directive, condition in _steps(case, wish):
        both = " && ".join(filter(None, (required, condition)))
        answer = case.ask(acceptance.ask_hosts(both, among)) if condition else listed
        fitting = listings.slots(answer.out) if answer.code == 0 else {}
        if any(most is None or most >= wish.slots for most in fitting.values()):
            continue
        if answer.code != 0 and acceptance.NONE_SUITS not in answer.said:
            yield Said(Verdict.NOT_CHECKED, f"whether a host of {queue} fits it: {words_of(answer)}")
        elif silent:
            words = f"whether a host of {queue} fits it: of those that answer none does, {silent} do not answer now"
            yield Said(Verdict.NOT_CHECKED, words, "", directive)
        else:
            yield _never(queue, wish, sizes if fitting or not condition else None, both, directive)
        return


def _never(queue: str, wish: Wish, sizes: dict[str, int | None] | None, condition: str, directive: str | None) -> Said:
    """That no host fits; `sizes` are given where it is the slots that are too many."""
    if sizes is None:
        asked = f"bhosts -R 'select[{condition}]' finds no host of {queue}"
        return Said(Verdict.NEVER_STARTS, acceptance.NONE_SUITS, asked, directive)
    most = max(size or 0 for size in sizes.values())
    words = f"bhosts shows no host of {queue} with {count(wish.slots, 'slot')}: the most is {most}"
    return Said(Verdict.NEVER_STARTS, words, "LSF takes the job and keeps it pending", directive)


def _steps(case: Case, wish: Wish) -> Iterator[tuple[str | None, str]]:
    """What to ask the hosts for, with the directive that does: slots, then also the condition, then also the memory."""
    found = case.directives
    yield case.directive("cores"), ""
    if wish.condition:
        yield acceptance.directive(found, "select"), wish.condition
    memory = wish.memory(per_slot=bool(_per_slot(case)))
    if memory:
        both = " && ".join(filter(None, (wish.condition, memory)))
        yield acceptance.directive(found, "rusage"), both


def _per_slot(case: Case) -> bool | None:
    """Whether rusage counts for each slot; where LSF does not say so it is taken for the job's, which is less."""
    for words in (["bparams", "-a"], ["bparams", "-l"]):
        answer = case.ask(words)
        found = listings.reserve_per_core(listings.parameters(answer.out)) if answer.code == 0 else None
        if found is not None:
            return found
    return None


def queue_of(case: Case) -> tuple[str, tuple[str, ...], str]:
    """The script's queue in words, its hosts as bhosts takes them, and the condition of its own."""
    named = (case.requested.queue or "").split()
    answer = case.ask(["bqueues", "-l", *named])
    listed = listings.queues(answer.out) if answer.code == 0 else ()
    queues = tuple(queue for queue in listed if (queue.name in named if named else queue.is_default))
    if len(queues) != 1:
        # Of several queues any may take the job, so any host counts.
        return f"queues {', '.join(named)}" if named else "this cluster", (), ""
    queue = queues[0]
    return f"queue {queue.name}", acceptance.named_hosts(queue.hosts), acceptance.conditions(queue.requirement)

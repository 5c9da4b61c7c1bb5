"""A script submitted as a held job and taken away again, for a batch system that is asked in no other way."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Said, Verdict
from pegconf.core import signals
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs.on_batch_system import BatchJobs

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pegconf.batch.acceptance import Case
    from pegconf.batch.base import BatchSystem

_JOB_IS: Final = "the check's job is"
_DEADLINE_SECONDS: Final = 120
"""After this the batch system ends the held job itself, whatever has become of pegconf."""


def hold(
    system: BatchSystem, say: Callable[[str], None], case: Case, command: Callable[[str, datetime], list[str]]
) -> Generator[Said, None, bool]:
    """What is said to a held job of the script, and what remains of it; whether it was taken."""
    jobs, left = _submit(system, say, case.script, command)
    deadline = f"{system.title} ends it at its deadline, two minutes after its submission"
    yield from (Said(Verdict.LEFT, one, deadline) for one in left)
    for refusal in jobs.refusals:
        case.reached(refusal.command, refusal.said, hung=refusal.hung)
        if not refusal.said:
            raise CannotGoOnError(f"{refusal.command} {refusal.ended} without a word", "try it by hand on this host")
        yield case.refused(refusal.said)
    return not jobs.refusals


def _submit(
    system: BatchSystem, say: Callable[[str], None], script: str, command: Callable[[str, datetime], list[str]]
) -> tuple[BatchJobs, tuple[str, ...]]:
    """Submit the held job and take it away again; what remains of it."""
    name = f"peg-{secrets.token_hex(4)}"
    until = datetime.now().astimezone() + timedelta(seconds=_DEADLINE_SECONDS)
    jobs = BatchJobs(system, name, None, submit=command(name, until))
    # The outer handlers let no signal into the cancelling, not even between the two.
    with signals.on_signals(signals.waits(_JOB_IS, say)):
        try:
            with signals.on_signals(signals.stops_once(_JOB_IS, say)):
                jobs.submit("the check", script)
        except BaseException:
            for line in _gone(jobs):
                say(f"NOT cancelled: {line}")
            raise
        return jobs, _gone(jobs)


def _gone(jobs: BatchJobs) -> tuple[str, ...]:
    jobs.cancel()
    return tuple(one.sentence for one in jobs.make_sure(lambda _progress: None))

"""One section's script on its way to the batch system, and how its commands are asked: with a time limit each."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.batch import acceptance
from pegconf.batch.acceptance import Said, Verdict
from pegconf.batch.directives import in_script
from pegconf.core import commands
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs.run_jobs import ASK_SECONDS, SUBMIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pegconf.batch.acceptance import Trial
    from pegconf.batch.base import BatchSystem
    from pegconf.batch.requested import Requested
    from pegconf.core.command_output import Answer


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked about: a batch system and a job script; `run` runs a command with a script on standard input."""

    system: BatchSystem
    trial: Trial
    script: str
    run: Callable[[Sequence[str], str | None], Answer]
    say: Callable[[str], None]

    @property
    def directives(self) -> tuple[str, ...]:
        """The script's directives, without their sign."""
        return in_script(self.script, self.system.directives.sign)

    @property
    def requested(self) -> Requested:
        """What the script asks for."""
        return self.system.of_script(self.script)

    def directive(self, what: str) -> str | None:
        """The directive that asks for something, by the name of its field."""
        place = self.requested.where.get(what)
        return self.directives[place.item] if place is not None and isinstance(place.item, int) else None

    def ask(self, words: Sequence[str], script: str | None = None) -> Answer:
        """Run a command; raises CannotGoOnError where it gives no answer or cannot reach the batch system."""
        answer = self.run(words, script)
        if answer.code != 0:
            self.reached(shlex.join(words), answer.said, hung=answer.code is None)
        if answer.code and not answer.said:
            raise CannotGoOnError(f"{shlex.join(words)} {answer.ended} without a word", "try it by hand on this host")
        return answer

    def reached(self, command: str, said: str, *, hung: bool) -> None:
        """Raise CannotGoOnError where the batch system was not reached by a command."""
        if hung:
            raise CannotGoOnError(
                f"{command} gave no answer in time and was ended" + (f": {said}" if said else ""),
                "the batch system is down or busy: try later, or ask the cluster's staff",
            )
        if re.search(self.trial.unreachable, said, re.IGNORECASE):
            raise CannotGoOnError(f"{command}: {said}", "the batch system is down: try later")

    def refused(self, words: str, effect: str = "", directive: str | None = None) -> Said:
        """A refusal in the batch system's words, with the directive that they are about."""
        about = directive or acceptance.blamed(self.trial, words, self.directives)
        return Said(Verdict.REFUSED, words, effect, about)


def with_time_limit(words: Sequence[str], script: str | None) -> Answer:
    """Run a command in the C locale, whose words are the ones known; a script may take as long as a submission."""
    seconds = ASK_SECONDS if script is None else SUBMIT_SECONDS
    return commands.run(words, seconds, script, {**os.environ, "LC_ALL": "C"})


def words_of(answer: Answer) -> str:
    """What a command that failed said, or how it ended where it said nothing."""
    return f"{answer.command}: {answer.said}" if answer.said else f"{answer.command} {answer.ended}"

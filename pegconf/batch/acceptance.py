"""Asking a batch system whether it takes a script: what it may say, and which directive its words are about."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pegconf.batch.directives import in_script
from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from datetime import datetime

    from pegconf.batch.requested import Requested
    from pegconf.core.command_output import Answer

_ANY_VALUE: Final = r"""(?:"[^"]*"|'[^']*'|\S+)"""
_SHORTEST_VALUE: Final = 3
"""What is shorter than this, such as a number of cores, stands in many a sentence by chance."""


class Verdict(StrEnum):
    """What came of asking: refused; taken and never started; no room now; not known; no answer; a job that stays."""

    REFUSED = "refused"
    NEVER_STARTS = "never starts"
    NOT_NOW = "not now"
    NOT_CHECKED = "not checked"
    SILENT = "silent"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that came of asking, in the batch system's own words; `effect` says what they rest on, or lead to.

    `directive` is the script's own that they are about, without its sign; None where that cannot be told.
    """

    verdict: Verdict
    words: str
    effect: str = ""
    directive: str | None = None


class Refused(StrEnum):
    """What a submission is refused for."""

    QUEUE = "queue"
    ACCOUNT = "account"
    WALLTIME = "walltime"
    MEMORY = "memory"
    CORES = "cores"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A pattern of a batch system's words, one of the directive they are about, and what is refused if it is known.

    In the directive's pattern `{what}` stands for what the words' group `what` found.
    """

    words: str
    directive: str = ""
    kind: Refused | None = None


@dataclass(frozen=True, slots=True)
class Refusals:
    """What a batch system says where it takes no job: its complaints, the likelier first.

    `unreachable` is a pattern of words that are about the batch system and not about the script. `writers` are the
    keys that dask-jobqueue makes a directive of, by the directive's pattern: the first that is set has.
    """

    complaints: tuple[Complaint, ...] = ()
    writers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unreachable: str = r"(?!)"

    def directive(self, words: str, found: tuple[str, ...]) -> str | None:
        """The directive of a script that the words are about: by the complaints, else the value that they repeat."""
        for complaint in self.complaints:
            match = re.search(complaint.words, words, re.IGNORECASE)
            if match is None:
                continue
            if not complaint.directive:
                return None
            what = match.groupdict().get("what") or ""
            directive = last(found, complaint.directive.replace("{what}", re.escape(what)))
            if directive is not None:
                return directive
        repeated = [text for text in found if any(_repeats(words, part) for part in re.split(r"[\s=,\"']+", text)[1:])]
        return repeated[0] if len(repeated) == 1 else None

    def kind(self, words: str) -> Refused | None:
        """What the words say that a submission was refused for; None where they do not."""
        kinds = (one.kind for one in self.complaints if re.search(one.words, words, re.IGNORECASE))
        return next(filter(None, kinds), None)

    def keys(self, directive: str | None) -> tuple[str, ...]:
        """The keys that dask-jobqueue makes a directive of; none where that is not known."""
        return next((keys for pattern, keys in self.writers if re.search(pattern, directive or "")), ())


@dataclass(frozen=True, slots=True)
class Trial:
    """How a batch system is asked; `words` is a command that reads the script and runs nothing.

    `commands` are those that asking needs, and `unseen` names what it never sees.
    """

    words: tuple[str, ...]
    commands: tuple[str, ...]
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked about: a batch system's ways and a job script; whoever asks gives what runs commands.

    `sign` stands before its directives, `requested` is what they ask for. `run` runs a command with a script on its
    standard input. `hold` submits the script held, by a command made of a name and a deadline, takes it away again, and
    returns whether it was taken.
    """

    trial: Trial
    refusals: Refusals
    sign: str
    script: str
    requested: Requested
    run: Callable[[Sequence[str], str | None], Answer]
    hold: Callable[[Case, Callable[[str, datetime], list[str]]], Generator[Said, None, bool]]

    @property
    def directives(self) -> tuple[str, ...]:
        """The script's directives, without their sign."""
        return in_script(self.script, self.sign)

    def directive(self, what: str) -> str | None:
        """The directive that asks for something, by the name of its field in `requested`."""
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
        if re.search(self.refusals.unreachable, said, re.IGNORECASE):
            raise CannotGoOnError(f"{command}: {said}", "the batch system is down: try later")

    def refused(self, words: str, effect: str = "", directive: str | None = None) -> Said:
        """A refusal in the batch system's words, with the directive that they are about."""
        about = directive or self.refusals.directive(words, self.directives)
        return Said(Verdict.REFUSED, words, effect, about)


def words_of(answer: Answer) -> str:
    """What a command that failed said, or how it ended where it said nothing."""
    return f"{answer.command}: {answer.said}" if answer.said else f"{answer.command} {answer.ended}"


def option(*names: str) -> str:
    """The pattern of an option in a directive, by any of its names: `-q general`, `--partition=short`, `-n2`."""
    return rf"(?<!\S)(?:{'|'.join(map(re.escape, names))})(?=[\s=\d]|$)"


def value(found: tuple[str, ...], *names: str) -> str | None:
    """An option's value in the last directive that has it, without quotes; None where none has."""
    pattern = re.compile(rf"{option(*names)}[\s=]*(?P<value>{_ANY_VALUE})")
    values = [match["value"].strip("\"'") for text in found for match in pattern.finditer(text)]
    return values[-1] if values else None


def last(found: tuple[str, ...], pattern: str) -> str | None:
    """The last directive that a pattern is found in: extra ones come last, and batch systems take the last."""
    return next((text for text in reversed(found) if re.search(pattern, text)), None)


def _repeats(words: str, part: str) -> bool:
    return len(part) >= _SHORTEST_VALUE and re.search(rf"(?<![\w.-]){re.escape(part)}(?![\w-])", words) is not None

"""Asking a batch system whether it takes a script: what it may say, and which directive its words are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Complaint:
    """A pattern of a batch system's words and one of the directive they are about, the likelier complaint first.

    In the directive's pattern `{what}` stands for what the words' group `what` found.
    """

    words: str
    directive: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a batch system is asked; `words` is a command that reads the script and runs nothing.

    `holds` is set where it submits a held job, which has to be cancelled; then `words` takes the job's name and a time
    of day. `unreachable` is a pattern of words that are about the batch system and not about the script. `writers`
    are the keys that dask-jobqueue makes a directive of, by the directive's pattern: the first that is set has.
    `commands` are those that asking needs, and `unseen` names what it never sees.
    """

    words: tuple[str, ...]
    commands: tuple[str, ...]
    complaints: tuple[Complaint, ...]
    writers: tuple[tuple[str, tuple[str, ...]], ...]
    unreachable: str
    holds: bool = False
    unseen: str = ""


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


def blamed(trial: Trial, words: str, found: tuple[str, ...]) -> str | None:
    """The directive that the batch system's words are about: by its complaints, else the value that they repeat."""
    for complaint in trial.complaints:
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


def _repeats(words: str, part: str) -> bool:
    return len(part) >= _SHORTEST_VALUE and re.search(rf"(?<![\w.-]){re.escape(part)}(?![\w-])", words) is not None

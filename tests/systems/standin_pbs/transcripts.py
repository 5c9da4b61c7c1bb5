"""Recorded transcripts: `$ command` of a user, `user2$ command` of another, `root# command`; `[exit N]` ends one.

Lines of standard error have `[stderr] ` before them. What differs each time is made equal here, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tests.recorded import said

USER = "user1"
_PROMPT = re.compile(r"^(user2\$|root#|\$) ", re.MULTILINE)
_ERROR = "[stderr] "
_EVERY_TIME = (
    (r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}", "DATE"),
    (r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d at \d\d:\d\d", "DATE"),
    (r"(resources_used\.\w+|session_id|history_timestamp) = .*", r"\1 = N"),
    (r"    session_id = N\n", ""),
    (r"     last_used_time = DATE\n", ""),
    # Queues that once had jobs show what they use now.
    (r"    resources_assigned\.\w+ = 0(?:[kmg]b)?\n", ""),
    # What was free at the scheduler's last look.
    (r"(Not Running: Insufficient amount of resource: ncpus)(?: \(R: [^)]*\))?", r"\1"),
    (r"(Not Running: Insufficient amount of resource: ncpus)(?: | \.\.\.)?$", r"\1"),
    (r"( [RSEF]) \d\d:\d\d$", r"\1 ELAPSED"),
    (r"walltime \d+ exceeded", "walltime N exceeded"),
)
_SESSION = re.compile(r"^(\d+(?:\[\d*\])?\.\w+ +\w+ +\w+ +\S+) +(?:\d+|--) +(\d+ )", re.MULTILINE)


@dataclass(frozen=True)
class Transcript:
    """One command of a user with what it printed and its exit code."""

    user: str
    command: str
    out: str
    err: str
    code: int

    @property
    def id(self) -> str:
        """The id of the job that it has submitted, else nothing."""
        told = re.fullmatch(r"(\d+(?:\[\])?\.\w+)\n", self.out)
        return told[1] if told and "qsub" in self.command else ""

    def same_each_time(self) -> Transcript:
        """Without times, process numbers and amounts that were used."""
        return replace(self, out=_same_each_time(self.out))


def _same_each_time(text: str) -> str:
    text = _SESSION.sub(r"\1 N \2", text)
    for pattern, word in _EVERY_TIME:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return text


def recorded(name: str) -> list[Transcript]:
    """The transcripts of one file of tests/recorded."""
    parts = _PROMPT.split(said(name))[1:]
    return [_transcript(prompt, block) for prompt, block in zip(parts[::2], parts[1::2], strict=True)]


def _transcript(prompt: str, block: str) -> Transcript:
    command, *lines = block.removesuffix("\n").split("\n")
    code = int(lines.pop().removeprefix("[exit ").removesuffix("]"))
    out = "".join(f"{line}\n" for line in lines if not line.startswith(_ERROR.rstrip()))
    err = "".join(f"{line.removeprefix(_ERROR)}\n" for line in lines if line.startswith(_ERROR.rstrip()))
    return Transcript(prompt.rstrip("$#") or USER, command, out, err, code)

"""Asking a batch system's commands at once, each with a time limit: LSF's wait for ever while its daemon is down."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pegconf import commands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.commands import Answer

_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """What commands said, by their command line; one that is not installed or failed says nothing."""

    answers: Mapping[str, Answer] = field(default_factory=dict)

    def text(self, command: str) -> str:
        """Its standard output, empty where it failed: what a failing command prints is no fact."""
        answer = self.answers.get(command)
        return answer.out if answer is not None and answer.code == 0 else ""

    def how(self, command: str) -> str:
        """How it ended and its words, for people."""
        answer = self.answers.get(command)
        if answer is None:
            return "is not installed"
        return f"{answer.ended}: {answer.said}" if answer.said else answer.ended


def ask(lines: tuple[str, ...], environ: Mapping[str, str], seconds: float) -> Heard:
    """Run those of the command lines whose command is on PATH, in the C locale."""
    present = [line for line in lines if installed(line.split()[0], environ)]
    environment = {**environ, "LC_ALL": "C"}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(lambda line: commands.run(line.split(), seconds, environ=environment), present)
        return Heard(dict(zip(present, answers, strict=True)))


def installed(command: str, environ: Mapping[str, str]) -> bool:
    """Whether a command is on PATH."""
    return shutil.which(command, path=environ.get("PATH", "")) is not None

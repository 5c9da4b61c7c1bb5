"""Asking a batch system's commands at once, each with a time limit: LSF's wait for ever while its daemon is down."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Heard
from pegconf.core import commands

if TYPE_CHECKING:
    from collections.abc import Mapping

_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class HostCommands:
    """The commands of this host, each with a time limit of `seconds`; `environ` has the PATH they are on."""

    environ: Mapping[str, str]
    seconds: float

    def has(self, command: str) -> bool:
        """Whether a command is on PATH."""
        return shutil.which(command, path=self.environ.get("PATH", "")) is not None

    def ask(self, lines: tuple[str, ...]) -> Heard:
        """Run those of the command lines whose command is on PATH, in the C locale."""
        present = [line for line in lines if self.has(line.split()[0])]
        environment = {**self.environ, "LC_ALL": "C"}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = pool.map(lambda line: commands.run(line.split(), self.seconds, environ=environment), present)
            return Heard(dict(zip(present, answers, strict=True)))

"""The options in a directive, such as `-N 2` or `--mem=4G`, by batch system; each under one of its spellings."""

from __future__ import annotations

import functools
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# What one and the same option is called too (sbatch(1), oarsub(1), bsub).
_SAME: Final = {
    "slurm": {
        "--job-name": "-J",
        "--partition": "-p",
        "--account": "-A",
        "--ntasks": "-n",
        "--cpus-per-task": "-c",
        "--time": "-t",
        "--error": "-e",
        "--output": "-o",
        "--nodes": "-N",
        "--array": "-a",
        "--hold": "-H",
        "--wait": "-W",
        "--quiet": "-Q",
        "--gpus": "-G",
    },
    "oar": {
        "--name": "-n",
        "--queue": "-q",
        "--resource": "-l",
        "--property": "-p",
        "--hold": "-h",
        "--interactive": "-I",
        "--stdout": "-O",
        "--stderr": "-E",
    },
    "lsf": {"-oo": "-o", "-eo": "-e"},
}
# In these a value may follow a letter at once: `-N2`, `-lnodes=2`.
_GLUED: Final = {"slurm", "pbs", "moab", "oar"}
_NAME: Final = re.compile(r"--?[A-Za-z]")
_LSF_GLUED: Final = re.compile(r"(-[nWM])(\d.*)")


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a submit command and its value, empty where it has none."""

    name: str
    value: str


# Each rule reads the same few directives; shlex takes a tenth of a millisecond.
@functools.lru_cache(maxsize=1024)
def read(system: str, directive: str) -> tuple[Option, ...]:
    """The options in one directive, in their order."""
    try:
        words = shlex.split(directive)
    except ValueError:
        words = directive.split()
    return tuple(
        Option(_SAME.get(system, {}).get(name, name), value) for name, value in _pairs(system, words[:200]) if name
    )


def _pairs(system: str, words: list[str]) -> Iterator[tuple[str, str]]:
    name, values = "", list[str]()
    for word in words:
        if not _NAME.match(word):
            values.append(word)
            continue
        if name:
            yield name, " ".join(values)
        name, values = word, []
        glued = _LSF_GLUED.fullmatch(word) if system == "lsf" else None
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            values = [value] if equals else []
        elif glued is not None:
            name, values = glued[1], [glued[2]]
        elif system in _GLUED and len(word) > 2:  # noqa: PLR2004 - more than a hyphen and a letter
            name, values = word[:2], [word[2:]]
    if name:
        yield name, " ".join(values)

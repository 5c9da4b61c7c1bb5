"""A batch system's directives: the options that ask for each thing, and how they are read out of a line."""

from __future__ import annotations

import functools
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = re.compile(r"--?[A-Za-z]")
GLUED: Final = r"(-.)(.+)"
"""A value that follows a letter at once: `-N2`, `-lnodes=2`."""
_MOST_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a submit command and its value, empty where it has none."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Directives:
    """What a batch system's directives are called: the sign before each, and the option that asks for each thing.

    An option stands under one of its spellings; `spellings` are pairs of another one and that. Empty is what there is
    no option for. `cores` to `account` are what dask-jobqueue writes by itself, and `tasks` always with 1; `own_form`
    are pairs of an option and how dask-jobqueue writes it, where that is not the option and a blank; `cores_key` and
    `memory_key` are the section's keys that it takes before `cores` and `memory`; `account_key` is the key of what
    jobs are charged to.

    `resources` is what dask-jobqueue asks for where the section has no `resource-spec`, `one_line` is set where the
    walltime goes behind it; `one_host` is what keeps several cores on one host. `cores_by` and `one_host_by` are
    options that stand in for `cores` and `one_host`. `first_counts` is set where of one resource asked for twice the
    first one counts, else the last does.

    `walltime` ends with `=` where a resource is asked for by an option that stands for many, `-l walltime=`;
    `bare_number` is the seconds of one in a walltime that is a plain number; `whole_minutes` is set where a walltime
    has no seconds, `hours_first` where `12:00` is hours and minutes, `days_first` where four numbers begin with days.
    `gpus` and `nodes` come with a pattern of their number; `several` is a pattern of an `array` of more than one job,
    `holds_by` and `waits_by` of the values with which `hold` and `waits` do so. `released_by` lets a held job start;
    `quiet` keeps the id from being printed. `glued` is a pattern of an option with its value at once behind it.
    """

    sign: str = ""
    cores: str = ""
    memory: str = ""
    walltime: str = ""
    queue: str = ""
    account: str = ""
    account_key: str = ""
    name: str = ""
    tasks: str = ""
    cores_key: str = ""
    memory_key: str = ""
    own_form: tuple[tuple[str, str], ...] = ()
    resources: str = ""
    one_line: bool = False
    first_counts: bool = False
    one_host: str = ""
    cores_by: tuple[str, ...] = ()
    one_host_by: tuple[str, ...] = ()
    bare_number: int = 0
    whole_minutes: bool = False
    hours_first: bool = False
    days_first: bool = False
    gpus: tuple[tuple[str, str], ...] = ()
    nodes: tuple[tuple[str, str], ...] = ()
    array: tuple[str, ...] = ()
    several: str = r"\d{1,9}\s*[-,]\s*\d"
    hold: str = ""
    holds_by: str = r""
    released_by: str = ""
    waits: tuple[str, ...] = ()
    waits_by: str = ""
    quiet: tuple[str, ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()
    glued: str = ""

    @property
    def walltime_option(self) -> tuple[str, str]:
        """The option of the walltime and the resource in its value, empty where the value is the walltime."""
        option, _, resource = self.walltime.partition(" ")
        return option, resource.removesuffix("=")

    def options(self, directive: str) -> tuple[Option, ...]:
        """The options in one directive, without the sign, in their order; each under its one spelling."""
        return _options(self, directive)


def in_script(script: str, sign: str) -> tuple[str, ...]:
    """The directives of a script in their order, without the sign; with no sign every line is one."""
    lines = (line.strip() for line in script.splitlines())
    return tuple(line.removeprefix(sign).strip() for line in lines if line.startswith(sign) and line != sign)


# Each rule reads the same few directives; shlex takes a tenth of a millisecond.
@functools.lru_cache(maxsize=1024)
def _options(directives: Directives, directive: str) -> tuple[Option, ...]:
    try:
        words = shlex.split(directive)
    except ValueError:
        words = directive.split()
    spellings = dict(directives.spellings)
    pairs = _pairs(directives.glued, words[:_MOST_WORDS])
    return tuple(Option(spellings.get(name, name), value) for name, value in pairs if name)


def _pairs(glued: str, words: list[str]) -> Iterator[tuple[str, str]]:
    name, values = "", list[str]()
    for word in words:
        if not _NAME.match(word):
            values.append(word)
            continue
        if name:
            yield name, " ".join(values)
        name, values = word, []
        at_once = re.fullmatch(glued, word) if glued and not word.startswith("--") else None
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            values = [value] if equals else []
        elif at_once is not None:
            name, values = at_once[1], [at_once[2]]
    if name:
        yield name, " ".join(values)

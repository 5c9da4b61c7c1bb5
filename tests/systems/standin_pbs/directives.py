"""The options of qsub: their values, and the `#PBS` lines of a script that hold them."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

from . import amounts
from .reply import Options, RefusedError, options

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = "a:A:c:C:e:fhIj:J:k:l:m:M:N:o:p:P:q:r:R:S:u:v:VW:Xz"
_NAME = re.compile(r"[A-Za-z0-9+_.-]+")
_LONGEST_NAME = 230
_RANGE = re.compile(r"(\d+)-(\d+)(:\d+)?")
_EXTRA = re.compile(r"(\w+)=(.*)")


def _is_range(value: str) -> bool:
    found = _RANGE.fullmatch(value)
    return found is not None and int(found[1]) < int(found[2])


_LEGAL: dict[str, Callable[[str], bool]] = {
    "a": lambda value: amounts.date_time(value) is not None,
    "j": lambda value: value in {"oe", "eo", "n"},
    "J": _is_range,
    "m": lambda value: value == "n" or (bool(value) and set(value) <= set("abej")),
    "N": lambda value: len(value) > _LONGEST_NAME or _NAME.fullmatch(value) is not None,
    "r": lambda value: value in {"y", "n"},
    "W": lambda value: _EXTRA.fullmatch(value) is not None,
}


def wrong(given: Options) -> list[str]:
    """What qsub has against values, before it prints its usage."""
    found = [
        f"illegal -{letter} value" for letter, value in given.given if letter in _LEGAL and not _LEGAL[letter](value)
    ]
    return [*found, *(["DISPLAY not set"] if "X" in given and "DISPLAY" not in os.environ else [])]


def refuse(given: Options) -> None:
    """Refuse what qsub refuses in one line."""
    if len(given.get("N")) > _LONGEST_NAME:
        raise RefusedError("Job name is too long ", 2)
    names = [word for word in given.get("v").split(",") if word]
    if any("=" not in word and word not in os.environ for word in names):
        raise RefusedError("cannot send environment with the job", 1)


def joined(script: str, given: Options) -> Options:
    """The options with those of the script's lines below them; a command ends the lines that count."""
    sign = given.get("C", "#PBS")
    own = Options()
    for line in script.splitlines():
        if line.startswith(sign):
            text = line.removeprefix(sign).strip()
            one = options(LETTERS, shlex.split(text))
            against = [*one.wrong, *wrong(one)]
            if against:
                words = "\nqsub: ".join([*against, f"directive error: {text} "])
                raise RefusedError(words, 1)
            own.given += one.given
        elif line.strip() and not line.startswith(("#", ":")):
            break
    kept = [one for one in own.given if one[0] not in given or one[0] == "l"]
    return Options([*kept, *given.given], given.operands)


def attributes(given: Options) -> dict[str, str]:
    """The attributes of all `-W`."""
    found = (_EXTRA.fullmatch(value) for letter, value in given.given if letter == "W")
    return {match[1]: match[2] for match in found if match is not None}


def passed(given: Options) -> dict[str, str]:
    """The variables of `-v`."""
    words = [word.partition("=") for word in given.get("v").split(",") if word]
    return {name: value if sign else os.environ.get(name, "") for name, sign, value in words}

"""Options of bsub: its own reading of a command line and of `#BSUB` lines in a script."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from .reply import USAGE, RefusedError

FLAGS = "xHrNBIK"
VALUED = "LcFWkPqRmnJbtuioeMDSfwEspaC"
IBM_VALUED = frozenset({"env", "app", "oo", "eo", "cwd", "We", "gpu", "Jd", "g", "G", "sla", "Ep", "is", "sp", "jsdl"})
IBM_FLAGS = frozenset({"Ip", "Is", "ar", "rn", "hl"})
IBM_MEANS = {"oo": "o", "eo": "e"}
DIRECTIVE = re.compile(r"^#BSUB\s+(.*)$", re.MULTILINE)


@dataclass
class Options:
    """The options found (the last one wins), all `-R` strings in order, and the command behind them."""

    values: dict[str, str] = field(default_factory=dict)
    resources: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def __contains__(self, letter: object) -> bool:
        """Tell whether an option was given."""
        return letter in self.values

    def get(self, letter: str, default: str = "") -> str:
        """Return the value of an option."""
        return self.values.get(letter, default)

    def over(self, script: Options) -> Options:
        """Return these options of the command line on top of those of a script."""
        return Options({**script.values, **self.values}, self.resources or script.resources, self.command)


def read(arguments: list[str], *, ibm: bool) -> Options:
    """Read options as bsub does: up to the first operand, letters in clusters (`-app x` is `-a pp`) unless IBM's."""
    found = Options()
    rest = list(arguments)
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        word = rest.pop(0)[1:]
        if ibm and word in IBM_FLAGS | IBM_VALUED:
            found.values[IBM_MEANS.get(word, word)] = _value(word, "", rest) if word in IBM_VALUED else ""
            continue
        _cluster(word, rest, found)
    found.command = rest
    return found


def _cluster(word: str, rest: list[str], found: Options) -> None:
    body = word
    while body:
        letter, body = body[0], body[1:]
        if letter in FLAGS:
            found.values[letter] = ""
            continue
        if letter not in VALUED:
            raise RefusedError(f"bsub: illegal option -- {word}\n{USAGE['bsub']}")
        value = _value(letter, body, rest)
        found.values[letter] = value
        if letter == "R":
            found.resources.append(value)
        return


def _value(option: str, body: str, rest: list[str]) -> str:
    if not body and not rest:
        raise RefusedError(f"bsub: option requires an argument -- {option}\n{USAGE['bsub']}")
    return body or rest.pop(0)


def script_options(script: str, *, ibm: bool) -> Options:
    """Read all `#BSUB` lines of a script, wherever they stand, with quotes handled as a shell would."""
    found = Options()
    for line in DIRECTIVE.findall(script):
        words = _split(line)
        comment = next((place for place, word in enumerate(words) if word.startswith("#")), len(words))
        one = read(words[:comment], ibm=ibm)
        found.values.update(one.values)
        found.resources += one.resources
    return found


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def shell_text(command: list[str]) -> str:
    """Return a command for the shell: the first word as it is, others quoted where they hold special characters."""
    return " ".join([*command[:1], *(shlex.quote(word) for word in command[1:])])


def shown_text(command: list[str]) -> str:
    """Return a command as `bjobs` shows it, in double quotes where needed, recorded on volclava 2.2."""
    quoted = (word if re.fullmatch(r"[\w@%+=:,./~-]+", word) else f'"{word}"' for word in command[1:])
    return " ".join([*command[:1], *quoted])

"""What a command answers, and options as getopt reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

_QSUB = """\
usage: qsub [-a date_time] [-A account_string] [-c interval]
	[-C directive_prefix] [-e path] [-f ] [-h ] [-I [-X]] [-j oe|eo] [-J X-Y[:Z]]
	[-k keep] [-l resource_list] [-m mail_options] [-M user_list]
	[-N jobname] [-o path] [-p priority] [-P project] [-q queue] [-r y|n]
	[-R o|e|oe] [-S path] [-u user_list] [-W otherattributes=value...]
	[-v variable_list] [-V ] [-z] [script | -- command [arg1 ...]]
       qsub --version
"""
_QDEL = """\
usage:
	qdel [-W force|suppress_email=X] [-x] job_identifier...
	qdel --version
"""
_QSELECT = """\
usage: qselect [-a [op]date_time] [-A account_string] [-c [op]interval]
	[-h hold_list] [-H] [-J] [-l resource_list] [-N name] [-p [op]priority]
	[-q destination] [-r y|n] [-s states] [-t subopt[op]date_time] [-T] [-P project_name]
	[-x] [-u user_name]
       qselect --version
"""
USAGE = {"qsub": _QSUB, "qdel": _QDEL, "qselect": _QSELECT}


@dataclass(frozen=True)
class Reply:
    """The text for both streams, and the exit code."""

    out: str = ""
    err: str = ""
    code: int = 0


class RefusedError(Exception):
    """Something PBS refuses, with what it prints on standard error and its exit code: 15000 less, modulo 256."""

    def __init__(self, words: str, code: int) -> None:
        """Keep the words and the exit code."""
        super().__init__(words)
        self.words = words
        self.code = code

    def reply(self, command: str) -> Reply:
        """The refusal as the answer of a command."""
        return Reply(err=f"{command}: {self.words}\n", code=self.code)


@dataclass
class Options:
    """The options of a command line in order, what is behind them, and what getopt has to say against it."""

    given: list[tuple[str, str]] = field(default_factory=list)
    operands: list[str] = field(default_factory=list)
    behind_dashes: bool = False
    wrong: list[str] = field(default_factory=list)

    def __contains__(self, letter: object) -> bool:
        """Whether an option was given."""
        return any(letter == one for one, _ in self.given)

    def get(self, letter: str, default: str = "") -> str:
        """The last value of an option."""
        return next((value for one, value in reversed(self.given) if one == letter), default)


def options(letters: str, arguments: list[str]) -> Options:
    """Split options and operands as getopt does: a letter before a colon takes a value; nothing behind an operand."""
    found = Options()
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            found.behind_dashes = True
            break
        body = word[1:]
        while body:
            letter, body = body[0], body[1:]
            if letter == ":" or letter not in letters:
                found.wrong.append(f"invalid option -- '{letter}'")
            elif f"{letter}:" not in letters:
                found.given.append((letter, ""))
            elif not body and not rest:
                found.wrong.append(f"option requires an argument -- '{letter}'")
            else:
                found.given.append((letter, body or rest.pop(0)))
                body = ""
    found.operands = rest
    return found

"""The shell text that asks a compute node what it has: for a job of its own, or at the beginning of any other one.

What it prints is read by node_answer; the text itself is templates/probe.sh.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Final

from pegconf.core import resources

SECONDS: Final = 5
# What a shell may put in full inside double quotes: variables, and nothing that runs a command.
_EXPANDS: Final = re.compile(r"[A-Za-z0-9_./@+=:,${}%~-]*")
_LIMIT: Final = "  peg_limit=5\n"
_PARTS: Final = "  # PARTS\n"


@dataclass(frozen=True, slots=True)
class Ask:
    """What to look for on the node besides what every node has.

    `pythons` are paths or commands, `directories` may hold variables such as $TMPDIR, which the node's shell puts in
    full; `addresses` are hosts and ports to connect to by TCP. With `write_megabytes` so much is written into each
    directory, for its speed, and removed. A command is ended after `seconds`, the whole a second later.
    """

    pythons: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    addresses: tuple[tuple[str, int], ...] = ()
    write_megabytes: int = 0
    seconds: int = SECONDS


def render(ask: Ask) -> str:
    """The text for any POSIX shell; it leaves the shell around it as it was, and never fails it."""
    parts = [f"directory {path}" for path in ask.directories]
    words = [
        ["peg_directory", path, _in_full(path), str(ask.write_megabytes), str(number)]
        for number, path in enumerate(ask.directories)
    ]
    parts += [f"python {path}" for path in ask.pythons]
    words += [["peg_python", path, _in_full(path)] for path in ask.pythons]
    python = ask.pythons[0] if ask.pythons else "python3"
    parts += [f"connects {host}:{port}" for host, port in ask.addresses]
    words += [["peg_connects", host, str(port), _in_full(python)] for host, port in ask.addresses]
    lines = [
        f"  peg_part {shlex.quote(part)} {' '.join(map(_quoted, line))}\n"
        for part, line in zip(parts, words, strict=True)
    ]
    text = resources.template("probe.sh")
    return text.replace(_LIMIT, f"  peg_limit={ask.seconds}\n").replace(_PARTS, "".join(lines))


def _in_full(text: str) -> str:
    """The word that the shell puts in full, or the text itself where that could run something."""
    if not _EXPANDS.fullmatch(text):
        return text
    home = re.sub(r"^~(?=/|$)", "$HOME", text)
    return f'"{home}"' if "$" in home else text


def _quoted(word: str) -> str:
    return word if word.startswith('"') and word.endswith('"') and "$" in word else shlex.quote(word)

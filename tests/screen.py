"""A real pseudo-terminal around the installed command, and the screen that a person sees on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.running import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_PIECE = re.compile(r"\x1b\[(?P<number>\d*)(?P<does>[A-Za-z])|(?P<sign>[^\x1b])", re.DOTALL)


@dataclass
class Screen:
    """What stands on a terminal that knows no more than pegconf may send; anything else is an AssertionError.

    `lines` are also those that have moved out at its top, as a person scrolls back to them.
    """

    columns: int
    rows: int
    lines: list[str] = field(default_factory=lambda: [""])
    row: int = 0
    column: int = 0
    _waiting: str = ""

    def take(self, text: str) -> None:
        """Show what a program has written."""
        text = self._waiting + text
        self._waiting = cut[0] if (cut := re.search(r"\x1b(\[\d*)?\Z", text)) else ""
        text = text.removesuffix(self._waiting)
        at = 0
        while at < len(text):
            piece = _PIECE.match(text, at)
            assert piece is not None, f"this terminal does not know {text[at : at + 12]!r}"
            at = piece.end()
            if piece["sign"]:
                self._sign(piece["sign"])
            else:
                self._obey(piece["does"], int(piece["number"] or 1))

    def _sign(self, sign: str) -> None:
        if sign == "\r":
            self.column = 0
        elif sign == "\n":
            self._down()
        elif sign == "\b":
            self.column = max(self.column - 1, 0)
        elif sign != "\a":
            if self.column == self.columns:
                self._down()
                self.column = 0
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + sign + line[self.column + 1 :]
            self.column += 1

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def _obey(self, does: str, number: int) -> None:
        assert does in "AJK", f"this terminal does not know {does}"
        if does == "A":
            self.row = max(self.row - number, len(self.lines) - self.rows, 0)
            return
        self.lines[self.row] = self.lines[self.row][: self.column]
        if does == "J":
            del self.lines[self.row + 1 :]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(line.rstrip() for line in self.lines)


class Terminal:
    """A command that runs on a terminal of its own; its standard output may be a file instead."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        size: tuple[int, int] = (80, 24),
        output: Path | None = None,
    ) -> None:
        self.screen = Screen(*size)
        self.every: list[str] = []
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
                if output is not None:
                    os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT, 0o600), 1)
                os.chdir(folder)
                os.execvpe(words[0], list(words), {"TERM": "xterm", **environment})
            finally:
                os._exit(127)
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def until(self, shown: str | Callable[[str], bool]) -> str:
        """Wait until the screen shows a text, or what a function looks for; gives the screen."""
        ends = time.monotonic() + PATIENCE
        while not (shown in self.screen.text if isinstance(shown, str) else shown(self.screen.text)):
            assert time.monotonic() < ends, self.screen.text
            assert self._more() is not None, f"it ended before: {self.screen.text}"
        return self.screen.text

    def types(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def ends(self) -> int:
        """Wait for its end; gives the exit code."""
        ends = time.monotonic() + PATIENCE
        while self._open and self._more() is not None:
            assert time.monotonic() < ends, self.screen.text
        return self._code(ends)

    def close(self) -> None:
        """Close the window; whoever still runs on it gets a SIGHUP from the kernel."""
        if self._open:
            self._open = False
            os.close(self._master)

    def _code(self, ends: float) -> int:
        while (done := os.waitpid(self.pid, os.WNOHANG))[0] == 0:
            assert time.monotonic() < ends, "it does not end"
            time.sleep(0.05)
        return os.waitstatus_to_exitcode(done[1])

    def _more(self) -> str | None:
        """What it writes within a second; None at its end."""
        if not select.select([self._master], [], [], 1)[0]:
            return ""
        try:
            said = os.read(self._master, 65536).decode(errors="replace")
        except OSError:
            return None
        self.every.append(said)
        self.screen.take(said)
        return said

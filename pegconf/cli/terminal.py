"""What a terminal can do, how large it is, and writing to it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

_USUAL: Final = (80, 24)
_WITHOUT_CURSOR: Final = {"", "dumb", "unknown"}


def takes_cursor(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether it is a terminal on which text can be replaced; an editor's shell (TERM=dumb) is one that it cannot."""
    return stream.isatty() and environ.get("TERM", "") not in _WITHOUT_CURSOR


def in_front(stream: TextIO) -> bool:
    """Whether this process has the terminal now; one in the background is stopped when it reads from it."""
    try:
        return os.tcgetpgrp(stream.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        # It is not the terminal that controls this process, so that nobody else has it.
        return True


def size(stream: TextIO) -> tuple[int, int]:
    """Columns and rows of the terminal as it is now, whatever $COLUMNS said when the shell started."""
    with contextlib.suppress(OSError, ValueError):
        now = os.get_terminal_size(stream.fileno())
        if now.columns and now.lines:
            return now.columns, now.lines
    return _USUAL


def put(stream: TextIO, text: str) -> None:
    """Write at once; a terminal that was closed takes nothing any more, and what is under way goes on to its end."""
    with contextlib.suppress(OSError):
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()

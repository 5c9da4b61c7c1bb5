"""A line on standard error that shows how far something is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pegconf.cli.options import note
from pegconf.cli.terminal import put, size, takes_cursor

if TYPE_CHECKING:
    from pegconf.core.progress import Progress


class LiveLine:
    """A line that is shown in place on a terminal; elsewhere it is printed when more than its seconds changes."""

    def __init__(self) -> None:
        self._last = ""
        self._in_place = takes_cursor(sys.stderr, os.environ)

    def show(self, progress: Progress) -> None:
        """Show how far it is, which the next one replaces."""
        if self._in_place:
            put(sys.stderr, f"\r\x1b[K{str(progress)[: size(sys.stderr)[0] - 1]}")
        elif progress.words != self._last:
            self._last = progress.words
            note(str(progress))

    def clear(self) -> None:
        """Take the line away."""
        if self._in_place:
            put(sys.stderr, "\r\x1b[K")

    def note(self, line: str) -> None:
        """Print a line that stays."""
        self.clear()
        note(line)

"""A line on standard error that shows how far something is."""

from __future__ import annotations

import os
import re
import sys

from pegconf.cli.options import note
from pegconf.cli.terminal import put, size, takes_cursor


class LiveLine:
    """A line that is shown in place on a terminal; elsewhere it is printed when more than its seconds changes."""

    def __init__(self) -> None:
        self._last = ""
        self._in_place = takes_cursor(sys.stderr, os.environ)

    def show(self, line: str) -> None:
        """Show a line, which the next one replaces."""
        if self._in_place:
            put(sys.stderr, f"\r\x1b[K{line[: size(sys.stderr)[0] - 1]}")
        elif (meaning := re.sub(r"^ *\d+ s ", "", line)) != self._last:
            self._last = meaning
            note(line)

    def clear(self) -> None:
        """Take the line away."""
        if self._in_place:
            put(sys.stderr, "\r\x1b[K")

    def note(self, line: str) -> None:
        """Print a line that stays."""
        self.clear()
        note(line)

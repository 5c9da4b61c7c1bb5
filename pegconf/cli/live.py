"""A line on standard error that shows how far something is."""

from __future__ import annotations

import re
import shutil
import sys

from pegconf.cli.common import note


class LiveLine:
    """A line that is shown in place on a terminal; elsewhere it is printed when more than its seconds changes."""

    def __init__(self) -> None:
        self._last = ""
        self._in_place = sys.stderr.isatty()

    def show(self, line: str) -> None:
        """Show a line, which the next one replaces."""
        if self._in_place:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{line[:width]}")
            sys.stderr.flush()
        elif (meaning := re.sub(r"^ *\d+ s ", "", line)) != self._last:
            self._last = meaning
            note(line)

    def clear(self) -> None:
        """Take the line away."""
        if self._in_place:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def note(self, line: str) -> None:
        """Print a line that stays."""
        self.clear()
        note(line)

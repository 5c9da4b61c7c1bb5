"""The live view of a smoke test: on a terminal a line for each job in place, elsewhere plain lines as things change."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self

from rich.cells import cell_len

from pegconf.cli.live import LiveLine
from pegconf.cli.options import note
from pegconf.cli.terminal import in_front, put, size, takes_cursor
from pegconf.smoke.report.live import Phase, frame

if TYPE_CHECKING:
    from types import FrameType

    from pegconf.core.progress import Progress
    from pegconf.smoke.evidence import Evidence

_EVERY_SECONDS: Final = 0.5


class LiveView:
    """A block of lines that is drawn over itself, twice a second, by a thread of its own until the context ends.

    It neither hides the cursor nor changes the terminal, so that nothing has to be brought back, whatever ends it; the
    block is written in one piece over the one before, so that it does not flicker.
    """

    def __init__(self, evidence: Evidence, processes: int) -> None:
        self._evidence = evidence
        self._processes = processes
        self._plain = None if takes_cursor(sys.stderr, os.environ) else LiveLine()
        self._count = ""
        self._phases: tuple[Phase, ...] = ()
        self._drawn: list[str] = []
        self._on = False
        self._continues: Any = None
        # Handlers of signals print through this, too, in the middle of whatever the main thread does.
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._draw_on, daemon=True)

    def __enter__(self) -> Self:
        if self._plain is None:
            self._continues = signal.signal(signal.SIGCONT, self._below)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._plain is None:
            self._thread.join()
            signal.signal(signal.SIGCONT, self._continues)
        self.clear()

    def show(self, progress: Progress) -> None:
        """Show the present count of what is awaited, or what is done now."""
        if self._plain is not None:
            self._plain.show(progress)
            return
        if progress.seconds is not None:
            self._phases, self._count = (), str(progress)
        elif not self._phases or self._phases[-1].doing != progress:
            self._phases = _followed(self._phases, progress, time.time())
        self._on = True

    def clear(self) -> None:
        """Take the block away; the next line begins another."""
        self._on = False
        self._phases = ()
        with self._lock:
            self._wipe()

    def note(self, line: str) -> None:
        """Print a line that stays, above the block."""
        with self._lock:
            self._wipe()
            note(line)

    def _below(self, _number: int, _frame: FrameType | None) -> None:
        """After Ctrl-Z the shell has written meanwhile: what was drawn stays, and the next block begins below."""
        self._drawn = []

    def _draw_on(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            with self._lock:
                if not in_front(sys.stderr):
                    self._drawn = []
                elif self._on and not self._over.is_set():
                    self._draw()

    def _draw(self) -> None:
        columns, rows = size(sys.stderr)
        # A line as wide as the terminal would move to the next one; the last row is for what is typed.
        lines = frame(
            self._count, self._evidence.timeline, self._phases, self._processes, time.time(), columns - 1, rows - 1
        )
        text = "\n".join(f"{line}\x1b[K" for line in lines)
        put(sys.stderr, f"{self._back(columns)}{text}\x1b[J")
        self._drawn = lines

    def _wipe(self) -> None:
        if self._drawn:
            put(sys.stderr, f"{self._back(size(sys.stderr)[0])}\x1b[J")
        self._drawn = []

    def _back(self, columns: int) -> str:
        """To the beginning of what was drawn; a terminal that became narrower has broken its lines meanwhile."""
        taken = sum(max(-(-cell_len(line) // columns), 1) for line in self._drawn)
        return f"\r\x1b[{taken - 1}A" if taken > 1 else "\r"


def _followed(phases: tuple[Phase, ...], doing: Progress, now: float) -> tuple[Phase, ...]:
    """The phases with a further one; what is no step, only another count of the same, is replaced."""
    if not phases:
        return (Phase(doing, now),)
    *before, last = phases
    if last.doing.step:
        return (*before, Phase(last.doing, last.since, now), Phase(doing, now))
    return (*before, Phase(doing, last.since))

"""What Ctrl-C, SIGTERM and SIGHUP do while jobs of ours are about: they end the work in order, once."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Final

from pegconf.core.errors import SignalStop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    Handler = Callable[[int, FrameType | None], None]

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2)
"""SIGUSR2 is what LSF sends a job at its walltime, and pegconf may run inside one."""


@contextlib.contextmanager
def on_signals(handle: Handler) -> Iterator[None]:
    """Handle Ctrl-C, SIGTERM and SIGHUP so for a while; a SIGHUP that nohup ignores stays ignored."""
    taken = [number for number in _STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in taken}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stops_once(jobs_are: str, say: Callable[[str], None]) -> Handler:
    """The first signal ends the work by SignalStop, later ones are told that this is under way.

    `jobs_are` begins both sentences: `the test's jobs are`.
    """
    busy = waits(jobs_are, say)
    stopped = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped:
            busy(number, frame)
            return
        stopped = True
        raise SignalStop(number, f"stopped by {signal.Signals(number).name}; {jobs_are} cancelled")

    return handle


def waits(jobs_are: str, say: Callable[[str], None]) -> Handler:
    """A signal does not stop the cancelling of jobs."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        say(f"{jobs_are} being cancelled; a moment ...")

    return handle

"""The few ways pegconf cannot go on, each with a message, a way out and an exit code of its own."""

from __future__ import annotations

from typing import Final

OK: Final = 0
ERRORS_FOUND: Final = 1
WRONG_USAGE: Final = 2
CANNOT_GO_ON: Final = 3
NOT_STARTED: Final = 4
"""The smoke test's jobs were accepted and did not start in time; nothing is known to be wrong."""


class PegconfError(Exception):
    """Something that stops the command; `message` names the cause and `hint` the way out, one sentence each."""

    exit_code = CANNOT_GO_ON

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CannotGoOnError(PegconfError):
    """No such file, unreadable, no configuration at all, batch system unknown."""


class UsageError(PegconfError):
    """The command line asks for something that cannot be, or an answer is missing and nobody can be asked."""

    exit_code = WRONG_USAGE


class RefusedError(ValueError):
    """An answer that cannot be, with the reason as its text; the question is asked again."""


class SignalStop(KeyboardInterrupt):
    """A signal asked pegconf to stop; the exit code is 128 and the signal's number, as shells have it."""

    def __init__(self, signal_number: int, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = 128 + signal_number

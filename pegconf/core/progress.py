"""How far something is that takes a while."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What is waited for or done now.

    `seconds` is since when something is awaited; `step` is set for one of several things that are done in turn.
    """

    words: str
    seconds: float | None = None
    step: bool = False

    def __str__(self) -> str:
        since = "" if self.seconds is None else f"{self.seconds:4.0f} s  "
        return f"{since}{self.words}{' ...' if self.step else ''}"

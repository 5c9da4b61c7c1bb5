"""What a command said and how it ended."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from pegconf.core.terminal_text import visible


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said; `code` is None where it did not answer within its time limit and was ended."""

    command: str
    code: int | None
    out: str = ""
    err: str = ""

    @property
    def said(self) -> str:
        """What it said for people, each line once: standard error, else standard output; empty if nothing."""
        lines = (self.err.strip() or self.out.strip()).splitlines()
        return visible(" ".join(" ".join(dict.fromkeys(line.strip() for line in lines)).split()))

    @property
    def ended(self) -> str:
        """How it ended: `ended with exit code 255`, `was ended by SIGKILL`, `gave no answer in time`."""
        if self.code is None:
            return "gave no answer in time"
        if self.code < 0:
            return f"was ended by {signal.Signals(-self.code).name}"
        return f"ended with exit code {self.code}"

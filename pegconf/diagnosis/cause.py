"""Why a section does not run, as it was seen in a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it did not run, in one sentence, with the way out and what was seen; `code` as in `pegconf explain`."""

    code: str
    sentence: str
    way_out: str
    evidence: str = ""


class CauseError(Exception):
    """A cause that shows on this host before any job is submitted."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.sentence)
        self.cause = cause

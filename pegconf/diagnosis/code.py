"""What a code of the smoke test is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A cause's code, its title, and why it comes about and what to do."""

    code: str
    title: str
    explanation: str

"""The end of a job's output, as far as it is shown."""

from __future__ import annotations

from typing import Final

LINES_SHOWN: Final = 12


def tail(output: str) -> str:
    """The last lines of an output, blank ones left out."""
    return "\n".join([line for line in output.splitlines() if line.strip()][-LINES_SHOWN:])

"""Recorded transcripts: `$ command`, lines of output, `[stderr] ` before those of standard error, `[exit N]`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ERROR = "[stderr] "


@dataclass(frozen=True)
class Transcript:
    """One command with what it printed and its exit code."""

    command: str
    out: str
    err: str
    code: int


def recorded(name: str) -> list[Transcript]:
    """Read a file of transcripts beside this module."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [_transcript(block) for block in f"\n{text}".split("\n$ ")[1:]]


def _transcript(block: str) -> Transcript:
    command, *lines = block.rstrip("\n").split("\n")
    code = int(lines.pop().removeprefix("[exit ").removesuffix("]"))
    out = "".join(f"{line}\n" for line in lines if not line.startswith(ERROR.rstrip()))
    err = "".join(f"{line.removeprefix(ERROR)}\n" for line in lines if line.startswith(ERROR.rstrip()))
    return Transcript(command.strip(), out, err, code)

"""What real batch systems printed, a file a command; `pbspro-`, `torque-` and `condor-` are written after manuals.

A file whose lines begin with `$ ` holds whole transcripts of several commands, which `transcripts` reads.
"""

from __future__ import annotations

from pathlib import Path


def said(name: str) -> str:
    """The output of one command, such as `lsf-bqueues-l`."""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")

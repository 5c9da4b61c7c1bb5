"""What real batch systems printed, a file a command; `pbspro-`, `torque-` and `condor-` are written after manuals.

A file whose lines begin with `$ ` holds whole transcripts of several commands, which `transcripts` reads.
`pbs-` are whole sessions on OpenPBS 23.06, each command with both streams and its exit code.
"""

from __future__ import annotations

from pathlib import Path


def said(name: str) -> str:
    """The output of one command, such as `lsf-bqueues-l`."""
    return (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")

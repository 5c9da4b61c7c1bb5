"""Whole transcripts of commands: what was typed, and then each stream and the exit code, several in one file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.recorded import said
from tests.running import Ran

if TYPE_CHECKING:
    from collections.abc import Mapping

_ONE: Final = re.compile(
    r"^\$ (?P<command>.*)\n--- stdout\n(?P<out>(?s:.*?))--- stderr\n(?P<err>(?s:.*?))--- exit (?P<code>\d+)\n",
    re.MULTILINE,
)


def transcripts(name: str) -> dict[str, Ran]:
    """What each command in a file did, such as those in `slurm-refusals`."""
    return {
        match["command"]: Ran(int(match["code"]), match["out"], match["err"]) for match in _ONE.finditer(said(name))
    }


def written(head: str, ran: Mapping[str, Ran]) -> str:
    """The text of such a file, which begins with a line that says of what."""
    parts = [
        f"$ {command}\n--- stdout\n{one.out}--- stderr\n{one.err}--- exit {one.code}\n" for command, one in ran.items()
    ]
    return "".join([f"# {head}\n", *parts])

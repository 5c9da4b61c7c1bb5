"""A job of one core and little memory: what its script is made of in every batch system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MEGABYTES: Final = 500
"""Python with distributed holds about a fifth of that."""


@dataclass(frozen=True, slots=True)
class SmallJob:
    """A job of one core and little memory that runs `body`, a shell's text, and leaves nothing but its output.

    `walltime` is in the batch system's words. `folder` is for its output and holds `body` as the file `script`.
    `deadline` is a directive of its own, or empty; `details` are answers that only this batch system asks for, and
    `memory-unit`.
    """

    name: str
    body: str
    queue: str | None
    account: str | None
    walltime: str
    folder: str
    deadline: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def script(sign: str, directives: list[str], job: SmallJob, *more: str) -> str:
    """A shell script with these directives, those that are empty left out, and `more` lines behind the job's body."""
    lines = ["#!/bin/sh", *(f"{sign} {directive}" for directive in directives if directive), job.body, *more]
    return "\n".join(lines) + "\n"


def option(name: str, value: str | None) -> str:
    """An option with its value; empty where there is none."""
    return f"{name}{value}" if value else ""

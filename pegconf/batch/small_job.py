"""A job of one core and little memory: what its script is made of in every batch system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pegconf.batch.base import SmallJob

MEGABYTES: Final = 500
"""Python with distributed holds about a fifth of that."""


def script(sign: str, directives: list[str], job: SmallJob, *more: str) -> str:
    """A shell script with these directives, those that are empty left out, and `more` lines behind the job's body."""
    lines = ["#!/bin/sh", *(f"{sign} {directive}" for directive in directives if directive), job.body, *more]
    return "\n".join(lines) + "\n"


def option(name: str, value: str | None) -> str:
    """An option with its value; empty where there is none."""
    return f"{name}{value}" if value else ""

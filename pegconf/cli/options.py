"""What the commands share: how they end, where they print, and the options that mean the same everywhere."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from pegconf.batch.systems import KNOWN
from pegconf.cli.output import exit_code, note, out, out_fitting, say_error

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FileOption", "NameArgument", "SchedulerOption", "ends_well", "note", "out", "out_fitting", "say_error"]
_P = ParamSpec("_P")

FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file", help="Use this file alone, over dask-jobqueue's defaults.", metavar="PATH", show_default=False
    ),
]
NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="Section to use; may be left out where there is one.", show_default=False),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler", help=f"Batch system of the section: {', '.join(KNOWN)}.", metavar="KIND", show_default=False
    ),
]


def ends_well(command: Callable[_P, int | None]) -> Callable[_P, None]:
    """Make a command end with its exit code, as `exit_code` says it."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        raise typer.Exit(exit_code(lambda: command(*args, **kwargs)))

    return run

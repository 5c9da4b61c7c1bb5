"""What the commands share: how they end, where they print, and the options that mean the same everywhere."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from pegconf.errors import CANNOT_GO_ON, PegconfError, SignalStop
from pegconf.schedulers import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
SIGINT_EXIT = 130
_NARROWEST = 40

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


def out(text: str = "") -> None:
    """Print a result to standard output."""
    print(text, flush=True)


def out_fitting(text: str) -> None:
    """Print a result whose long lines are wrapped on a terminal, and left whole elsewhere."""
    if sys.stdout.isatty():
        width = max(shutil.get_terminal_size().columns, _NARROWEST)
        lines = (textwrap.wrap(line, width, subsequent_indent="    ") or [""] for line in text.splitlines())
        text = "\n".join(part for parts in lines for part in parts)
    out(text)


def note(text: str = "") -> None:
    """Print what is not the result, such as progress and warnings, to standard error."""
    print(text, file=sys.stderr, flush=True)


def ends_well(command: Callable[_P, int | None]) -> Callable[_P, None]:
    """Make a command end with its exit code: what cannot go on is one sentence and its way out, never a traceback."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            code = command(*args, **kwargs) or 0
        except PegconfError as error:
            say_error(error)
            code = error.exit_code
        except SignalStop as stop:
            note(f"pegconf: {stop.message}")
            code = stop.exit_code
        except KeyboardInterrupt:
            note("\npegconf: stopped by Ctrl-C")
            code = SIGINT_EXIT
        except BrokenPipeError:
            # Whoever read our output has gone (a pager, head); Python would complain again at its own exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            note(f"pegconf: {where}{error.strerror or error}")
            code = CANNOT_GO_ON
        raise typer.Exit(code)

    return run


def say_error(error: PegconfError) -> None:
    """Print an error and the way out to standard error."""
    note(f"pegconf: {error.message}")
    if error.hint:
        note(f"         {error.hint}")

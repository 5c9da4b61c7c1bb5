"""How a command prints and how it ends; imports no typer, which takes 0.1 s to import."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import textwrap
import traceback
from typing import TYPE_CHECKING, Final, TextIO

from pegconf.core.errors import CANNOT_GO_ON, PegconfError, SignalStop

if TYPE_CHECKING:
    from collections.abc import Callable

SIGINT_EXIT: Final = 130
_NARROWEST: Final = 40


def out(text: str = "") -> None:
    """Print a result to standard output."""
    _print(text, sys.stdout)


def out_fitting(text: str) -> None:
    """Print a result whose long lines are wrapped on a terminal, and left whole elsewhere."""
    if sys.stdout.isatty():
        width = max(shutil.get_terminal_size().columns, _NARROWEST)
        lines = (textwrap.wrap(line, width, subsequent_indent="    ") or [""] for line in text.splitlines())
        text = "\n".join(part for parts in lines for part in parts)
    out(text)


def note(text: str = "") -> None:
    """Print what is not the result, such as progress and warnings, to standard error."""
    _print(text, sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    """Print at once; a terminal that was closed takes nothing any more, and jobs are cancelled without it."""
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        _let_go(stream)


def _let_go(stream: TextIO) -> None:
    """Let what is left for a reader who has gone lead nowhere: Python would complain at its own exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def exit_code(command: Callable[[], int | None]) -> int:
    """Run a command to its exit code: what cannot go on is one sentence and its way out, never a traceback."""
    try:
        return command() or 0
    except PegconfError as error:
        say_error(error)
        return error.exit_code
    except SignalStop as stop:
        note(f"pegconf: {stop.message}")
        return stop.exit_code
    except KeyboardInterrupt:
        note("\npegconf: stopped by Ctrl-C")
        return SIGINT_EXIT
    except BrokenPipeError:
        # Whoever read our output has gone: a pager, head.
        _let_go(sys.stdout)
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        note(f"pegconf: {where}{error.strerror or error}")
        return CANNOT_GO_ON
    except Exception:  # noqa: BLE001 - what nobody thought of is a fault, and no verdict: not exit code 1
        traceback.print_exc()
        note("pegconf: this is a fault of pegconf's own: please report it with the lines above")
        return CANNOT_GO_ON


def say_error(error: PegconfError) -> None:
    """Print an error and the way out to standard error."""
    note(f"pegconf: {error.message}")
    if error.hint:
        note(f"         {error.hint}")

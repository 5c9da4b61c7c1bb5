"""The verdict on each file, and how it is printed; imports no typer, so that hooks and editors get it fast."""

from __future__ import annotations

import io
import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pegconf.cli.output import note, out, say_error
from pegconf.config import sources
from pegconf.core.errors import ERRORS_FOUND, OK, CannotGoOnError
from pegconf.core.model import Report
from pegconf.site.interfaces import interface_names
from pegconf.validate import engine, report_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDEST = 100


class Format(StrEnum):
    """How the findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def verdict(paths: Sequence[Path], form: Format = Format.TEXT, **options: Any) -> int:
    """Print what is wrong with each file alone, or without one with all that dask would load; returns the exit code.

    Takes the options of `validate.check`.
    """
    print_anything()
    reports: list[Report] = []
    stopped: list[CannotGoOnError] = []
    each: Sequence[Path | None] = paths or (None,)
    for path in each:
        try:
            report = engine.check(sources.load(os.environ, path), interfaces=interface_names(), **options)
        except CannotGoOnError as error:
            stopped.append(error)
            continue
        reports.append(report)
        if not report.sections and not report.has_errors:
            stopped.append(engine.no_section(report if path is not None else Report()))
        unasked = engine.not_asked(report)
        if unasked is not None:
            stopped.append(unasked)
    show(joined(reports), stopped, form)
    return exit_code(reports, stopped)


def exit_code(reports: Sequence[Report], stopped: Sequence[CannotGoOnError]) -> int:
    """What could not be looked at counts more than errors found."""
    if stopped:
        return stopped[0].exit_code
    return ERRORS_FOUND if any(report.has_errors for report in reports) else OK


def print_anything() -> None:
    """A file may hold characters that the terminal's encoding has not; they are printed as escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def joined(reports: list[Report]) -> Report:
    """The reports of several files as one."""
    return Report(
        tuple(finding for report in reports for finding in report.findings),
        tuple(left for report in reports for left in report.skipped),
        tuple(file for report in reports for file in report.files),
        tuple(dict.fromkeys(section for report in reports for section in report.sections)),
    )


def show(report: Report, stopped: list[CannotGoOnError], form: Format, more: Mapping[str, Any] | None = None) -> None:
    """Print what was found, and what could not be looked at; `more` goes into the JSON document."""
    if form is Format.JSON:
        from pegconf.validate import report_json  # noqa: PLC0415 - people get text

        out(report_json.as_json(report, [error.message for error in stopped], more))
    elif form is Format.GITHUB:
        from pegconf.validate import report_json  # noqa: PLC0415

        annotations = report_json.as_github(report, Path.cwd())
        if annotations:
            out(annotations)
    elif report.findings or report.sections:
        terminal = sys.stdout.isatty()
        width = min(max(shutil.get_terminal_size().columns, 60), _WIDEST) if terminal else report_text.WIDTH
        colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        out(report_text.render(report, home=home(), width=width, colour=colour))
    show_stopped(stopped, form)


def show_stopped(stopped: list[CannotGoOnError], form: Format) -> None:
    """Print why files could not be looked at."""
    for error in stopped:
        if form is Format.TEXT:
            say_error(error)
        else:
            note(f"pegconf: {error.message}")


def home() -> Path | None:
    """The user's home, which paths are printed with `~` for."""
    folder = os.environ.get("HOME")
    return Path(folder) if folder else None

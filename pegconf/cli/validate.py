"""`pegconf validate`: what is wrong with a configuration, where, and what to write instead."""

from __future__ import annotations

import io
import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pegconf import catalogue, machine, sites, sources
from pegconf import validate as checks
from pegconf.cli.common import FileOption, SchedulerOption, ends_well, note, out, say_error
from pegconf.cli.explain import check_code
from pegconf.errors import ERRORS_FOUND, OK, CannotGoOnError, UsageError
from pegconf.model import Report
from pegconf.reporters import machine_readable, text

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDEST = 100


class Format(StrEnum):
    """How the findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@ends_well
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Files, each alone; without one all that dask would load."),
    ] = None,
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Check this section only.")] = None,
    scheduler: SchedulerOption = None,
    site: Annotated[str | None, typer.Option("--site", metavar="SITE", help="Check against this site.")] = None,
    file: FileOption = None,
    form: Annotated[Format, typer.Option("--format", help="How to print what was found.")] = Format.TEXT,
    select: Annotated[str, typer.Option("--select", metavar="CODES", help="Only these, such as PEG2,PEG101.")] = "",
    ignore: Annotated[str, typer.Option("--ignore", metavar="CODES", help="All but these.")] = "",
    script: Annotated[bool, typer.Option("--script", help="Have dask-jobqueue make the job script, too.")] = False,
) -> int:
    """Say what is wrong with a configuration, where, and what to write instead."""
    _print_anything()
    if scheduler is not None and scheduler not in catalogue.BATCH_SYSTEMS:
        raise UsageError(f"there is no batch system {scheduler!r}", f"they are: {', '.join(catalogue.BATCH_SYSTEMS)}")
    chosen_site = sites.load(site) if site is not None else None
    wanted = _wanted(_codes(select), _codes(ignore))
    paths: list[Path | None] = [*(files or ()), *([file] if file is not None else ())]
    reports: list[Report] = []
    stopped: list[CannotGoOnError] = []
    for path in paths or [None]:
        try:
            report = checks.check(
                sources.load(os.environ, path),
                scheduler=scheduler,
                site=chosen_site,
                name=name,
                interfaces=machine.interfaces(),
                script=script,
                wanted=wanted,
            )
        except CannotGoOnError as error:
            stopped.append(error)
            continue
        reports.append(report)
        if not report.sections and not report.has_errors:
            stopped.append(checks.no_section(report if path is not None else Report()))
    _show(_joined(reports), stopped, form)
    if stopped:
        return stopped[0].exit_code
    return ERRORS_FOUND if any(report.has_errors for report in reports) else OK


def _print_anything() -> None:
    """A file may hold characters that the terminal's encoding has not; they are printed as escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _codes(text_: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for code in text_.split(",") if code.strip())
    for code in codes:
        check_code(code)
    return codes


def _wanted(select: tuple[str, ...], ignore: tuple[str, ...]) -> Callable[[str], bool]:
    def wanted(code: str) -> bool:
        return (not select or code.startswith(select)) and not (ignore and code.startswith(ignore))

    return wanted


def _joined(reports: list[Report]) -> Report:
    return Report(
        tuple(finding for report in reports for finding in report.findings),
        tuple(left for report in reports for left in report.skipped),
        tuple(file for report in reports for file in report.files),
        tuple(dict.fromkeys(section for report in reports for section in report.sections)),
    )


def _show(report: Report, stopped: list[CannotGoOnError], form: Format) -> None:
    if form is Format.JSON:
        out(machine_readable.as_json(report, [error.message for error in stopped]))
    elif form is Format.GITHUB:
        annotations = machine_readable.as_github(report, Path.cwd())
        if annotations:
            out(annotations)
    elif report.findings or report.sections:
        terminal = sys.stdout.isatty()
        width = min(max(shutil.get_terminal_size().columns, 60), _WIDEST) if terminal else text.WIDTH
        colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        out(text.render(report, home=_home(), width=width, colour=colour))
    for error in stopped:
        if form is Format.TEXT:
            say_error(error)
        else:
            note(f"pegconf: {error.message}")


def _home() -> Path | None:
    home = os.environ.get("HOME")
    return Path(home) if home else None

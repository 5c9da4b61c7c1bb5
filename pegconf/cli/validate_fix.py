"""`pegconf validate --fix` and `--diff`: what was mended, what was left, and which files were written."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

from pegconf.cli.output import note, out
from pegconf.cli.validate_verdict import Format, exit_code, home, joined, print_anything, show, show_stopped
from pegconf.config import sources
from pegconf.core.errors import CannotGoOnError
from pegconf.core.model import Report
from pegconf.site.interfaces import interface_names
from pegconf.validate import engine, fix, report_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pegconf.config.sources import Sources
    from pegconf.validate.fix import Repair


def mended(paths: Sequence[Path], form: Format = Format.TEXT, *, diff: bool, **options: Any) -> int:
    """Mend each file alone, or without one what is the user's own of all that dask would load; returns the exit code.

    With `diff` nothing is written, and the exit code is that of the files as they are. Takes the options of
    `validate.check`.
    """
    print_anything()
    interfaces = interface_names()

    def look(found: Sources) -> Report:
        return engine.check(found, interfaces=interfaces, **options)

    repairs: list[Repair] = []
    reports: list[Report] = []
    backups: list[tuple[Path, Path]] = []
    stopped: list[CannotGoOnError] = []
    each: Sequence[Path | None] = paths or (None,)
    for path in each:
        try:
            found = sources.load(os.environ, path)
            made = fix.repair(found, look, functools.partial(_why_not, named=path is not None))
            backups += () if diff else _written(made)
            report = look(found) if diff else made.report
        except CannotGoOnError as error:
            stopped.append(error)
            continue
        repairs.append(made)
        reports.append(report)
        if not report.sections and not report.has_errors:
            stopped.append(engine.no_section(report if path is not None else Report()))
    if diff:
        _show_diff(repairs)
        show_stopped(stopped, form)
    else:
        if form is Format.TEXT:
            _show_text(repairs, backups)
        show(joined(reports), stopped, form, report_text.fixes_as_data(repairs))
    return exit_code(reports, stopped)


def _why_not(file: Path, *, named: bool) -> str:
    """Why a file is left as it is; nothing where it may be changed."""
    if file.suffix.lower() == ".json":
        return "the file is JSON, and --fix writes YAML"
    if named:
        return ""
    if not any(file == own or own in file.parents for own in sources.own_folders(os.environ)):
        return "the file is not your own; name it to have it changed"
    return fix.unwritable(file)


def _written(made: Repair) -> tuple[tuple[Path, Path], ...]:
    for old, _ in made.changed:
        because = fix.unwritable(old.file)
        if because:
            raise CannotGoOnError(f"{old.file} cannot be written: {because}", "nothing was changed; mend its mode")
    return fix.write(made)


def _show_text(repairs: Sequence[Repair], backups: Sequence[tuple[Path, Path]]) -> None:
    """What was done, one line a finding, before the report of what is left."""
    lines = [line for made in repairs for line in report_text.fix_lines(made, home())]
    lines += [
        f"{report_text.shown_path(old, home())} as it was: {report_text.shown_path(backup, home())}"
        for old, backup in backups
    ]
    if lines:
        out("\n".join([*lines, ""]))


def _show_diff(repairs: Sequence[Repair]) -> None:
    """The changes as a diff, and on standard error in words: nothing was written."""
    for made in repairs:
        if made.changed:
            out(made.diff().removesuffix("\n"))
        for line in report_text.fix_lines(made, home()):
            note(line)
    gone = sum(len(made.fixed) for made in repairs)
    left = sum(len(made.report.findings) for made in repairs)
    note(f"--fix would take {report_text.findings(gone)} away and leave {left}; nothing was written")

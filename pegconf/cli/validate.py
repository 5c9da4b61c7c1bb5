"""`pegconf validate`: what is wrong with a configuration, where, and what to write instead."""

from __future__ import annotations

import functools
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from pegconf.batch.systems import KNOWN
from pegconf.cli.explain import check_code
from pegconf.cli.options import FileOption, SchedulerOption, ends_well
from pegconf.cli.output import note
from pegconf.cli.validate_fix import mended
from pegconf.cli.validate_verdict import Format, verdict
from pegconf.core.errors import UsageError
from pegconf.site import files as sites

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.batch.acceptance import Said
    from pegconf.validate.rules.base import Subject


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
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend, and keep a backup.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would do, and write nothing.")] = False,
    submit_check: Annotated[
        bool, typer.Option("--submit-check", help="Ask the batch system itself; runs nothing, leaves no job.")
    ] = False,
) -> int:
    """Say what is wrong with a configuration, where, and what to write instead."""
    if scheduler is not None and scheduler not in KNOWN:
        raise UsageError(f"there is no batch system {scheduler!r}", f"they are: {', '.join(KNOWN)}")
    if diff and form is not Format.TEXT:
        raise UsageError("--diff prints a diff, and no other format", "leave one of the two out")
    if submit_check and (fix or diff):
        raise UsageError("--submit-check asks about a file as it is", "mend it first: pegconf validate --fix")
    judge = functools.partial(mended, diff=diff) if fix or diff else verdict
    return judge(
        [*(files or ()), *([file] if file is not None else ())],
        form,
        scheduler=scheduler,
        site=sites.load(site) if site is not None else None,
        name=name,
        script=script,
        ask=_asking() if submit_check else None,
        wanted=_wanted(_codes(select), _codes(ignore)),
    )


def _asking() -> Callable[[Subject], tuple[Said, ...]]:
    """Asking the batch system; its room is imported when it is needed, since validate starts fast."""
    from pegconf.jobs.acceptance.submit_check import ask  # noqa: PLC0415

    return lambda subject: ask(subject.section, subject.sources, subject.batch_system, note)


def _codes(text_: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for code in text_.split(",") if code.strip())
    for code in codes:
        check_code(code)
    return codes


def _wanted(select: tuple[str, ...], ignore: tuple[str, ...]) -> Callable[[str], bool]:
    def wanted(code: str) -> bool:
        return (not select or code.startswith(select)) and not (ignore and code.startswith(ignore))

    return wanted

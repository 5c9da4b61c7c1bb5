"""`pegconf smoke-test`: run the verification job of a section."""

from __future__ import annotations

import gc
import os
from dataclasses import replace
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from pegconf.batch import systems
from pegconf.cli.options import FileOption, NameArgument, SchedulerOption, ends_well, note, out_fitting
from pegconf.config import sections, sources
from pegconf.core.errors import PegconfError, SignalStop, UsageError
from pegconf.site import this_host
from pegconf.site.interfaces import interface_names
from pegconf.smoke import plan
from pegconf.smoke.report import text
from pegconf.smoke.request import Request

if TYPE_CHECKING:
    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section


class Format(StrEnum):
    """What is printed."""

    TEXT = "text"
    JSON = "json"


class On(StrEnum):
    """Where a smoke test runs its jobs."""

    SCHEDULER = "scheduler"
    LOCAL = "local"


class Suite(StrEnum):
    """What the workers have to show: the sum alone, or all parts of Dask too."""

    BASIC = "basic"
    FULL = "full"


@ends_well
def smoke_test(
    name: NameArgument = None,
    workers: Annotated[int, typer.Option("--workers", help="Workers to start.", metavar="N")] = 2,
    least: Annotated[
        int | None,
        typer.Option(
            "--min-workers", help="Go on with so many where no more can come.", metavar="M", show_default=False
        ),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option("--python", help="Python to prove, instead of the section's.", metavar="PATH", show_default=False),
    ] = None,
    interface: Annotated[
        str | None,
        typer.Option(
            "--interface", help="Interface to use, instead of the section's.", metavar="NAME", show_default=False
        ),
    ] = None,
    walltime: Annotated[
        str | None,
        typer.Option(
            "--walltime", help="Walltime of the test's jobs; short if left out.", metavar="W", show_default=False
        ),
    ] = None,
    timeout: Annotated[
        int | None,
        typer.Option(
            "--timeout",
            help="Seconds from submission until all workers are connected.",
            metavar="S",
            show_default=False,
        ),
    ] = None,
    columns: Annotated[
        int | None, typer.Option("--columns", help="Columns of the 10000-row array.", metavar="Y", show_default=False)
    ] = None,
    interfaces: Annotated[
        str | None,
        typer.Option(
            "--compare-interfaces", help="Test over each and compare them.", metavar="A,B", show_default=False
        ),
    ] = None,
    suite: Annotated[
        Suite, typer.Option("--suite", help="The sum of square roots, or each part of Dask as well.")
    ] = Suite.BASIC,
    on: Annotated[
        On | None,
        typer.Option("--on", help="Where to run; the batch system if its commands are here.", show_default=False),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
    report_to: Annotated[
        Path | None,
        typer.Option("--report", help="Write a page with the whole outcome.", metavar="FILE.html", show_default=False),
    ] = None,
    support_to: Annotated[
        Path | None,
        typer.Option(
            "--support",
            help="Pack all of it for the cluster's staff, without names, tokens and keys.",
            metavar="FILE.tar.gz",
            show_default=False,
        ),
    ] = None,
    hold: Annotated[
        bool, typer.Option("--hold", help="Keep the cluster of a test that has passed until Enter, for its dashboard.")
    ] = False,
    file: FileOption = None,
    scheduler: SchedulerOption = None,
) -> int:
    """Run a small sum of square roots on a section's workers, and leave no job behind.

    Exit code 0: it works. 1: it does not, because ... 4: the jobs were accepted and had not started in time.
    """
    loaded = sources.readable(sources.load(os.environ, file))
    section = sections.choose(sections.collect(loaded, scheduler), name)
    system = systems.named(section.batch_system, section.name)
    planned = plan.make(section, system, workers, walltime=walltime, timeout=timeout, columns=columns, least=least)
    on_batch = _on_batch(system, on)
    # Its asyncio takes 0.05 s, which no other command needs to wait for.
    from pegconf.cli import smoke_end, smoke_hold  # noqa: PLC0415
    from pegconf.cli.smoke_live import LiveView  # noqa: PLC0415
    from pegconf.smoke import compare  # noqa: PLC0415
    from pegconf.smoke.evidence import Evidence  # noqa: PLC0415

    if hold:
        smoke_hold.check(interfaces)
    compared = None if interfaces is None else _compared(interfaces, interface)
    if compared is not None:
        section = compare.over(section, compared[0])
    section = sections.with_values(
        section, _overrides(section, python, interface, alone=system.is_batch and not on_batch)
    )
    request = Request(section, loaded, system, planned, on_batch, suite is Suite.FULL)
    as_json = form is Format.JSON
    finished = smoke_end.End(request, as_json, report_to, support_to)
    finished.check()
    evidence = Evidence(keeps_output=support_to is not None, keeps_performance=report_to is not None)
    live = LiveView(evidence, planned.processes)
    holder = smoke_hold.Hold(finished, live.clear)
    if hold:
        request = replace(request, hold=holder)
    (note if as_json else out_fitting)(text.announce(request, workers))
    if compared is not None:
        (note if as_json else out_fitting)(f"  that over each of {', '.join(compared)}, one after another")
    try:
        with live:
            outcome = compare.smoke_test(request, compared, live.note, live.show, evidence)
    except (PegconfError, SignalStop) as stop:
        finished.cut_short(evidence, stop.message, stop.exit_code)
        raise
    if hold and not holder.begun:
        note("Nothing is held: the test has not passed.")
    finished.came(outcome, evidence, told=holder.begun and not as_json)
    if outcome.stopped is not None:
        note(f"pegconf: {outcome.stopped.why}")
    # Python looks through everything once more for garbage at its end: with Dask loaded that is a quarter of a second.
    gc.freeze()
    return outcome.exit_code


def _compared(names: str, interface: str | None) -> tuple[str, ...]:
    from pegconf.smoke import compare  # noqa: PLC0415

    if interface is not None:
        raise UsageError("--interface and --compare-interfaces exclude each other", "leave out --interface")
    return compare.named(names, interface_names())


def _on_batch(system: BatchSystem, on: On | None) -> bool:
    if not system.is_batch:
        if on is On.SCHEDULER:
            raise UsageError("a local section has no batch system", "leave out --on scheduler")
        return False
    missing = [command for command in system.commands if not this_host.has_command(command)]
    if not system.shell_script and (on is On.LOCAL or (missing and on is None)):
        raise UsageError(
            f"a job's script is no shell script with {system.title}, so it cannot be run on this machine alone",
            f"run this where {system.submit[0]} is",
        )
    if on is On.LOCAL:
        return False
    if not missing:
        return True
    if on is On.SCHEDULER:
        raise UsageError(
            f"{', '.join(missing)}: not on this machine, so {system.title} cannot be tested [PEG636]",
            "run this on a login node, or leave out --on scheduler",
        )
    note(f"{system.title} is not on this machine ({', '.join(missing)} missing).")
    note(f"Running the section's job script with a shell here; {system.title} itself is NOT tested.")
    return False


def _overrides(section: Section, python: str | None, interface: str | None, *, alone: bool) -> dict[str, object]:
    values: dict[str, object] = {}
    if python is not None:
        values["python"] = python
    if interface is not None:
        values["interface"] = interface
    configured = interface or section.get("interface")
    if alone and configured is not None and configured not in interface_names():
        note(f"This machine has no interface {configured}; running without one.")
        values["interface"] = None
    return values

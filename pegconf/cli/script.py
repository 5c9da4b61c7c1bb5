"""`pegconf script`: the job script that dask-jobqueue would submit, or one that runs a program of the user's."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pegconf.batch import systems
from pegconf.cli.options import FileOption, SchedulerOption, ends_well, out
from pegconf.config import sections, sources
from pegconf.core.errors import UsageError
from pegconf.jobs import driver as drivers
from pegconf.jobs import script as jobscript


@ends_well
def script(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME -- ARGS",
            help="Section to use; behind -- arguments of the driver's program.",
            show_default=False,
        ),
    ] = None,
    *,
    driver: Annotated[
        str | None,
        typer.Option("--driver", help="Print a job that runs this program.", metavar="PROGRAM.py", show_default=False),
    ] = None,
    cores: Annotated[int, typer.Option("--cores", min=1, metavar="N", help="Cores of the driver's job.")] = 1,
    memory: Annotated[
        str | None, typer.Option("--memory", metavar="M", help="Memory of the driver's job; 4GB if left out.")
    ] = None,
    walltime: Annotated[
        str | None, typer.Option("--walltime", metavar="W", help="Its walltime; the section's if left out.")
    ] = None,
    file: FileOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Print the job script of a section; the worker's name and the scheduler's address are placeholders.

    With --driver, print a script for the batch system that runs your own program on a compute node.
    """
    name, arguments = _split(words or [], sys.argv[1:])
    loaded = sources.readable(sources.load(os.environ, file))
    section = sections.choose(sections.collect(loaded, scheduler), name)
    if driver is None:
        if arguments:
            raise UsageError("arguments are for --driver", "name the program: --driver PROGRAM.py -- ARGS")
        out(jobscript.build(section, loaded).rstrip("\n"))
        return
    system = systems.named(section.batch_system, section.name)
    if not system.is_batch:
        raise UsageError(
            f"section {section.name!r} is a local one: it has no jobs to run the program in",
            f"run it as it is: python {driver}",
        )
    asked = drivers.parse(system, driver, arguments, cores, memory, walltime)
    out(drivers.script(section, loaded, system, asked).rstrip("\n"))


def _split(words: list[str], line: list[str]) -> tuple[str | None, tuple[str, ...]]:
    """The section's name and the program's arguments; only the whole command line tells which stand behind `--`."""
    behind = len(line) - line.index("--") - 1 if "--" in line else 0
    names, arguments = words[: len(words) - behind], tuple(words[len(words) - behind :])
    if len(names) > 1:
        raise UsageError(f"one section at a time, not {', '.join(names)}", "arguments of a program stand behind --")
    return (names[0] if names else None), arguments

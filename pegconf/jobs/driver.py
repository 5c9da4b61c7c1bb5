"""A script for the batch system that runs the user's own program, and so Dask's scheduler, on a compute node."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.batch.requested import Request
from pegconf.config import dashboard_address
from pegconf.config.sections import with_values
from pegconf.core import resources, sizing, units
from pegconf.core.errors import RefusedError, UsageError
from pegconf.core.model import Node
from pegconf.jobs import driver_notes
from pegconf.jobs import script as jobscript
from pegconf.site import files

if TYPE_CHECKING:
    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.config.sources import Sources

DEFAULT_CORES: Final = 1
DEFAULT_MEMORY: Final = 4 * units.GB
_ANY_NODE: Final = 10**18
_WORKERS: Final = "PEGCONF-WORKERS"
"""Stands for the workers' name until the script's own variable takes its place."""


@dataclass(frozen=True, slots=True)
class Driver:
    """The program and what its own job needs: memory in bytes, walltime in seconds or None for the section's."""

    program: str
    arguments: tuple[str, ...] = ()
    cores: int = DEFAULT_CORES
    memory: int = DEFAULT_MEMORY
    walltime: int | None = None


def parse(
    system: BatchSystem, program: str, arguments: tuple[str, ...], cores: int, memory: str | None, walltime: str | None
) -> Driver:
    """A driver from the words of the command line; raises UsageError for one that cannot be."""
    if not system.shell_script:
        message = f"a job's script is no shell script with {system.title}, so pegconf writes no driver for it"
        raise UsageError(message, f"run the program where {system.submit[0]} is")
    try:
        size = units.parse_bytes(memory) if memory is not None else DEFAULT_MEMORY
        seconds = system.parse_walltime(walltime) if walltime is not None else None
    except RefusedError as error:
        raise UsageError(str(error), "see pegconf script --help") from None
    return Driver(program, arguments, cores, size, seconds)


def script(section: Section, sources: Sources, system: BatchSystem, driver: Driver) -> str:
    """The script's text; raises UsageError for a section whose name no environment variable can hold.

    The workers' jobs get a name with the driver's own job id, through a variable that dask reads, so that they can be
    cancelled when the driver's time is up without touching any other job: a program that is killed cancels nothing
    (recorded: SIGUSR2 at LSF's run limit, exit code 140, and two waiting worker jobs started afterwards).
    """
    if section.name != section.name.lower():
        raise UsageError(
            f"section {section.name!r} has capital letters, which dask does not find in a variable's name",
            "rename the section in lower case",
        )
    own = driver_notes.driver_name(section.name)
    head = jobscript.head(_driver_section(section, system, driver, own), sources, own)
    if system.warning_directive:
        head = f"{head}\n{system.directives.sign} {system.warning_directive}"
    dashboard = dashboard_address.dashboard((section,))
    python = section.get("python") or sys.executable
    return resources.template("driver.sh").format(
        head=head,
        submit=_submit(system),
        prologue="\n".join(section.get("job-script-prologue") or ()),
        section=section.name,
        job_id=system.job_id_variable,
        settings="\n".join(_settings(section)),
        note=_note(section, own, system.job_id_variable),
        cancel=" ".join(_with_variable(word) for word in system.cancel_named(_WORKERS)),
        port=dashboard.port,
        program=shlex.join([python, driver.program, *driver.arguments]),
    )


def _submit(system: BatchSystem) -> str:
    """How the script is submitted; OAR, which reads no standard input, takes a file's directives with -S (oarsub)."""
    words = " ".join(system.submit)
    return f"{words} < THIS-FILE" if system.reads_standard_input else f"chmod +x THIS-FILE; {words} -S ./THIS-FILE"


def _with_variable(word: str) -> str:
    """A word for a shell with the variable of the workers' name in it; single quotes around it end before it."""
    quoted = shlex.quote(word)
    return quoted.replace(_WORKERS, '"$workers"' if quoted == word else "'\"$workers\"'")


def _driver_section(section: Section, system: BatchSystem, driver: Driver, name: str) -> Section:
    """The section with the driver's own shape in place of a worker's."""
    site_name = section.asked.get("site")
    site = files.find(site_name)
    node = Node(driver.cores, driver.cores, _ANY_NODE)
    unit = sizing.unit_named(section.get("lsf-units")) or (site and site.memory_unit) or "mb"
    per_core = site.reserve_per_core if site else True
    walltime = driver.walltime
    if walltime is None and isinstance(section.get("walltime"), str):
        walltime = system.parse_walltime(section.get("walltime"))
    try:
        shape = sizing.shape(node, driver.cores, driver.memory, 1, unit=unit, per_core=per_core)
    except RefusedError as error:
        raise UsageError(str(error), "give other --cores or --memory") from None
    asked = {
        "name": name,
        "cores": driver.cores,
        "memory": units.format_bytes(driver.memory),
        "processes": 1,
        "walltime": system.format_walltime(walltime) if walltime is not None else None,
    }
    details = system.answered(section.values(), True)
    filled = system.fill(Request(shape, walltime or 0, section.values(), unit, per_core, details=details)).values
    return with_values(section, {**asked, **filled})


def _variable(section: Section) -> str:
    return f"DASK_JOBQUEUE__{section.name.replace('-', '_').upper()}__"


def _note(section: Section, job_name: str, job_id: str) -> str:
    """Lines that have Dask write where its scheduler is, for `pegconf tunnel`; none where the section has its own."""
    options = section.get("scheduler-options")
    if isinstance(options, dict) and "scheduler_file" in options:
        return "note="
    return (
        "# Dask notes here where the scheduler is and which port its dashboard has, for pegconf tunnel.\n"
        f"notes={driver_notes.FOLDER_IN_SHELL}\n"
        f'note="$notes/{job_name}-${job_id}.json"\n'
        'if mkdir -p -m 700 "$notes" 2> /dev/null && test -w "$notes"; then\n'
        f'  export {_variable(section)}SCHEDULER_OPTIONS__SCHEDULER_FILE="$note"\n'
        "else\n  note=\nfi"
    )


def _settings(section: Section) -> list[str]:
    """Exports that dask reads: the workers' name, and their interface for the scheduler, now on their side too."""
    variable = _variable(section)
    settings = [f'export {variable}NAME="$workers"']
    interface = section.get("interface")
    if interface:
        settings.append(f"export {variable}SCHEDULER_OPTIONS__INTERFACE={shlex.quote(interface)}")
    return settings

"""`pegconf script`: the job script that dask-jobqueue would submit."""

from __future__ import annotations

import os

from pegconf import jobscript, sections, sources
from pegconf.cli.common import FileOption, NameArgument, SchedulerOption, ends_well, out


@ends_well
def script(name: NameArgument = None, file: FileOption = None, scheduler: SchedulerOption = None) -> None:
    """Print the job script of a section; the worker's name and the scheduler's address are placeholders."""
    loaded = sources.readable(sources.load(os.environ, file))
    section = sections.choose(sections.collect(loaded, scheduler), name)
    out(jobscript.build(section, loaded).rstrip("\n"))

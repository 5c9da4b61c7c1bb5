"""`pegconf show`: the values in force, and who set each."""

from __future__ import annotations

import os

from pegconf import sections, show, sources
from pegconf.cli.common import FileOption, NameArgument, SchedulerOption, ends_well, out


@ends_well
def show_values(name: NameArgument = None, file: FileOption = None, scheduler: SchedulerOption = None) -> None:
    """Print a section's values as dask would use them, each with the file and line that set it."""
    section = sections.choose(sections.collect(sources.readable(sources.load(os.environ, file)), scheduler), name)
    out(show.text(section))

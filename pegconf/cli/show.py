"""`pegconf show`: the values in force, and who set each."""

from __future__ import annotations

import os

from pegconf.cli.options import FileOption, NameArgument, SchedulerOption, ends_well, out
from pegconf.config import sections, show, sources


@ends_well
def show_values(name: NameArgument = None, file: FileOption = None, scheduler: SchedulerOption = None) -> None:
    """Print a section's values as dask would use them, each with the file and line that set it."""
    section = sections.choose(sections.collect(sources.readable(sources.load(os.environ, file)), scheduler), name)
    out(show.text(section))

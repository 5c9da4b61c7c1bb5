"""Section to the script that dask-jobqueue would submit, without a file, a folder or a port being made."""

from __future__ import annotations

import os
import types
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import systems
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs import dask_import

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.sections import Section
    from pegconf.config.sources import Sources

SCHEDULER_ADDRESS: Final = "tcp://SCHEDULER-ADDRESS:PORT"
WORKER_NAME: Final = "WORKER-NAME"


def build(section: Section, sources: Sources) -> str:
    """The job script of a section; raises CannotGoOnError with dask-jobqueue's own words where it refuses."""
    return str(_job(section, sources, WORKER_NAME).job_script())


def head(section: Section, sources: Sources, name: str) -> str:
    """The first line and the directives of a section's job script, its output files named after `name`."""
    job = _job(section, sources, name)
    return f"{job.shebang}\n\n{job.job_header}"


def _job(section: Section, sources: Sources, name: str) -> Any:
    system = systems.named(section.batch_system, section.name)
    jobqueue = dask_import.import_dask_jobqueue()
    job_class = dask_import.job_class(system)
    with dask_import.configured(section, sources), _no_folders(jobqueue), warnings.catch_warnings():
        # Deprecated keys are findings of their own; here their warnings would only stand in the way of the script.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            job = job_class(SCHEDULER_ADDRESS, name, config_name=section.name)
            job.job_script()
        except Exception as error:
            raise refused(section.name, error) from error
        return job


def refused(section: str, error: Exception) -> CannotGoOnError:
    """What dask-jobqueue said against a section, in one sentence."""
    words = " ".join(str(error).split())
    return CannotGoOnError(
        f"dask-jobqueue makes no job script of section {section!r}: {type(error).__name__}: {words}",
        "pegconf validate names what to change",
    )


@contextmanager
def _no_folders(jobqueue: Any) -> Iterator[None]:
    """Keep Job.__init__ from making the log directory (core.py calls os.makedirs, and no argument forbids it)."""
    core = jobqueue.core
    core.os = types.SimpleNamespace(path=os.path, makedirs=lambda *_args, **_kwargs: None)
    try:
        yield
    finally:
        core.os = os

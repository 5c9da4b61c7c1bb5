"""What dask-jobqueue makes of a section: the job script, or an error of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.core.errors import PegconfError
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator


def refused(subject: Subject) -> Iterator[Problem]:
    """The job script that dask-jobqueue would submit cannot be made: it stops with an error of its own.

    Only with --script, since importing dask_jobqueue takes most of a second. What the batch system says to the script
    is another matter.

    Wrong (with PEG285):

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: null}

    Right:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB}
    """
    # Importing jobscript is cheap, building a script imports dask.
    from pegconf.jobs import script  # noqa: PLC0415

    section = subject.section
    if subject.sources is None or section.get("cores") is None or section.get("memory") is None:
        return
    try:
        script.build(section, subject.sources)
    except PegconfError as error:
        yield Problem(section.mark, error.message, error.hint)


RULES: Final = (SectionRule("PEG401", Severity.ERROR, "dask-jobqueue refuses it", Layer.SCRIPT, refused),)

"""Extra directives that change what submitting means: arrays, jobs that are held, commands that wait or say nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown
from pegconf.validate.rules.extra_directives import extras

if TYPE_CHECKING:
    from collections.abc import Iterator


def array(subject: Subject) -> Iterator[Problem]:
    """An array starts a job's workers several times under one name, and Dask takes only the first of a name.

    The batch system's id of an array is another too, so that dask-jobqueue may not cancel it: `123[].server` in PBS,
    `Your job-array 13.1-3:1` in Grid Engine. More workers are more jobs: `cluster.scale(jobs=4)`. (bsub -J "x[1-4]",
    qsub -J and -t, oarsub --array; for Slurm see PEG267.)

    Wrong:

        jobqueue:
          sge: {cores: 1, memory: 4GB, job-extra-directives: ['-t 1-4']}

    Right:

        jobqueue:
          sge: {cores: 1, memory: 4GB}
    """
    for extra in extras(subject, subject.directives.array):
        if re.search(subject.directives.several, extra.value):
            message = f"{shown(f'{extra.name} {extra.value}')} starts workers of one name several times"
            yield extra.problem(message, "Dask refuses all but the first; scale() starts more jobs")


def held(subject: Subject) -> Iterator[Problem]:
    """A job that is submitted as held never starts by itself, and no worker comes.

    bsub -H, sbatch --hold, qsub -h, oarsub --hold: somebody has to release each job by hand.

    Wrong:

        jobqueue:
          slurm: {cores: 1, memory: 4GB, job-extra-directives: [--hold]}

    Right:

        jobqueue:
          slurm: {cores: 1, memory: 4GB}
    """
    for extra in extras(subject, {subject.directives.hold}):
        if re.fullmatch(subject.directives.holds_by, extra.value, re.DOTALL):
            message = f"{shown(extra.item.content)} holds every job"
            yield extra.problem(message, f"no job starts until {subject.directives.released_by} releases it")


def waits(subject: Subject) -> Iterator[Problem]:
    """A submit command that waits for the job's end keeps dask-jobqueue from its id as long.

    dask-jobqueue reads the id when the command has ended (dask_jobqueue/core.py, Job.start), so that until then it
    neither cancels the job nor submits more than the first ones. `bsub -K`, `bsub -I`, `sbatch --wait`, `qsub -sync y`
    and `qsub -now y`, `qsub -I`, `oarsub -I`.

    Wrong:

        jobqueue:
          lsf: {cores: 1, memory: 4GB, job-extra-directives: [-K]}

    Right:

        jobqueue:
          lsf: {cores: 1, memory: 4GB}
    """
    for extra in extras(subject, subject.directives.waits):
        if re.match(subject.directives.waits_by, extra.value):
            message = f"{shown(extra.item.content)} makes the submit command wait for the job"
            yield extra.problem(message, "dask-jobqueue does not learn the job's id, and cannot cancel it")


def silent(subject: Subject) -> Iterator[Problem]:
    """dask-jobqueue reads the job's id from what the submit command prints; told to be quiet it prints none.

    "ValueError: Could not parse job id from submission command output", and the job stays in the queue without
    anybody to cancel it (dask_jobqueue/core.py). `qsub -z`: "job identifier is not written to standard output"
    (qsub(1B)). sbatch prints it all the same when `--quiet` stands in the script (22.05).

    Wrong:

        jobqueue:
          pbs: {cores: 1, memory: 4GB, job-extra-directives: [-z]}

    Right:

        jobqueue:
          pbs: {cores: 1, memory: 4GB}
    """
    for extra in extras(subject, subject.directives.quiet):
        message = f"{shown(extra.item.content)} keeps the submit command from printing the job's id"
        yield extra.problem(message, "ValueError: Could not parse job id from submission command output")


RULES: Final = (
    SectionRule("PEG247", Severity.WARNING, "an array of workers of one name", Layer.MEANING, array),
    SectionRule("PEG248", Severity.WARNING, "jobs that are held", Layer.MEANING, held),
    SectionRule("PEG294", Severity.WARNING, "a submit command that waits", Layer.MEANING, waits),
    SectionRule("PEG295", Severity.ERROR, "a submit command that prints no id", Layer.MEANING, silent),
)

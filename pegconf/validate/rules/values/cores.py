"""Cores and processes: how a job is split into workers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules import amounts
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator


_SMALL: Final = 4
_MOST_CORES: Final = 100_000


def not_positive(subject: Subject) -> Iterator[Problem]:
    """A job has at least one core and one worker process, and no node has a hundred thousand cores.

    `processes: 0` is `ZeroDivisionError: division by zero` (dask_jobqueue/core.py, worker_process_threads), and
    `cores: 0` asks the batch system for nothing.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, processes: 0}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, processes: 1}
    """
    for name in ("cores", "processes", "ncpus", "job-cpu"):
        setting, number = subject.settings.get(name), subject.number(name)
        if setting is None or number is None or 0 < number <= _MOST_CORES:
            continue
        if number > 0:
            yield at(setting, f"{name} is {shown(number)}, more than any node has", "the job never starts")
            continue
        effect = "the batch system refuses it"
        if name == "processes":
            effect = "ZeroDivisionError: division by zero" if number == 0 else "--nthreads below 0"
        severity = None
        if (name, number) == ("job-cpu", 0):
            # dask_jobqueue/slurm.py: job_cpu or self.worker_cores
            effect, severity = "taken as null: as many as cores", Severity.WARNING
        yield at(setting, f"{name} is {number}", effect, "null" if name in {"ncpus", "job-cpu"} else "1", severity)


def more_processes_than_cores(subject: Subject) -> Iterator[Problem]:
    """Worker processes share the job's cores; with more processes than cores each gets `--nthreads 0`.

    Dask takes 0 as "all cores of the machine", so that the job uses far more than it asked for.

    Wrong:

        jobqueue:
          lsf: {cores: 5, memory: 25GB, processes: 15}

    Right:

        jobqueue:
          lsf: {cores: 5, memory: 25GB, processes: 5}
    """
    setting, cores, processes = subject.settings.get("processes"), subject.number("cores"), subject.number("processes")
    if setting is not None and cores is not None and processes is not None and 0 < cores < processes:
        effect = "--nthreads 0, which Dask takes as all cores of the host"
        yield at(setting, f"{processes} processes share {count(cores, 'core')}", effect, str(cores))


def cores_left_over(subject: Subject) -> Iterator[Problem]:
    """Cores that do not divide by the processes are paid for and idle: 10 cores and 4 processes are 4 x 2 threads.

    dask_jobqueue/core.py: threads of a worker are int(cores / processes).

    Wrong:

        jobqueue:
          lsf: {cores: 10, memory: 20GB, processes: 4}

    Right:

        jobqueue:
          lsf: {cores: 10, memory: 20GB, processes: 5}
    """
    setting, cores, processes = subject.settings.get("processes"), subject.number("cores"), subject.number("processes")
    if setting is None or cores is None or processes is None or not 0 < processes <= cores <= _MOST_CORES:
        return
    idle = cores % processes
    if idle:
        near = min((number for number in range(1, cores + 1) if cores % number == 0), key=lambda n: abs(n - processes))
        effect = f"{processes} x {count(cores // processes, 'thread')}; {idle} of {count(cores, 'core')} stay idle"
        yield at(setting, f"{cores} cores do not divide by {processes} processes", effect, str(near))


def processes_by_root(subject: Subject) -> Iterator[Problem]:
    """Without `processes` dask-jobqueue takes about the square root of cores, and all of them up to 4.

    36 cores become 6 processes of 6 threads (distributed.deploy.utils.nprocesses_nthreads; dask-jobqueue#635). With
    more than one process per job, `cluster.adapt()` ends jobs whose other workers are busy (dask-jobqueue#498).

    Wrong:

        jobqueue:
          lsf: {cores: 36, memory: 72GB, processes: null}

    Right:

        jobqueue:
          lsf: {cores: 36, memory: 72GB, processes: 1}
    """
    cores, setting = subject.number("cores"), subject.settings.get("processes")
    if subject.section.get("processes") is not None or cores is None or not 1 < cores <= _MOST_CORES:
        return
    least = math.sqrt(cores)
    number = cores if cores <= _SMALL else min(n for n in range(1, cores + 1) if cores % n == 0 and n >= least)
    mark = setting.mark if setting else subject.section.mark
    effect = f"dask-jobqueue makes {number} of {count(cores // number, 'thread')} each"
    yield Problem(mark, f"processes is not set, for {cores} cores", effect, f"processes: {number}", "processes")


def fewer_reserved(subject: Subject) -> Iterator[Problem]:
    """`ncpus` is what LSF reserves, `cores` what Dask uses; with fewer reserved the job takes other jobs' cores.

    Some sites stop such a job (dask-jobqueue#82, dask-jobqueue#181). null means the same as cores.

    Wrong:

        jobqueue:
          lsf: {cores: 8, memory: 16GB, ncpus: 1}

    Right:

        jobqueue:
          lsf: {cores: 8, memory: 16GB, ncpus: null}
    """
    yield from amounts.other_cores(subject, (subject.directives.cores_key,), less="{run} on {reserved}")


def more_reserved(subject: Subject) -> Iterator[Problem]:
    """`ncpus` (LSF) and `job-cpu` (Slurm) are what is reserved, `cores` what Dask uses; more reserved stays idle.

    They count against limits and are paid for (dask-jobqueue#181). It is right where a node runs two threads to a core
    and each is counted, or where the extra cores buy memory. null means the same as cores.

    Wrong:

        jobqueue:
          lsf: {cores: 4, memory: 16GB, ncpus: 16}

    Right:

        jobqueue:
          lsf: {cores: 16, memory: 16GB, ncpus: null}
    """
    more = "{idle} of {text} reserved cores stay idle, and are paid for"
    yield from amounts.other_cores(subject, (subject.directives.cores_key,), more=more)


RULES: Final = (
    SectionRule("PEG221", Severity.ERROR, "a number out of range", Layer.MEANING, not_positive),
    SectionRule("PEG222", Severity.ERROR, "more processes than cores", Layer.MEANING, more_processes_than_cores),
    SectionRule("PEG223", Severity.WARNING, "cores that no process uses", Layer.MEANING, cores_left_over),
    SectionRule("PEG224", Severity.INFO, "processes are left to dask-jobqueue", Layer.MEANING, processes_by_root),
    SectionRule("PEG225", Severity.WARNING, "fewer cores reserved than used", Layer.MEANING, fewer_reserved),
    SectionRule("PEG260", Severity.WARNING, "more cores reserved than used", Layer.MEANING, more_reserved),
)

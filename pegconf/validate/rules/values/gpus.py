"""GPUs, and the processes that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules import amounts
from pegconf.validate.rules.base import Problem, SectionRule, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator


def processes_for_gpus(subject: Subject) -> Iterator[Problem]:
    """A job's worker processes all see all of its GPUs, and CUDA takes the first: one process for one GPU is simplest.

    With more processes than GPUs they share one's memory; with fewer some stay idle unless the program chooses them
    (dask-jobqueue#379, dask-jobqueue#229). `dask_cuda.cli` as worker-command starts a worker for each GPU by itself.

    Wrong:

        jobqueue:
          slurm: {cores: 8, processes: 8, memory: 32GB, job-extra-directives: ['--gres=gpu:1']}

    Right:

        jobqueue:
          slurm: {cores: 8, processes: 1, memory: 32GB, job-extra-directives: ['--gres=gpu:1']}
    """
    number, processes = subject.requested.gpus, subject.number("processes")
    if processes in {number, None} or number < 1 or "cuda" in (subject.text("worker-command") or ""):
        return
    effect = "they share them" if processes > number else "the others are idle unless the program chooses them"
    message = f"{count(processes, 'process')} for {count(number, 'GPU')}"
    yield amounts.problem(subject, subject.requested.where["gpus"], message, effect, f"processes: {number}")


def gpus_over_node(subject: Subject) -> Iterator[Problem]:
    """A job for more GPUs than a node of its queue has never runs; the site's file counts them.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: triton}}}
        jobqueue:
          lsf: {queue: normal, cores: 4, processes: 4, memory: 16GB, job-extra-directives: ['-gpu "num=4"']}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: triton}}}
        jobqueue:
          lsf: {queue: normal, cores: 4, processes: 2, memory: 16GB, job-extra-directives: ['-gpu "num=2"']}
    """
    number, queue = subject.requested.gpus, subject.queue
    if queue is not None and 0 < queue.gpus < number:
        message = f"the job asks for {number} GPUs, and a node of queue {queue.name} has {queue.gpus}"
        effect = f"the job {subject.impossible.over_node}"
        yield amounts.problem(subject, subject.requested.where["gpus"], message, effect)


RULES: Final = (
    SectionRule("PEG258", Severity.INFO, "other processes than GPUs", Layer.MEANING, processes_for_gpus),
    SectionRule("PEG259", Severity.WARNING, "more GPUs than a node has", Layer.MEANING, gpus_over_node),
)

"""GPUs, and the processes that use them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at
from pegconf.validate.rules.extra_directives import extras

if TYPE_CHECKING:
    from collections.abc import Iterator


def gpus(subject: Subject) -> tuple[int, Problem] | None:
    """The GPUs that a job asks for, with the place that says so."""
    system = subject.section.batch_system or ""
    for option, pattern in subject.directives.gpus:
        for extra in extras(subject, (option,)):
            match = re.search(pattern, extra.value)
            if match is not None:
                return int(match[1]), extra.problem("", "")
    setting = subject.settings.get("resource-spec")
    match = re.search(r"\b(?:ngpus|gpus)=(\d{1,3})", str(setting.plain)) if setting else None
    if setting is not None and match is not None and system in {"pbs", "moab"}:
        return int(match[1]), at(setting, "")
    setting = subject.settings.get("job-extra-directives")
    for name, (_, value) in members(setting.value).items() if setting and system == "htcondor" else ():
        text = str(plain(value))
        if setting is not None and str(name).replace("_", "").lower() == "requestgpus" and text.isdecimal():
            return int(text), Problem(setting.mark_of(value), "", key=setting.name)
    return None


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
    asked, processes = gpus(subject), subject.number("processes")
    if asked is None or processes is None or "cuda" in (subject.text("worker-command") or ""):
        return
    number, place = asked
    if number == processes or number < 1:
        return
    effect = "they share them" if processes > number else "the others are idle unless the program chooses them"
    message = f"{count(processes, 'process')} for {count(number, 'GPU')}"
    yield Problem(place.mark, message, effect, f"processes: {number}", place.key)


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
    asked, queue = gpus(subject), subject.queue
    if asked is not None and queue is not None and 0 < queue.gpus < asked[0]:
        message = f"the job asks for {asked[0]} GPUs, and a node of queue {queue.name} has {queue.gpus}"
        yield Problem(asked[1].mark, message, f"the job {subject.impossible.over_node}", None, asked[1].key)


RULES: Final = (
    SectionRule("PEG258", Severity.INFO, "other processes than GPUs", Layer.MEANING, processes_for_gpus),
    SectionRule("PEG259", Severity.WARNING, "more GPUs than a node has", Layer.MEANING, gpus_over_node),
)

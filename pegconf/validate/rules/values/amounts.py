"""Amounts in extra directives that keys do not show: walltimes, GPUs, and resources of PBS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count, show_seconds
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, quoted, shown
from pegconf.validate.rules.extra_directives import extras, left_out
from pegconf.validate.rules.values import walltime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.validate.rules.extra_directives import Extra

_WALLTIME: Final = {
    "lsf": ("-W", ""),
    "slurm": ("-t", ""),
    "pbs": ("-l", "walltime"),
    "moab": ("-l", "walltime"),
    "sge": ("-l", "h_rt"),
    "oar": ("-l", "walltime"),
}


def walltimes(subject: Subject) -> Iterator[tuple[Extra, str]]:
    """The walltimes among the extra directives, in their order."""
    option, resource = _WALLTIME.get(subject.section.batch_system or "", ("", ""))
    for extra in extras(subject, (option,)):
        if not resource:
            yield extra, extra.value
            continue
        match = re.search(rf"(?:^|,)\s*{resource}=([^,\s]+)", extra.value)
        if match is not None:
            yield extra, match[1]


def extra_walltime(subject: Subject) -> Iterator[Problem]:
    """A walltime among the extra directives counts in the batch system's grammar and against the queue like the key's.

    `-W 0` ends an LSF job at once, `-t 0` asks Slurm for no limit, `h_rt=0` ends a job of Grid Engine, and OAR takes
    `walltime=0`, too (2.5.9). Better is the key `walltime`, which --lifetime is compared with.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, walltime: null, job-extra-directives: ['-W 0']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, walltime: '04:00'}
    """
    system, queue = subject.batch_system, subject.queue
    for extra, text in walltimes(subject) if system else ():
        if system is None or "$" in text:
            continue
        try:
            seconds = system.parse_walltime(text)
        except RefusedError as error:
            yield extra.problem(f"{shown(extra.item.content)}: {error}"[:200], walltime.effect_of(system, text))
            continue
        if queue is not None and queue.max_walltime is not None and seconds > queue.max_walltime:
            most = show_seconds(queue.max_walltime)
            message = f"walltime {show_seconds(seconds)} is over the {most} that queue {queue.name} allows"
            yield extra.problem(message, f"the job {subject.impossible.over_walltime}")


def beside_select(subject: Subject) -> Iterator[Problem]:
    """Without a resource-spec dask-jobqueue writes `-l select=`, and PBS takes no nodes, ncpus or mem beside that.

    PBS Pro and OpenPBS: 'qsub: "-lresource=" cannot be used with "select" or "place", resource is: nodes'. Torque does
    not know select at all (dask-jobqueue#99). So the words go into resource-spec, which replaces it.

    Wrong:

        jobqueue:
          pbs: {cores: 4, memory: 8GB, job-extra-directives: ['-l nodes=1:ppn=4']}

    Right:

        jobqueue:
          pbs: {cores: 4, memory: 8GB, resource-spec: 'nodes=1:ppn=4', job-extra-directives: ['-l mem=9537mb']}
    """
    if subject.section.batch_system != "pbs" or left_out(subject, "#PBS -l select=1:ncpus="):
        return
    spec = subject.section.get("resource-spec")
    if spec is not None and "select=" not in str(spec):
        return
    for extra in extras(subject, ("-l",)):
        word = re.search(r"(?:^|,)\s*(nodes|ncpus|mem|vmem|ppn|nodect)=", extra.value)
        if word is not None:
            effect = f'qsub: "-lresource=" cannot be used with "select" or "place", resource is: {word[1]}'
            yield extra.problem(
                f"-l {shown(extra.value)} stands beside -l select=", effect, f"resource-spec: {quoted(extra.value)}"
            )


def nodes_in_extras(subject: Subject) -> Iterator[Problem]:
    """An extra `-l nodes=4` or `-l select=4` asks for several nodes as well; a worker's job uses one (see PEG281).

    Wrong:

        jobqueue:
          moab: {cores: 4, memory: 8GB, resource-spec: 'mem=9537mb', job-extra-directives: ['-l nodes=4:ppn=4']}

    Right:

        jobqueue:
          moab: {cores: 4, memory: 8GB, resource-spec: 'nodes=1:ppn=4', job-extra-directives: ['-l mem=9537mb']}
    """
    if subject.section.batch_system not in {"pbs", "moab"}:
        return
    for extra in extras(subject, ("-l",)):
        several = re.search(r"(?:^|,)\s*(?:nodes|select)=([2-9]|\d{2,6})\b", extra.value)
        if several is not None:
            effect = "the other nodes stay idle; more workers are more jobs: cluster.scale(jobs=...)"
            yield extra.problem(f"-l {shown(extra.value)} asks for {several[1]} nodes", effect)


def moab_in_words_of_pbs(subject: Subject) -> Iterator[Problem]:
    """Without a resource-spec dask-jobqueue asks Moab in PBS Pro's words, `select=1:ncpus=4:mem=8GB`.

    Moab and Torque read `nodes=1:ppn=4` (msub, Requesting resources), with the memory as a directive of its own.
    Nothing of this has been run on Moab: where it works, leave it.

    Wrong:

        jobqueue:
          moab: {cores: 4, memory: 8GB, resource-spec: null, job-extra-directives: []}

    Right:

        jobqueue:
          moab: {cores: 4, memory: 8GB, resource-spec: 'nodes=1:ppn=4', job-extra-directives: ['-l mem=9537mb']}
    """
    section, cores = subject.section, subject.number("cores")
    if section.batch_system != "moab" or section.get("resource-spec") is not None or cores is None:
        return
    setting = subject.settings.get("resource-spec")
    mark = setting.mark if setting else section.mark
    effect = f"dask-jobqueue writes select=1:ncpus={cores}, which Moab and Torque may not read"
    fix = f"resource-spec: {quoted(f'nodes=1:ppn={cores}')}"
    yield Problem(mark, "resource-spec is not set", effect, fix, "resource-spec")


_GPUS: Final = {
    "lsf": ("-gpu", r"\bnum=(\d{1,3})"),
    "slurm": ("--gres", r"\bgpu(?::[A-Za-z]\w*)?:(\d{1,3})"),
}


def gpus(subject: Subject) -> tuple[int, Problem] | None:
    """The GPUs that a job asks for, with the place that says so."""
    system = subject.section.batch_system or ""
    for option, pattern in (_GPUS.get(system, ("", "")), ("-G", r"(?:^|:)(\d{1,3})$")):
        for extra in extras(subject, (option,)) if option.startswith("-") else ():
            match = re.search(pattern, extra.value)
            if match is not None and (option != "-G" or system == "slurm"):
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
    SectionRule("PEG209", Severity.ERROR, "a walltime among the directives", Layer.MEANING, extra_walltime),
    SectionRule("PEG239", Severity.ERROR, "PBS's words beside select", Layer.MEANING, beside_select),
    SectionRule("PEG240", Severity.WARNING, "several nodes among the directives", Layer.MEANING, nodes_in_extras),
    SectionRule("PEG249", Severity.WARNING, "Moab asked in PBS's words", Layer.MEANING, moab_in_words_of_pbs),
    SectionRule("PEG258", Severity.INFO, "other processes than GPUs", Layer.MEANING, processes_for_gpus),
    SectionRule("PEG259", Severity.WARNING, "more GPUs than a node has", Layer.MEANING, gpus_over_node),
)

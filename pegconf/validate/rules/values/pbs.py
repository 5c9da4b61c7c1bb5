"""What a section asks PBS, Torque and Moab for, in their own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.pbs import request
from pegconf.batch.requested import Job
from pegconf.config.render import quoted
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_seconds
from pegconf.validate.rules import amounts
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras, left_out
from pegconf.validate.rules.values.walltime import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_PBS: Final = ("pbs", "moab")


def several_nodes(subject: Subject) -> Iterator[Problem]:
    """A job of dask-jobqueue runs on one node: it starts one worker command, and further nodes stay idle and are paid.

    More workers are more jobs: `cluster.scale(jobs=4)` (dask-jobqueue#364). PBS Pro counts nodes with `select=`, Torque
    and Moab with `nodes=` (qsub(1B), msub).

    Wrong:

        jobqueue:
          pbs: {cores: 16, memory: 64GB, resource-spec: 'select=4:ncpus=16:mem=76294mb'}

    Right:

        jobqueue:
          pbs: {cores: 16, memory: 64GB, resource-spec: 'select=1:ncpus=16:mem=76294mb'}
    """
    setting, spec = subject.settings.get("resource-spec"), request.parse(subject.section.get("resource-spec"))
    if setting is not None and spec is not None and spec.nodes != 1 and subject.section.batch_system in _PBS:
        message = f"resource-spec asks for {spec.nodes} nodes, and one job runs on one"
        effect = "the other nodes stay idle; more workers are more jobs: cluster.scale(jobs=...)"
        fix = request.in_full(setting.plain, Job((), subject.section.values()))
        yield at(setting, message, effect, fix and quoted(fix))


def _submit(subject: Subject) -> str:
    return subject.batch_system.submit[0] if subject.batch_system else "the submit command"


def memory_below(subject: Subject) -> Iterator[Problem]:
    """With less memory in resource-spec than in `memory`, PBS may kill the job before Dask's own limit is reached.

    resource-spec replaces what dask-jobqueue makes of cores and memory, and `--memory-limit` still comes from `memory`
    (dask_jobqueue/pbs.py). PBS's gb is 1024 x 1024 x 1024 bytes, Dask's GB is 10^9. In Torque and Moab the memory may
    also be a directive: `-l mem=4769mb`.

    Wrong:

        jobqueue:
          pbs: {cores: 4, memory: 20GB, resource-spec: 'select=1:ncpus=4:mem=8gb'}

    Right:

        jobqueue:
          pbs: {cores: 4, memory: 20GB, resource-spec: 'select=1:ncpus=4:mem=24gb'}
    """
    spec = request.parse(subject.section.get("resource-spec"))
    if subject.section.batch_system not in _PBS or spec is None or amounts.bytes_of(subject) is None:
        return
    for asked in subject.requested.of_memory:
        if asked.amount is None and asked.place.item is None:
            message = f"mem={asked.text[:40]} is no size of PBS: a whole number and kb, mb, gb or tb"
            fix = amounts.right(subject, asked)
            yield amounts.problem(subject, asked.place, message, f"{_submit(subject)} refuses it", fix, Severity.ERROR)
    effect = "PBS may kill the job before Dask's workers reach their limit"
    yield from amounts.less_memory(subject, ("resource-spec", *amounts.EXTRA), effect, least=0)


def other_cores(subject: Subject) -> Iterator[Problem]:
    """resource-spec reserves `ncpus` (PBS Pro) or `ppn` (Torque, Moab) cores, and Dask uses `cores` threads.

    With fewer the job takes other jobs' cores, and some sites stop it; with more, cores are paid for and idle
    (dask-jobqueue#181). Without a word for cores PBS gives one.

    Wrong:

        jobqueue:
          pbs: {cores: 8, memory: 16GB, resource-spec: 'select=1:ncpus=1:mem=19gb'}

    Right:

        jobqueue:
          pbs: {cores: 8, memory: 16GB, resource-spec: 'select=1:ncpus=8:mem=19gb'}
    """
    if subject.section.batch_system not in _PBS:
        return
    more = "the other cores are paid for and idle"
    yield from amounts.other_cores(subject, ("resource-spec",), "{run} on {text} reserved", more)
    for asked in subject.requested.of_cores:
        if asked.amount is None and subject.number("cores") is not None:
            message, fix = f"{asked.words}={asked.text[:40]} is no number of cores", amounts.right(subject, asked)
            yield amounts.problem(subject, asked.place, message, f"{_submit(subject)} refuses it", fix, Severity.ERROR)


def minutes_not_hours(subject: Subject) -> Iterator[Problem]:
    """In PBS, Torque, Moab and Slurm `04:00` is four minutes: the last number is seconds, unlike LSF's.

    qsub(1B); sbatch(1): "minutes:seconds".

    Three numbers say it without a doubt.

    Wrong:

        jobqueue:
          pbs: {cores: 2, memory: 4GB, walltime: '04:00'}

    Right:

        jobqueue:
          pbs: {cores: 2, memory: 4GB, walltime: '04:00:00'}
    """
    setting, text = subject.settings.get("walltime"), subject.text("walltime") or ""
    seconds = seconds_of(subject)
    last = not subject.directives.hours_first and re.fullmatch(r"\d{1,2}:[0-5]?\d", text)
    if setting is not None and seconds is not None and last:
        message = f"walltime {text!r} is {show_seconds(seconds)}: the last number is seconds"
        yield at(setting, message, "every worker ends after that", quoted(f"{text}:00"))


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


def no_memory_asked(subject: Subject) -> Iterator[Problem]:
    """resource-spec replaces what dask-jobqueue makes of `memory`; without `mem` PBS gives what the site gives to all.

    dask_jobqueue/pbs.py writes either resource-spec or its own `select=1:ncpus=..:mem=..`. Where the site hands out
    whole nodes that is fine. Torque's and Moab's `nodes=` is left alone: sites there often hand out nodes.

    Wrong:

        jobqueue:
          pbs: {cores: 4, memory: 20GB, resource-spec: 'select=1:ncpus=4'}

    Right:

        jobqueue:
          pbs: {cores: 4, memory: 20GB, resource-spec: 'select=1:ncpus=4:mem=23842mb'}
    """
    setting, amount = subject.settings.get("resource-spec"), subject.section.get("memory")
    if setting is None or amount is None or subject.section.batch_system != "pbs":
        return
    asked = request.parse(setting.plain)
    if asked is None or asked.form != "select" or "mem=" in str(setting.plain):
        return
    if not any("mem=" in extra.value for extra in extras(subject, ("-l",))):
        effect = "PBS gives the job what the site gives where nothing is asked for"
        yield at(setting, f"resource-spec asks for no memory, and memory is {shown(amount)}", effect)


RULES: Final = (
    SectionRule("PEG239", Severity.ERROR, "PBS's words beside select", Layer.MEANING, beside_select),
    SectionRule("PEG240", Severity.WARNING, "several nodes among the directives", Layer.MEANING, nodes_in_extras),
    SectionRule("PEG249", Severity.WARNING, "Moab asked in PBS's words", Layer.MEANING, moab_in_words_of_pbs),
    SectionRule("PEG268", Severity.INFO, "PBS is asked for no memory", Layer.MEANING, no_memory_asked),
    SectionRule("PEG281", Severity.ERROR, "a job of several nodes", Layer.MEANING, several_nodes),
    SectionRule("PEG282", Severity.WARNING, "less memory asked for than used", Layer.MEANING, memory_below),
    SectionRule("PEG283", Severity.WARNING, "other cores asked for than used", Layer.MEANING, other_cores),
    SectionRule("PEG287", Severity.WARNING, "a walltime of minutes and seconds", Layer.MEANING, minutes_not_hours),
)

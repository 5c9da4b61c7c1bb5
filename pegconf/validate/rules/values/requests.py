"""What a section asks PBS, Moab, HTCondor and OAR for in their own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.htcondor import jobs
from pegconf.batch.pbs import request
from pegconf.core import sizing
from pegconf.core.model import Layer, Severity
from pegconf.core.units import GB, count, format_bytes, show_bytes, show_seconds
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, quoted, shown
from pegconf.validate.rules.values.memory import bytes_of
from pegconf.validate.rules.values.walltime import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.pbs.request import Asked
    from pegconf.config.setting import Setting

_PBS: Final = ("pbs", "moab")
_SECONDS_LAST: Final = (*_PBS, "slurm")
_MEMORY: Final = re.compile(r"\s*-l\s*(?:\S*,)?mem=([^,\s]+)")


def _spec(subject: Subject) -> tuple[Setting, Asked] | None:
    setting = subject.settings.get("resource-spec")
    if setting is None or subject.section.batch_system not in _PBS:
        return None
    asked = request.parse(setting.plain)
    return None if asked is None else (setting, asked)


def _in_full(subject: Subject, setting: Setting, asked: Asked) -> str | None:
    """The resource-spec that fits cores and memory."""
    cores, amount = subject.number("cores"), bytes_of(subject)
    if cores is None or amount is None:
        return None
    wanted = {request.CORES[asked.form]: str(cores)}
    if asked.form == "select":
        wanted["mem"] = request.size(int(amount * sizing.HEADROOM))
    return quoted(request.one_node(asked.form, wanted, setting.plain))


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
    found = _spec(subject)
    if found is not None and found[1].nodes != 1:
        setting, asked = found
        message = f"resource-spec asks for {asked.nodes} nodes, and one job runs on one"
        effect = "the other nodes stay idle; more workers are more jobs: cluster.scale(jobs=...)"
        yield at(setting, message, effect, _in_full(subject, setting, asked))


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
    found, amount = _spec(subject), bytes_of(subject)
    if found is None or amount is None:
        return
    setting, asked = found
    effect = "PBS may kill the job before Dask's workers reach their limit"
    wanted = asked.value("mem")
    size = request.parse_size(wanted or "")
    if wanted is not None and size is None:
        message = f"mem={wanted[:40]} is no size of PBS: a whole number and kb, mb, gb or tb"
        yield at(setting, message, f"{_submit(subject)} refuses it", _in_full(subject, setting, asked), Severity.ERROR)
    if size is not None and size < amount:
        message = f"mem={asked.value('mem')}, {show_bytes(size)}, is below memory, {show_bytes(amount)}"
        yield at(setting, message, effect, _in_full(subject, setting, asked))
    extra = subject.settings.get("job-extra-directives")
    for item in extra.value.content if extra and extra.value.is_list else ():
        match = _MEMORY.match(item.content) if isinstance(item.content, str) else None
        size = request.parse_size(match[1]) if match else None
        if extra is not None and size is not None and size < amount:
            message = f"{shown(item.content)}, {show_bytes(size)}, is below memory, {show_bytes(amount)}"
            fix = f"- {quoted(f'-l mem={request.size(int(amount * sizing.HEADROOM))}')}"
            yield Problem(extra.mark_of(item), message, effect, fix, extra.name)


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
    cores = subject.number("cores")
    found = _spec(subject)
    if found is None or cores is None or found[1].nodes != 1:
        return
    setting, asked = found
    word = request.CORES[asked.form]
    reserved = asked.value(word) or "1"
    if not reserved.isdecimal():
        message = f"{word}={reserved[:40]} is no number of cores"
        yield at(setting, message, f"{_submit(subject)} refuses it", _in_full(subject, setting, asked), Severity.ERROR)
    elif reserved.isdecimal() and int(reserved) != cores:
        less = int(reserved) < cores
        effect = (
            f"{count(cores, 'thread', 'runs', 'run')} on {reserved} reserved"
            if less
            else "the other cores are paid for and idle"
        )
        yield at(setting, f"{word} is {reserved} and cores is {cores}", effect, _in_full(subject, setting, asked))


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
    if (
        setting is None
        or subject.section.batch_system not in _SECONDS_LAST
        or not re.fullmatch(r"\d{1,2}:[0-5]?\d", text)
    ):
        return
    seconds = seconds_of(subject)
    if seconds is not None:
        message = f"walltime {text!r} is {show_seconds(seconds)}: the last number is seconds"
        yield at(setting, message, "every worker ends after that", quoted(f"{text}:00"))


def no_such_command(subject: Subject) -> Iterator[Problem]:
    """HTCondor's job-directives-skip names commands that dask-jobqueue writes, whole and in its own spelling.

    Another name is `KeyError` (dask_jobqueue/htcondor.py: job_header_dict.pop).

    Wrong:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB, job-directives-skip: [Stream]}

    Right:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB, job-directives-skip: [Stream_Output]}
    """
    setting = subject.settings.get("job-directives-skip")
    if setting is None or subject.section.batch_system != "htcondor" or not setting.value.is_list:
        return
    for item in setting.value.content:
        if isinstance(item.content, str) and item.content not in jobs.HEADER:
            message = f"{shown(item.content)} is no command that dask-jobqueue writes"
            effect = f"KeyError: {shown(item.content)}"
            yield Problem(setting.mark_of(item), message, effect, "- Stream_Output", setting.name)


def no_disk(subject: Subject) -> Iterator[Problem]:
    """HTCondor jobs need `disk`, unless the program gives it.

    "You must specify how much disk to use per job like ``disk='1 GB'``" (dask_jobqueue/htcondor.py, dask-jobqueue#245).

    Wrong (with PEG401):

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: null}

    Right:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB}
    """
    if subject.section.batch_system != "htcondor" or subject.section.get("disk") is not None:
        return
    setting = subject.settings.get("disk")
    fix = f"disk: {format_bytes((subject.number('cores') or 1) * GB)}"
    mark = setting.mark if setting else subject.section.mark
    effect = "ValueError: You must specify how much disk to use, unless the call gives it"
    yield Problem(mark, "disk is not set", effect, fix, "disk")


def no_property(subject: Subject) -> Iterator[Problem]:
    """Without the name of OAR's property for memory per core dask-jobqueue asks for cores only, and warns every time.

    `oarnodes` lists the properties, memcore or mem_core for instance; where there is none, `not_applicable` says so
    (dask_jobqueue/oar.py).

    Wrong:

        jobqueue:
          oar: {cores: 2, memory: 4GB, memory-per-core-property-name: null}

    Right:

        jobqueue:
          oar: {cores: 2, memory: 4GB, memory-per-core-property-name: memcore}
    """
    name = "memory-per-core-property-name"
    setting, text = subject.settings.get(name), subject.text(name)
    if subject.section.batch_system != "oar":
        return
    if setting is not None and text is not None and not re.fullmatch(r"[A-Za-z_]\w*", text, re.ASCII):
        message = f"{name} {shown(text)} is no name of a property"
        yield at(setting, message, f"becomes: -p {text[:40]}>=...", "not_applicable", Severity.ERROR)
    if subject.section.get(name) is not None:
        return
    mark = setting.mark if setting else subject.section.mark
    effect = "UserWarning: OAR Job memory reserved resources will not be set"
    yield Problem(mark, f"{name} is not set", effect, f"{name}: not_applicable", name)


RULES: Final = (
    SectionRule("PEG281", Severity.ERROR, "a job of several nodes", Layer.MEANING, several_nodes),
    SectionRule("PEG282", Severity.WARNING, "less memory asked for than used", Layer.MEANING, memory_below),
    SectionRule("PEG283", Severity.WARNING, "other cores asked for than used", Layer.MEANING, other_cores),
    SectionRule("PEG284", Severity.ERROR, "no such command to leave out", Layer.MEANING, no_such_command),
    SectionRule("PEG285", Severity.WARNING, "HTCondor's disk is not set", Layer.MEANING, no_disk),
    SectionRule("PEG286", Severity.WARNING, "OAR's property for memory is not named", Layer.MEANING, no_property),
    SectionRule("PEG287", Severity.WARNING, "a walltime of minutes and seconds", Layer.MEANING, minutes_not_hours),
)

"""What a section asks HTCondor for, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.htcondor import jobs
from pegconf.core import units
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import GB, MIB, format_bytes
from pegconf.validate.rules import amounts
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator


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


_KB: Final = 1024


def disk(subject: Subject) -> Iterator[Problem]:
    """HTCondor's disk is an amount with a unit, and RequestDisk is counted in KiB: less than one asks for nothing.

    dask_jobqueue/htcondor.py reads it with dask's parse_bytes ("Could not interpret 'gigs' as a byte unit"), which
    takes a bare number as bytes.

    Wrong:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2}

    Right:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB}
    """
    setting = subject.settings.get("disk")
    content: Any = setting.plain if setting else None
    if subject.section.batch_system != "htcondor" or setting is None or content is None:
        return
    if isinstance(content, (list, dict)):
        return
    try:
        amount = int(units.dask_bytes(content) if isinstance(content, str) else content)
    except (RefusedError, OverflowError, ValueError, TypeError):
        yield at(setting, f"disk {shown(content)} is no amount", "ValueError: Could not interpret it as bytes", "2GB")
        return
    if amount < MIB:
        message = f"disk {shown(content)} is {units.count(amount, 'byte')}"
        fix = f"{content}GB".replace(" ", "") if 0 < amount < _KB else "2GB"
        yield at(setting, message, f"RequestDisk is {max(amount // _KB, 0)}, in KiB", fix)
    elif not any(character.isdigit() for character in str(content)):
        yield at(setting, f"disk {shown(content)} has no number", "dask reads 1 of it", "2GB", Severity.WARNING)


def condor_asks_for_less(subject: Subject) -> Iterator[Problem]:
    """job-extra-directives replace what dask-jobqueue asks of HTCondor, and Dask's limits stay: cores and memory.

    RequestMemory is in MiB, or has a unit; a job that uses more is held (HTCondor manual, condor_submit). HTCondor
    takes `request_memory` and `RequestMemory` for the same.

    Wrong:

        jobqueue:
          htcondor: {cores: 2, memory: 8GB, disk: 2GB, job-extra-directives: {request_memory: 4096}}

    Right:

        jobqueue:
          htcondor: {cores: 2, memory: 8GB, disk: 2GB, job-extra-directives: {RequestMemory: 9537}}
    """
    if subject.section.batch_system == "htcondor":
        effect = "HTCondor may hold the job before Dask's workers reach their limit"
        yield from amounts.less_memory(subject, amounts.EXTRA, effect)
        yield from amounts.other_cores(subject, amounts.EXTRA, less="{run} on {text} reserved")


def condor_says_no_id(subject: Subject) -> Iterator[Problem]:
    """dask-jobqueue finds the job's id in "1 job(s) submitted to cluster 35.", which these options take away.

    `condor_submit -terse` prints `35.0 - 35.0`, `-dry-run` submits nothing: "ValueError: Could not parse cluster
    id from submission command output" (dask_jobqueue/htcondor.py).

    Wrong:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB, submit-command-extra: [-terse]}

    Right:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB, submit-command-extra: []}
    """
    setting = subject.settings.get("submit-command-extra")
    if subject.section.batch_system != "htcondor" or setting is None or not setting.value.is_list:
        return
    for item in setting.value.content:
        if item.content in ("-terse", "-dry-run", "-dry", "-dump"):
            message = f"{item.content} keeps condor_submit from saying the cluster's id"
            effect = "ValueError: Could not parse cluster id from submission command output"
            yield Problem(setting.mark_of(item), message, effect, None, setting.name)


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


RULES: Final = (
    SectionRule("PEG284", Severity.ERROR, "no such command to leave out", Layer.MEANING, no_such_command),
    SectionRule("PEG285", Severity.WARNING, "HTCondor's disk is not set", Layer.MEANING, no_disk),
    SectionRule("PEG288", Severity.ERROR, "a disk that is no amount", Layer.MEANING, disk),
    SectionRule("PEG289", Severity.WARNING, "less asked of HTCondor than used", Layer.MEANING, condor_asks_for_less),
    SectionRule("PEG296", Severity.ERROR, "condor_submit prints no id", Layer.MEANING, condor_says_no_id),
)

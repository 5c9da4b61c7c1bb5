"""What a section asks HTCondor for, in its own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core import sizing, units
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import GB, MIB, format_bytes, show_bytes
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import Extra
from pegconf.validate.rules.values.memory import bytes_of

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
    amount, cores = bytes_of(subject), subject.number("cores")
    for written, asked, extra in condor_memory(subject):
        if amount is not None and asked < amount:
            message = f"{written}, {show_bytes(asked)}, is below memory, {show_bytes(amount)}"
            fix = f"{written}: {-(-int(amount * sizing.HEADROOM) // MIB)}"
            effect = "HTCondor may hold the job before Dask's workers reach their limit"
            yield extra.problem(message, effect, fix)
    for written, number, extra in condor_cores(subject):
        if cores is not None and float(number) < cores:
            message = f"{written} is {number} and cores is {cores}"
            yield extra.problem(
                message, f"{units.count(cores, 'thread', 'runs', 'run')} on {number} reserved", f"{written}: {cores}"
            )


def condor_memory(subject: Subject) -> Iterator[tuple[str, int, Extra]]:
    """The memory that the extra commands ask HTCondor for: the command as it is written, bytes, and its place."""
    for written, match, extra in _condor_amounts(subject, "requestmemory"):
        yield written, int(float(match[1]) * _KB ** (" kmgt".index(match[2].lower()) if match[2] else 2)), extra


def condor_cores(subject: Subject) -> Iterator[tuple[str, str, Extra]]:
    """The cores that the extra commands ask HTCondor for: the command as it is written, the number, and its place."""
    for written, match, extra in _condor_amounts(subject, "requestcpus"):
        yield written, match[1], extra


def _condor_amounts(subject: Subject, command: str) -> Iterator[tuple[str, re.Match[str], Extra]]:
    setting = subject.settings.get("job-extra-directives")
    if subject.section.batch_system != "htcondor" or setting is None or not setting.value.is_mapping:
        return
    for written, (_, value) in members(setting.value).items():
        text = str(plain(value)).strip()
        match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]?)b?", text, re.IGNORECASE)
        if match is not None and str(written).replace("_", "").lower() == command:
            yield str(written), match, Extra(str(written), text, setting, value)


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


RULES: Final = (
    SectionRule("PEG285", Severity.WARNING, "HTCondor's disk is not set", Layer.MEANING, no_disk),
    SectionRule("PEG288", Severity.ERROR, "a disk that is no amount", Layer.MEANING, disk),
    SectionRule("PEG289", Severity.WARNING, "less asked of HTCondor than used", Layer.MEANING, condor_asks_for_less),
    SectionRule("PEG296", Severity.ERROR, "condor_submit prints no id", Layer.MEANING, condor_says_no_id),
)

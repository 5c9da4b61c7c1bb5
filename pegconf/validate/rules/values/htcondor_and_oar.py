"""What a section asks HTCondor and OAR for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core import sizing, units
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_bytes
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, quoted, shown
from pegconf.validate.rules.extra_directives import Extra, extras
from pegconf.validate.rules.values.memory import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_KB: Final = 1024
_MB: Final = 1024**2


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
    if amount < _MB:
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
            fix = f"{written}: {-(-int(amount * sizing.HEADROOM) // _MB)}"
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


def oar_spec(subject: Subject) -> Iterator[Problem]:
    """OAR's resource-spec says how many cores of one node; what it says replaces `cores` for OAR, not for Dask.

    Without `nodes=1` OAR takes the cores where it finds them, also on several nodes, and a worker uses those of the
    first (oarsub(1); dask_jobqueue/oar.py writes `/nodes=1/core=N`). dask-jobqueue puts `walltime=` behind it, so that
    it has none of its own.

    Wrong:

        jobqueue:
          oar: {cores: 4, memory: 8GB, resource-spec: /core=4}

    Right:

        jobqueue:
          oar: {cores: 4, memory: 8GB, resource-spec: /nodes=1/core=4}
    """
    setting, text, cores = subject.settings.get("resource-spec"), subject.text("resource-spec"), subject.number("cores")
    if subject.section.batch_system != "oar" or setting is None or not text or cores is None:
        return
    fix = quoted(f"/nodes=1/core={cores}")
    nodes = re.search(r"(?:^|[/}+])\s*(?:nodes?|host|network_address)=(\w+)", text)
    inside = dict(re.findall(r"(gpu|cpu|core)=(\d{1,6})", text))
    asked = 1
    for number in inside.values():
        asked *= int(number)
    if "+" in text or (nodes is not None and nodes[1] != "1"):
        many = nodes[1] if nodes else "several"
        effect = "a worker uses one; more workers are more jobs: cluster.scale(jobs=...)"
        yield at(setting, f"resource-spec asks for {many} nodes", effect, fix)
    elif nodes is None and cores > 1 and inside:
        yield at(setting, "resource-spec does not ask for one node", "the cores may be on several nodes", fix)
    elif nodes is not None and set(inside) == {"core"} and asked != cores:
        effect = (
            f"{units.count(cores, 'thread', 'runs', 'run')} on {asked} reserved"
            if asked < cores
            else "the other cores are paid for and idle"
        )
        yield at(setting, f"core is {asked} and cores is {cores}", effect, fix)
    if "walltime" in text:
        effect = "dask-jobqueue adds the key's own: oarsub gets two"
        yield at(setting, "resource-spec has a walltime, which is a key of its own", effect)


def oar_property(subject: Subject) -> Iterator[Problem]:
    """dask-jobqueue puts its property of memory behind your own `-p`, in quotes, and quotes inside break it.

    Of `-p "cluster='x'"` it makes `-p '"cluster='x'" AND memcore>=1908'`, which the shell's rules take apart to
    `"cluster=x" AND memcore>=1908` (dask_jobqueue/oar.py, return_last_job_property). Without quotes, or with
    `memory-per-core-property-name: not_applicable`, it is right.

    Wrong:

        jobqueue:
          oar:
            cores: 2
            memory: 4GB
            memory-per-core-property-name: memcore
            job-extra-directives: ["-p \\"cluster='x'\\""]

    Right:

        jobqueue:
          oar:
            cores: 2
            memory: 4GB
            memory-per-core-property-name: memcore
            job-extra-directives: [-p cluster=x]
    """
    named = subject.text("memory-per-core-property-name")
    if subject.section.batch_system != "oar" or not named or named == "not_applicable":
        return
    for extra in extras(subject, ("-p",)):
        if re.search("[\"']", extra.item.content):
            effect = "oarsub gets the property without its quotes, or in two parts"
            fix = f"- -p {extra.value}".replace("'", "").replace('"', "")[:100]
            yield extra.problem(f"{shown(extra.item.content)} has quotes of its own", effect, fix)


RULES: Final = (
    SectionRule("PEG288", Severity.ERROR, "a disk that is no amount", Layer.MEANING, disk),
    SectionRule("PEG289", Severity.WARNING, "less asked of HTCondor than used", Layer.MEANING, condor_asks_for_less),
    SectionRule("PEG296", Severity.ERROR, "condor_submit prints no id", Layer.MEANING, condor_says_no_id),
    SectionRule("PEG298", Severity.WARNING, "other cores asked of OAR than used", Layer.MEANING, oar_spec),
    SectionRule("PEG299", Severity.WARNING, "quotes inside OAR's property", Layer.MEANING, oar_property),
)

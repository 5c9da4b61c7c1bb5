"""What only LSF has: hosts of one job, and memory reserved where no site says how."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.lsf import request
from pegconf.config.render import quoted
from pegconf.core import units
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count, show_bytes
from pegconf.validate.rules import amounts
from pegconf.validate.rules.amounts import bytes_of
from pegconf.validate.rules.base import Problem, SectionRule, Subject, as_written, at, kind, shown
from pegconf.validate.rules.extra_directives import extras
from pegconf.validate.rules.values.directives import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.requested import Amount

OVERFULL: Final = "LSF may put more jobs on a {} than it has memory for"
_LEAST_MEM: Final = 10**6
_UNITS: Final = tuple("kmgtpez")
_LONGEST_FIX: Final = 200
_PTILE: Final = re.compile(r"span\[[^\]]*\bptile\s*=\s*(\d{1,6})", re.ASCII)


def several_hosts(subject: Subject) -> Iterator[Problem]:
    """A job of dask-jobqueue runs on one host: slots on further ones are paid for and idle.

    `span[ptile=4]` puts 4 slots of a job on each host, `-nnodes` counts hosts (bsub(1)); the worker starts on the first
    only. More workers are more jobs: `cluster.scale(jobs=4)` (dask-jobqueue#364, dask-jobqueue#672).

    Wrong:

        jobqueue:
          lsf: {cores: 8, memory: 16GB, job-extra-directives: ['-R "span[ptile=4]"']}

    Right:

        jobqueue:
          lsf: {cores: 8, memory: 16GB}
    """
    if subject.section.batch_system != "lsf":
        return
    effect = "a worker uses one host; more workers are more jobs: cluster.scale(jobs=...)"
    slots = request.slots(subject.section.values())
    for extra in extras(subject, ("-R", "-nnodes")):
        tile = _PTILE.search(extra.value) if extra.name == "-R" else None
        if tile is not None and 0 < int(tile[1]) < slots:
            message = f"span[ptile={tile[1]}] spreads {slots} slots over {-(-slots // int(tile[1]))} hosts"
            yield extra.problem(message, effect)
        elif extra.name == "-nnodes" and re.fullmatch(r"[2-9]|\d{2,6}", extra.value):
            yield extra.problem(f"-nnodes {extra.value} asks for {extra.value} hosts", effect, "- '-nnodes 1'")


def reserved(subject: Subject) -> tuple[Amount | None, str]:
    """The memory among the directives that is held back for a job, in words; only where a site says how it counts."""
    site, every = subject.site, [one for one in subject.requested.of_memory if one.place.item is not None]
    if site is None or not every or subject.section.batch_system != "lsf":
        return None, ""
    return every[0], every[0].words + (f" for {count(every[0].shares, 'core')}" if site.reserve_per_core else "")


def reserved_below_memory(subject: Subject) -> Iterator[Problem]:
    """LSF puts jobs on a node by what they reserve; with less reserved than `memory`, too many land on one.

    On Pegasus `rusage[mem=N]` holds back N MB for each core, and `memory` is only Dask's own limit.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 8GB, job-extra-directives: ['-R "rusage[mem=2500]"']}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 8GB, job-extra-directives: ['-R "rusage[mem=5000]"']}
    """
    memory, (asked, words) = bytes_of(subject), reserved(subject)
    if asked is not None and asked.total is not None and memory is not None and asked.total < memory:
        message = f"{words} reserves {show_bytes(asked.total)}, and memory is {show_bytes(memory)}"
        yield amounts.problem(subject, asked.place, message, OVERFULL.format("node"), asked.right)


def reserved_anywhere(subject: Subject) -> Iterator[Problem]:
    """rusage[mem=N] is what LSF holds back for a job on a host; N is in MB, or in LSF_UNIT_FOR_LIMITS (LSF 10.1).

    LSF's own way is N for the job. Many sites set RESOURCE_RESERVE_PER_TASK (or _PER_SLOT) in lsb.params, and then it
    is N for each slot. Where no site's file says which, an amount that is too small in both is a warning, and one that
    is enough only for each slot is worth knowing: `bparams -a` shows the parameter (nextflow-io/nextflow#1071).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: mb, job-extra-directives: ['-R "rusage[mem=2000]"']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: mb, job-extra-directives: ['-R "rusage[mem=10000]"']}
    """
    section, amount = subject.section, bytes_of(subject)
    if section.batch_system != "lsf" or subject.site is not None or amount is None:
        return
    message = "{words} holds back {bytes} at most, and memory is {memory}"
    yield from amounts.less_memory(subject, amounts.EXTRA, OVERFULL.format("host"), message)
    for asked in subject.requested.of_memory if not section.asked else ():
        if asked.place.item is not None and asked.amount and asked.total and asked.amount < amount <= asked.total:
            message = f"{asked.words} holds back {show_bytes(asked.amount)} where LSF counts it for the job"
            effect = "enough for memory only where each slot counts"
            yield amounts.problem(subject, asked.place, message, effect, severity=Severity.INFO)


def several_r(subject: Subject) -> Iterator[Problem]:
    """Several -R are joined by IBM LSF from version 7 on; older ones and their descendants refuse the job.

    "Invalid syntax; the -R option was used more than once." dask-jobqueue writes one itself from 2 cores on; the fewer
    the better. One -R takes everything: `-R "select[bigmem] rusage[mem=2500]"`.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-extra-directives: ['-R "rusage[mem=5000]"', '-R "select[bigmem]"']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-extra-directives: ['-R "select[bigmem] rusage[mem=5000]"']
    """
    if subject.section.batch_system != "lsf":
        return
    found = []
    for setting, item in texts_in(subject, "job-extra-directives", "job-extra"):
        if item.content.lstrip().startswith("-R"):
            found.append((setting, item))
    for setting, item in found[1:]:
        inner = [other.content.strip()[2:].strip().strip("\"'") for _, other in found]
        message = f"{shown(item.content)} is one -R more"
        joined = quoted('-R "' + " ".join(inner) + '"')
        fix = f"- {joined}" if len(joined) < _LONGEST_FIX else None
        yield Problem(setting.mark_of(item), message, "some versions of LSF refuse more than one", fix, setting.name)


def no_stdin(subject: Subject) -> Iterator[Problem]:
    """With `use-stdin: false` LSF reads none of the #BSUB lines: the job runs in the default queue without limits.

    `bsub script` takes the script as a command, which is deleted right after: exit code 127. It is right only where
    LSB_BSUB_PARSE_SCRIPT=Y is set in lsf.conf and the script's folder is shared (dask-jobqueue#328).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, use-stdin: false}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, use-stdin: true}
    """
    setting = subject.settings.get("use-stdin")
    if setting is not None and subject.section.batch_system == "lsf" and setting.plain in (False, None):
        message = f"use-stdin is {'null, which counts as false' if setting.plain is None else 'false'}"
        yield at(setting, message, "bsub then reads no #BSUB line of the script", "true")


def mem_no_bytes(subject: Subject) -> Iterator[Problem]:
    """LSF's `mem` is a number of bytes, unlike `memory`, and goes into `#BSUB -M` only.

    `mem: 8GB` is `TypeError: unsupported operand type(s) for /: 'str' and 'int'`, `mem: 8000` is `-M 8` or less
    (dask-jobqueue#205, dask-jobqueue#262). null means the same as memory, and is what you want.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, mem: 8GB}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, mem: null}
    """
    setting = subject.settings.get("mem")
    if setting is None or setting.plain is None or isinstance(setting.plain, (list, dict)):
        return
    if subject.section.batch_system not in {"lsf", None}:
        return
    content = setting.plain
    if isinstance(content, bool) or not isinstance(content, (int, float)):
        effect = "TypeError: unsupported operand type(s) for /: 'str' and 'int'" if isinstance(content, str) else ""
        yield at(setting, f"mem is {kind(content)} ({as_written(setting)}), not a number of bytes", effect, "null")
    elif not _LEAST_MEM <= content < math.inf:
        amount = units.count(f"{content}", "byte")
        yield at(setting, f"mem is {amount}", "LSF kills the job at once: -M 1, or less", "null")


def mem_below_memory(subject: Subject) -> Iterator[Problem]:
    """With `mem` below `memory` LSF kills the job before Dask's own limit makes a worker spill or pause.

    `-M` comes from `mem`, `--memory-limit` from `memory` (dask_jobqueue/lsf.py).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, mem: 4000000000}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, mem: 10000000000}
    """
    effect = "LSF may kill the job before Dask's workers reach their limit"
    yield from amounts.less_memory(subject, ("mem",), effect, least=_LEAST_MEM)


def unit_guessed(subject: Subject) -> Iterator[Problem]:
    """Without `lsf-units` dask-jobqueue guesses the unit of `-M`, and takes kB where it cannot read lsf.conf.

    On a cluster that counts in MB, `memory: 8GB` then becomes `-M 8000000`: a request that no host can meet, or no
    limit at all (dask-jobqueue#274). The unit is LSF_UNIT_FOR_LIMITS in lsf.conf.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: null}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: mb}
    """
    if subject.section.batch_system != "lsf" or subject.section.get("lsf-units") is not None:
        return
    setting = subject.settings.get("lsf-units")
    amount = bytes_of(subject)
    guess = f": -M {-(-amount // 1000)}" if amount else ""
    effect = f"dask-jobqueue takes kb where it cannot read lsf.conf{guess}"
    unit = subject.site.memory_unit if subject.site and subject.site.memory_unit else "mb"
    mark = setting.mark if setting else subject.section.mark
    yield Problem(mark, "lsf-units is not set", effect, f"lsf-units: {unit}", "lsf-units")


def unit_unknown(subject: Subject) -> Iterator[Problem]:
    """The unit of LSF's memory limits is kb, mb, gb, tb, pb, eb or zb.

    dask_jobqueue/lsf.py looks at the first letter only: `bytes` is `KeyError: 'b'`.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: bytes}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: mb}
    """
    setting = subject.settings.get("lsf-units")
    if setting is None or setting.plain is None or isinstance(setting.plain, (list, dict)):
        return
    content = setting.plain
    if isinstance(content, str) and content[:1].lower() in _UNITS:
        return
    first = content[:1].lower() if isinstance(content, str) else ""
    effect = f"KeyError: {first!r}" if first else "dask-jobqueue stops with an IndexError or AttributeError"
    yield at(setting, f"lsf-units is {shown(content)}, no unit of memory", effect, "mb")


RULES: Final = (
    SectionRule("PEG213", Severity.ERROR, "mem is not a number of bytes", Layer.MEANING, mem_no_bytes),
    SectionRule("PEG214", Severity.WARNING, "mem is below memory", Layer.MEANING, mem_below_memory),
    SectionRule("PEG215", Severity.WARNING, "the unit of LSF's limits is guessed", Layer.MEANING, unit_guessed),
    SectionRule("PEG216", Severity.ERROR, "no unit of memory", Layer.MEANING, unit_unknown),
    SectionRule("PEG233", Severity.WARNING, "less memory reserved than used", Layer.MEANING, reserved_below_memory),
    SectionRule("PEG227", Severity.WARNING, "slots on several hosts of LSF", Layer.MEANING, several_hosts),
    SectionRule("PEG238", Severity.WARNING, "less memory reserved than used", Layer.MEANING, reserved_anywhere),
    SectionRule("PEG262", Severity.WARNING, "more than one -R", Layer.MEANING, several_r),
    SectionRule("PEG264", Severity.WARNING, "the script does not go through stdin", Layer.MEANING, no_stdin),
)

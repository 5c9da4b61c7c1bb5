"""What this host's lsf.conf says and a section for LSF does not."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.batch.lsf.jobs import LSF
from pegconf.core.model import Layer, Severity
from pegconf.site import this_cluster
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at

if TYPE_CHECKING:
    from collections.abc import Iterator


def other_unit(subject: Subject) -> Iterator[Problem]:
    """LSF reads `-M` in the unit that this host's lsf.conf sets, and the section says another one.

    With `lsf-units: kb` where LSF counts in MB a limit is a thousand times too high, and the job waits for ever or is
    refused; the other way round it is killed at once (dask-jobqueue#274). Without the line LSF's own is KB (IBM:
    lsf.conf). Where `lsf-units` is null, dask-jobqueue reads the line itself, and stops with `KeyError: ' '` where
    there is a space or a quote behind the equals sign (dask_jobqueue/lsf.py, lsf_detect_units).

    Wrong:

        # this host has LSF_UNIT_FOR_LIMITS=MB in lsf.conf
        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: kb}

    Right:

        # this host has LSF_UNIT_FOR_LIMITS=MB in lsf.conf
        jobqueue:
          lsf: {cores: 2, memory: 8GB, lsf-units: mb}
    """
    if subject.interfaces is None or subject.batch_system is not LSF:
        return
    conf = LSF.fact_files(os.environ)[0]
    lines = re.findall(r"^[ \t]*LSF_UNIT_FOR_LIMITS([^\n]*)", this_cluster.read(Path(conf)), re.MULTILINE)
    if not lines:
        return
    behind = lines[-1].partition("=")[2]
    unit = behind.strip(" \t\"'")[:1].lower()
    setting, told = subject.settings.get("lsf-units"), subject.section.get("lsf-units")
    if unit not in "kmgtpez" or not unit:
        return
    if isinstance(told, str) and setting is not None and told[:1].lower() != unit:
        message = f"lsf-units is {told[:20]}, and LSF_UNIT_FOR_LIMITS in {conf} is {unit.upper()}B"
        yield at(setting, message, "-M would be a thousand times too high or too low", f"{unit}b")
    elif told is None and behind[:1].lower() != unit:
        mark = setting.mark if setting else subject.section.mark
        message = f"dask-jobqueue cannot read LSF_UNIT_FOR_LIMITS in {conf}"
        effect = f"KeyError: {behind[:1]!r} when the cluster is made here"
        yield Problem(mark, message, effect, f"lsf-units: {unit}b", "lsf-units", Severity.ERROR)


RULES: Final = (SectionRule("PEG331", Severity.WARNING, "another unit than this LSF's", Layer.MACHINE, other_unit),)

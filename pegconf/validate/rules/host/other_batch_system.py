"""A section that was made for another batch system than this host's, and what this host's environment does to jobs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.batch.systems import KNOWN
from pegconf.core.model import Layer, Severity
from pegconf.site import this_cluster
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at

if TYPE_CHECKING:
    from collections.abc import Iterator

# sbatch(1), "Input environment variables": they override what stands in the script.
_OF_SBATCH: Final = {
    "SBATCH_PARTITION": "queue",
    "SBATCH_ACCOUNT": "account",
    "SBATCH_TIMELIMIT": "walltime",
    "SBATCH_JOB_NAME": "name",
    "SBATCH_MEM_PER_NODE": "memory",
    "SBATCH_ARRAY_INX": "job-extra-directives",
}


def other_batch_system(subject: Subject) -> Iterator[Problem]:
    """What `pegconf:` says of a section is that it was made for another batch system than this host's.

    One home may serve two clusters, with one ~/.config/dask for both (dask-jobqueue#68, NCAR/ncar-jobqueue#4): then the
    section is right on the other one only. A host has a batch system where its submit command and its configuration
    are; where there is none, as on a laptop, nothing is said.

    Wrong:

        # this host has Slurm
        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB}

    Right:

        # this host has Slurm
        pegconf: {version: 1, sections: {slurm: {scheduler: slurm}}}
        jobqueue:
          slurm: {cores: 2, memory: 4GB}
    """
    system = subject.batch_system
    if subject.interfaces is None or system is None or not subject.section.asked:
        return
    here = this_cluster.batch_systems(os.environ)
    same = {"moab": "pbs"}.get(system.name, system.name)
    if not here or same in here:
        return
    name, evidence = next(iter(here.items()))
    site = f" on {subject.site.title}" if subject.site else ""
    message = f"section {subject.section.name} is for {system.title}{site}, and this host has {KNOWN[name].title}"
    yield Problem(subject.section.mark, message, f"{evidence}; here {system.submit[0]} does not submit it")


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
    system = subject.batch_system
    if subject.interfaces is None or system is None or system.name != "lsf":
        return
    conf = system.fact_files(os.environ)[0]
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


def variables_of_sbatch(subject: Subject) -> Iterator[Problem]:
    """Variables that begin with SBATCH_ beat the directives in a script, and so the section's keys.

    sbatch(1): "environment variables will override any options set in a batch script"; each of these did with sbatch
    22.05, while SBATCH_MEM_PER_CPU did nothing beside --mem. A site's module or your own profile may set them
    (aws-samples/aws-eda-slurm-cluster#223).

    Wrong:

        $ export SBATCH_PARTITION=short
        jobqueue:
          slurm: {cores: 2, memory: 4GB, queue: general}

    Right:

        $ unset SBATCH_PARTITION
        jobqueue:
          slurm: {cores: 2, memory: 4GB, queue: general}
    """
    if subject.interfaces is None or subject.section.batch_system != "slurm":
        return
    for variable, key in _OF_SBATCH.items():
        value, setting = os.environ.get(variable), subject.settings.get(key)
        if value is None or (setting is not None and str(setting.plain) == value):
            continue
        mark = setting.mark if setting else subject.section.mark
        message = f"{variable}={value[:40]} is set here, and beats {key}"
        yield Problem(mark, message, "every job that is submitted here gets it", f"unset {variable}", key)


def bsub_says_nothing(subject: Subject) -> Iterator[Problem]:
    """With BSUB_QUIET set, bsub prints no id, and dask-jobqueue needs it.

    "ValueError: Could not parse job id from submission command output", and the job stays (IBM: BSUB_QUIET in the
    environment variable reference).

    Wrong:

        $ export BSUB_QUIET=y
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ unset BSUB_QUIET
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    if subject.interfaces is None or subject.section.batch_system != "lsf":
        return
    for variable in ("BSUB_QUIET", "BSUB_QUIET2"):
        if os.environ.get(variable):
            effect = "ValueError: Could not parse job id from submission command output"
            message = f"{variable} is set here, and bsub prints no job id"
            yield Problem(subject.section.mark, message, effect, f"unset {variable}")


RULES: Final = (
    SectionRule("PEG330", Severity.WARNING, "made for another batch system", Layer.MACHINE, other_batch_system),
    SectionRule("PEG331", Severity.WARNING, "another unit than this LSF's", Layer.MACHINE, other_unit),
    SectionRule("PEG332", Severity.WARNING, "a variable that beats a key", Layer.MACHINE, variables_of_sbatch),
    SectionRule("PEG333", Severity.WARNING, "bsub is told to be quiet", Layer.MACHINE, bsub_says_nothing),
)

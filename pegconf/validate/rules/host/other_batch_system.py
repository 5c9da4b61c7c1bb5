"""A section that was made for another batch system than this host's, and what this host's environment does to jobs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pegconf.batch.systems import KNOWN
from pegconf.core.model import Layer, Severity
from pegconf.site import this_cluster
from pegconf.validate.rules.base import Problem, SectionRule, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    if not here or (system.above or system.name) in here:
        return
    name, evidence = next(iter(here.items()))
    site = f" on {subject.site.title}" if subject.site else ""
    message = f"section {subject.section.name} is for {system.title}{site}, and this host has {KNOWN[name].title}"
    yield Problem(subject.section.mark, message, f"{evidence}; here {system.submit[0]} does not submit it")


def variables_over_keys(subject: Subject) -> Iterator[Problem]:
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
    system = subject.batch_system
    if subject.interfaces is None or system is None:
        return
    for variable, key in system.variables_over_keys.items():
        value, setting = os.environ.get(variable), subject.settings.get(key)
        if value is None or (setting is not None and str(setting.plain) == value):
            continue
        mark = setting.mark if setting else subject.section.mark
        message = f"{variable}={value[:40]} is set here, and beats {key}"
        yield Problem(mark, message, "every job that is submitted here gets it", f"unset {variable}", key)


def quiet_submit_command(subject: Subject) -> Iterator[Problem]:
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
    system = subject.batch_system
    if subject.interfaces is None or system is None:
        return
    for variable in system.quiet_variables:
        if os.environ.get(variable):
            effect = "ValueError: Could not parse job id from submission command output"
            message = f"{variable} is set here, and {system.submit[0]} prints no job id"
            yield Problem(subject.section.mark, message, effect, f"unset {variable}")


RULES: Final = (
    SectionRule("PEG330", Severity.WARNING, "made for another batch system", Layer.MACHINE, other_batch_system),
    SectionRule("PEG332", Severity.WARNING, "a variable that beats a key", Layer.MACHINE, variables_over_keys),
    SectionRule("PEG333", Severity.WARNING, "bsub is told to be quiet", Layer.MACHINE, quiet_submit_command),
)

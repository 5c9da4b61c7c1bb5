"""Directives that stand in a script twice: once written by dask-jobqueue, once as an extra one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_seconds
from pegconf.validate.rules.base import Problem, SectionRule, Subject, quoted, shown
from pegconf.validate.rules.extra_directives import OWN, extras, own
from pegconf.validate.rules.values.amounts import walltimes
from pegconf.validate.rules.values.walltime import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNTS: Final = "the extra one comes later in the script, and counts"


def twice(subject: Subject) -> Iterator[Problem]:
    """A directive that a key writes too contradicts the key, and the key is what people read.

    dask-jobqueue puts the extra directives behind its own (`header_lines.extend`), and of two the later one counts:
    seen with sbatch 22.05, Grid Engine 8.1.9 and OAR 2.5.9, and so in OpenPBS's qsub.c. But of one resource behind two
    `-l` PBS takes the first, and OAR takes two `-l` for two requests. Dask itself goes by the keys: threads by `cores`,
    the workers' limit by `memory`. What says the same as the key is left alone.

    Wrong:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, queue: general, job-extra-directives: ['-p short']}

    Right:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, queue: short}
    """
    system = subject.section.batch_system or ""
    written = own(subject)
    for extra in extras(subject, written):
        key = OWN[system][extra.name]
        if written[extra.name].strip("\"' ") == extra.value.strip("\"' ") or not key or key in {"cores", "memory"}:
            # Amounts have rules of their own.
            continue
        message = f"{shown(f'{extra.name} {extra.value}')} contradicts {key}, which is {shown(written[extra.name])}"
        yield extra.problem(message, _COUNTS, f"{key}: {extra.value}"[:80] if extra.value else None)
    yield from _walltime_twice(subject)


# Several -l are a moldable job to oarsub(1), of whose requests OAR chooses one (seen with 2.5.9).
_WALLTIME_COUNTS: Final = {
    "pbs": "of one resource behind two -l PBS takes the first, which is the key's",
    "moab": "only one of them counts",
    "sge": "only one of them counts",
    "oar": "OAR takes the two -l for two requests, and chooses one",
}


def _walltime_twice(subject: Subject) -> Iterator[Problem]:
    """A walltime behind `-l`, which stands for many things; PEG209 speaks of one that is not read."""
    system, seconds = subject.batch_system, seconds_of(subject)
    effect = _WALLTIME_COUNTS.get(system.name) if system else None
    if system is None or effect is None or seconds is None:
        return
    for extra, text in walltimes(subject):
        try:
            other = system.parse_walltime(text)
        except RefusedError:
            continue
        if other != seconds:
            message = f"{shown(f'{extra.name} {extra.value}')} contradicts walltime, which is {show_seconds(seconds)}"
            yield extra.problem(message, effect, f"walltime: {quoted(text)}")


_NEEDED: Final = {
    "lsf": (
        ("#BSUB -n {}", {"-n", "-nnodes"}, "the job gets one core"),
        ('#BSUB -R "span[hosts=1]"', {"-R", "-nnodes"}, "its cores may be on several hosts"),
    ),
    "slurm": (("#SBATCH --cpus-per-task={}", {"-c", "--exclusive"}, "the job gets one core"),),
}
_SHORTEST: Final = 3  # PEG263 names shorter texts


def left_out_and_needed(subject: Subject) -> Iterator[Problem]:
    """A directive that a job of several cores needs is left out, and nothing takes its place.

    `job-directives-skip` is for sites that refuse a directive (dask-jobqueue#687, dask-jobqueue#172). Without
    `--cpus-per-task` or `-n` the job's threads share one core; without `span[hosts=1]` LSF may spread the cores over
    hosts, and only those of the first are used. Write what the site wants instead into job-extra-directives.

    Wrong:

        jobqueue:
          slurm: {cores: 8, memory: 16GB, job-directives-skip: ['--cpus-per-task']}

    Right:

        jobqueue:
          slurm: {cores: 8, memory: 16GB, job-directives-skip: ['--cpus-per-task'], job-extra-directives: ['-c 8']}
    """
    system, cores = subject.section.batch_system or "", subject.number("cores")
    name = "job-directives-skip" if subject.items("job-directives-skip") else "header-skip"
    setting = subject.settings.get(name)
    if setting is None or cores is None or cores == 1:
        return
    texts = [text for text in subject.items(name) if isinstance(text, str) and len(text) >= _SHORTEST]
    others = {extra.name for extra in extras(subject)}
    number = subject.number("ncpus" if system == "lsf" else "job-cpu") or cores
    for template, instead, effect in _NEEDED.get(system, ()):
        line = template.format(number)
        if any(text in line for text in texts) and not others & instead:
            yield Problem(setting.mark, f"{line} is left out, for {cores} cores", effect, None, name)


RULES: Final = (
    SectionRule("PEG246", Severity.WARNING, "a directive that contradicts a key", Layer.MEANING, twice),
    SectionRule(
        "PEG220", Severity.WARNING, "a directive the job needs is left out", Layer.MEANING, left_out_and_needed
    ),
)

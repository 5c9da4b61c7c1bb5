"""Directives and commands that are left out of the job script: job-directives-skip, job-script-skip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.config.render import quoted
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown
from pegconf.validate.rules.extra_directives import extras
from pegconf.validate.rules.values.directives import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterator


_SHORT: Final = 3


def short_skip(subject: Subject) -> Iterator[Problem]:
    """A directive is left out when it contains the text, anywhere: `-n` also takes `#BSUB -J my-name` away.

    dask_jobqueue/lsf.py: `any(skip in line for skip in self.job_directives_skip)` (dask-jobqueue#508). A text that
    every line contains, such as `-`, leaves no directive at all: an error.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-directives-skip: ['-M']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-directives-skip: ['-M ']}
    """
    if subject.batch_system is not None and not subject.directives.sign:
        # HTCondor's are names of commands, and whole ones.
        return
    sign = subject.directives.sign or "#BSUB"
    for setting, item in texts_in(subject, "job-directives-skip", "header-skip"):
        text = item.content
        if len(text) >= _SHORT and text not in f"{sign} -":
            continue
        every = text in f"{sign} -"
        effect = "every directive is left out" if every else f"every line with {text!r} in it is left out"
        fix = f"- {quoted(f'{sign} {text} ')}" if not every else None
        severity = None if every else Severity.WARNING
        message = f"{shown(text)} in {setting.name} is {'in every line' if every else 'short'}"
        yield Problem(setting.mark_of(item), message, effect, fix, setting.name, severity)


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
    words, cores = subject.directives, subject.number("cores")
    name = "job-directives-skip" if subject.items("job-directives-skip") else "header-skip"
    setting = subject.settings.get(name)
    if setting is None or cores is None or cores == 1:
        return
    texts = [text for text in subject.items(name) if isinstance(text, str) and len(text) >= _SHORTEST]
    others = {extra.name for extra in extras(subject)}
    number, form = subject.number(words.cores_key) or cores, dict(words.own_form).get(words.cores, f"{words.cores} ")
    for needed, instead, effect in (
        (f"{form}{number}", words.cores_by, "the job gets one core"),
        (words.one_host, words.one_host_by, "its cores may be on several hosts"),
    ):
        line = f"{words.sign} {needed}"
        if instead and any(text in line for text in texts) and not others.intersection(instead):
            yield Problem(setting.mark, f"{line} is left out, for {cores} cores", effect, None, name)


RULES: Final = (
    SectionRule(
        "PEG220", Severity.WARNING, "a directive the job needs is left out", Layer.MEANING, left_out_and_needed
    ),
    SectionRule("PEG263", Severity.WARNING, "a short text to leave directives out by", Layer.MEANING, short_skip),
)

"""The job script's head, its first line and its prologue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.validate.rules import edits
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value

SIGNS: Final = {
    "lsf": "#BSUB",
    "slurm": "#SBATCH",
    "pbs": "#PBS",
    "moab": "#PBS",
    "sge": "#$",
    "oar": "#OAR",
}
_SHORT: Final = 3
_LONGEST_FIX: Final = 200


def texts_in(subject: Subject, *names: str) -> Iterator[tuple[Setting, Value]]:
    """The items of these lists that are text, each with its setting."""
    for name in names:
        setting = subject.settings.get(name)
        for item in setting.value.content if setting and setting.value.is_list else ():
            if setting and isinstance(item.content, str):
                yield setting, item


def sign_twice(subject: Subject) -> Iterator[Problem]:
    """The `#BSUB` is written by dask-jobqueue itself, so that `#BSUB -x` becomes `#BSUB #BSUB -x`.

    dask_jobqueue/lsf.py: "#BSUB %s" for each item of job-extra-directives.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-extra-directives: ['#BSUB -x']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-extra-directives: ['-x']}
    """
    sign = SIGNS.get(subject.section.batch_system or "")
    for setting, item in texts_in(subject, "job-extra-directives", "job-extra"):
        text = item.content.strip()
        if sign and text.startswith(sign):
            rest = text[len(sign) :].strip()
            message = f"{shown(item.content)} has a {sign} of its own"
            effect = f"becomes: {sign} {text[:40]}"
            safe = re.match(r"\s+-\S.*$", text[len(sign) :])
            edit = edits.set_item(setting, item, quoted(rest)) if safe else None
            yield Problem(setting.mark_of(item), message, effect, f"- {quoted(rest)}", setting.name, edit=edit)


def no_option(subject: Subject) -> Iterator[Problem]:
    """Each of job-extra-directives begins with an option of the batch system: `-x` or `--exclusive`.

    It is written behind `#BSUB` as it stands. What does not begin with a dash is taken for the command that the job
    runs, or refused; a line break ends the directive, and the rest is run by the shell.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-extra-directives: ['exclusive']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-extra-directives: ['-x']}
    """
    sign = SIGNS.get(subject.section.batch_system or "")
    if sign is None:
        return
    for name in ("job-extra-directives", "job-extra"):
        setting = subject.settings.get(name)
        if setting is None or (name == "job-extra" and subject.section.get("job-extra-directives")):
            continue
        for item in setting.value.content if setting.value.is_list else ():
            if item.is_list or item.is_mapping or item.content is None:
                continue
            text = str(item.content)
            if text.strip().startswith(sign):
                continue
            if not re.match(r"\s*--?[A-Za-z]", text):
                message = f"{shown(text)} is no option of the batch system"
                yield Problem(setting.mark_of(item), message, f"becomes: {sign} {text[:40]}", None, name)
            elif "\n" in text.strip():
                message = f"{shown(text)} has a line break in it"
                yield Problem(setting.mark_of(item), message, "what follows is no directive any more", None, name)


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
    if subject.section.batch_system == "htcondor":
        # There the names are whole ones.
        return
    sign = SIGNS.get(subject.section.batch_system or "", "#BSUB")
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


def shebang(subject: Subject) -> Iterator[Problem]:
    """The first line of the job script begins with `#!`; without quotes YAML takes it for a comment.

    `shebang: #!/bin/bash` is null, and the first line of the script becomes the word None.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            shebang: #!/bin/bash

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            shebang: '#!/bin/bash'
    """
    setting = subject.settings.get("shebang")
    if setting is None or isinstance(setting.plain, (list, dict)):
        return
    content = setting.plain
    if content is None:
        yield at(
            setting, "shebang is null: without quotes #! begins a comment", "the script begins with: None", _SHEBANG
        )
    elif isinstance(content, str) and content.strip() == "#!":
        yield at(setting, "shebang is '#!' and names no program", "the script cannot be started", _SHEBANG)
    elif not (isinstance(content, str) and content.startswith("#!")):
        yield at(setting, f"shebang is {shown(content)}, without #!", "the script begins with a command", _SHEBANG)


_SHEBANG: Final = "'#!/usr/bin/env bash'"


def bare_activate(subject: Subject) -> Iterator[Problem]:
    """`conda activate` alone fails in a batch job: the shell has not read conda's functions there.

    "CommandNotFoundError: Your shell has not been properly configured to use 'conda activate'" (conda/conda#8536). And
    the worker's Python is the key `python`, whatever is activated.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            python: /home/me/conda/envs/insar/bin/python
            job-script-prologue: [conda activate insar]

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            python: /home/me/conda/envs/insar/bin/python
            job-script-prologue: []
    """
    seen = ""
    for setting, item in texts_in(subject, "job-script-prologue", "env-extra"):
        if re.match(r"\s*(conda|mamba|micromamba)\s+activate\b", item.content) and not re.search(
            r"conda\.sh|shell\.\w+|hook|bashrc|profile|module\s+load", seen
        ):
            effect = "CommandNotFoundError: Your shell has not been properly configured"
            message = f"{shown(item.content)} needs conda's functions, which a job has not"
            fix = f"- {quoted('source ROOT/etc/profile.d/conda.sh && ' + item.content.strip()[:80])}"
            yield Problem(setting.mark_of(item), message, effect, fix, setting.name)
        seen += item.content + "\n"


RULES: Final = (
    SectionRule("PEG261", Severity.ERROR, "a directive with #BSUB of its own", Layer.MEANING, sign_twice),
    SectionRule("PEG142", Severity.ERROR, "a directive without an option", Layer.KEYS, no_option),
    SectionRule("PEG262", Severity.WARNING, "more than one -R", Layer.MEANING, several_r),
    SectionRule("PEG263", Severity.WARNING, "a short text to leave directives out by", Layer.MEANING, short_skip),
    SectionRule("PEG264", Severity.WARNING, "the script does not go through stdin", Layer.MEANING, no_stdin),
    SectionRule("PEG265", Severity.ERROR, "a first line without #!", Layer.MEANING, shebang),
    SectionRule("PEG266", Severity.WARNING, "conda activate alone", Layer.MEANING, bare_activate),
)

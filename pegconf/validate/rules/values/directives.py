"""The job script's directives and its first line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.requested import own_options
from pegconf.config.render import quoted
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_seconds
from pegconf.validate.rules import edits
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras, own
from pegconf.validate.rules.values.walltime import seconds_of, walltimes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value


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
    sign = subject.directives.sign
    for setting, item in texts_in(subject, "job-extra-directives", "job-extra"):
        text = item.content.strip()
        if sign and text.startswith(sign):
            rest = text[len(sign) :].strip()
            message = f"{shown(item.content)} has a {sign} of its own"
            effect = f"becomes: {sign} {text[:40]}"
            safe = re.match(r"\s+-\S.*$", text[len(sign) :])
            edit = edits.set_item(setting, item, quoted(rest)) if safe else None
            yield Problem(setting.mark_of(item), message, effect, f"- {quoted(rest)}", setting.name, edit=edit)


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
    keys, written = own_options(subject.directives), own(subject)
    for extra in extras(subject, written):
        key = keys[extra.name]
        if written[extra.name].strip("\"' ") == extra.value.strip("\"' ") or not key or key in {"cores", "memory"}:
            # Amounts have rules of their own.
            continue
        message = f"{shown(f'{extra.name} {extra.value}')} contradicts {key}, which is {shown(written[extra.name])}"
        yield extra.problem(message, _COUNTS, f"{key}: {extra.value}"[:80] if extra.value else None)
    yield from _walltime_twice(subject)


def _walltime_twice(subject: Subject) -> Iterator[Problem]:
    """A walltime behind `-l`, which stands for many things; PEG209 speaks of one that is not read."""
    system, seconds = subject.batch_system, seconds_of(subject)
    if system is None or not system.directives.walltime_option[1] or seconds is None:
        return
    for extra, text in walltimes(subject):
        try:
            other = system.parse_walltime(text)
        except RefusedError:
            continue
        if other != seconds:
            message = f"{shown(f'{extra.name} {extra.value}')} contradicts walltime, which is {show_seconds(seconds)}"
            yield extra.problem(message, system.second_walltime, f"walltime: {quoted(text)}")


RULES: Final = (
    SectionRule("PEG246", Severity.WARNING, "a directive that contradicts a key", Layer.MEANING, twice),
    SectionRule("PEG261", Severity.ERROR, "a directive with #BSUB of its own", Layer.MEANING, sign_twice),
    SectionRule("PEG265", Severity.ERROR, "a first line without #!", Layer.MEANING, shebang),
)

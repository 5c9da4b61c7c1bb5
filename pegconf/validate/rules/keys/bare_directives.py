"""Directives that are no directives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown
from pegconf.validate.rules.values.directives import SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator


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


RULES: Final = (SectionRule("PEG142", Severity.ERROR, "a directive without an option", Layer.KEYS, no_option),)

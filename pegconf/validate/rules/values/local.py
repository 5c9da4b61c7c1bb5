"""What dask-jobqueue's LocalCluster makes of a section: words that no shell reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNUSED: Final = ("log-directory", "job-extra-directives", "job-extra", "job-directives-skip")
_IN_THE_COMMAND: Final = ("python", "local-directory", "worker-command", "interface")


def prologue(subject: Subject) -> Iterator[Problem]:
    """A local job has no shell: the lines of its prologue become words of the one command that is started.

    dask_jobqueue/local.py splits the script at blanks and runs the words, so that the first word of the prologue is
    taken for the program and the worker's own command for its arguments: nothing connects.

    Wrong:

        jobqueue:
          local: {cores: 2, memory: 4GB, job-script-prologue: ['export OMP_NUM_THREADS=1']}

    Right:

        jobqueue:
          local: {cores: 2, memory: 4GB, job-script-prologue: []}
    """
    if subject.section.batch_system != "local":
        return
    for name in ("job-script-prologue", "env-extra"):
        setting = subject.settings.get(name)
        if setting is not None and setting.value.is_list and setting.value.content:
            first = (str(subject.items(name)[0]).split() or [""])[0]
            message = f"{setting.written} in a local section is no shell's"
            effect = f"{shown(first)} is run as the program in place of the worker; set variables before you start Dask"
            yield at(setting, message, effect, "[]")


def not_expanded(subject: Subject) -> Iterator[Problem]:
    """Nothing expands `$TMPDIR` or `~` in a local section, and a blank ends the word.

    The words of the command are started without a shell (dask_jobqueue/local.py): a folder is made that is called
    `$TMPDIR`.

    Wrong:

        jobqueue:
          local: {cores: 2, memory: 4GB, local-directory: $TMPDIR/dask}

    Right:

        jobqueue:
          local: {cores: 2, memory: 4GB, local-directory: /tmp/dask}
    """
    if subject.section.batch_system != "local":
        return
    for name in _IN_THE_COMMAND:
        setting, text = subject.settings.get(name), subject.text(name)
        found = re.search(r"\s|\$|^~", text.strip()) if text else None
        if setting is not None and found is not None:
            sign = "a blank" if found[0].isspace() else found[0]
            effect = "the words behind it are others" if found[0].isspace() else "it stays as it is written"
            yield at(setting, f"{setting.written} {shown(text)} has {sign} in it, and no shell reads it", effect)


def unused(subject: Subject) -> Iterator[Problem]:
    """LocalCluster reads neither `log-directory` nor directives: its workers print where the program does not look.

    LocalJob writes no header (dask_jobqueue/local.py: `job_header = ""`); the folder is made, and stays empty.

    Wrong:

        jobqueue:
          local: {cores: 2, memory: 4GB, log-directory: /tmp/logs}

    Right:

        jobqueue:
          local: {cores: 2, memory: 4GB, log-directory: null}
    """
    if subject.section.batch_system != "local":
        return
    for name in _UNUSED:
        setting = subject.settings.get(name)
        if setting is not None and setting.plain:
            empty = "null" if name == "log-directory" else "[]"
            yield at(setting, f"{setting.written} has no effect in a local section", "", empty)


RULES: Final = (
    SectionRule("PEG291", Severity.ERROR, "shell lines where there is no shell", Layer.MEANING, prologue),
    SectionRule("PEG292", Severity.ERROR, "a value that only a shell would expand", Layer.MEANING, not_expanded),
    SectionRule("PEG293", Severity.WARNING, "a key that a local section does not use", Layer.MEANING, unused),
)

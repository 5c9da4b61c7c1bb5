"""Names of queues, projects and jobs: what YAML makes of them before anybody else does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.requested import own_options
from pegconf.config import catalogue
from pegconf.config.render import quoted
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import SectionRule, Subject, as_written, at, kind, means_null, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting
    from pegconf.validate.rules.base import Problem

_OTHER_RULES: Final = {"walltime", "memory", "disk", "lsf-units", "death-timeout", "shebang"}
_HANDLED: Final = ("interface", "log-directory")
"""Texts that are looked up or made a folder of, not only written down."""
_PASTED: Final = ("queue", "project", "account", "name")
_ODD: Final = r"\[\]\"'`;|&<>()*?!#~\\{}=$"
_BAD_IN: Final = {
    "name": re.compile(rf"[\s/{_ODD}]|[^\x00-\x7f]"),
    # LSF takes several queues with spaces between them, Slurm and Grid Engine with commas; projects have slashes.
    "queue": re.compile(rf"\s\S|[{_ODD}]|[,:]\s*$|[^\x00-\x7f]"),
    "project": re.compile(rf"\s\S|[{_ODD}]|[,:]\s*$"),
    "account": re.compile(rf"\s\S|[{_ODD}]|[,:]\s*$"),
}
_READ_ELSEWHERE: Final = re.compile(r"\$\w|\$\{")
"""Variables, of which `not_expanded` speaks."""
_NEED_A_VALUE: Final = {
    "queue",
    "account",
    "project",
    "name",
    "python",
    "local-directory",
    "interface",
    "worker-command",
}


def _option(subject: Subject, name: str, otherwise: str) -> str:
    """The batch system's option that a key becomes."""
    return next((option for option, key in own_options(subject.directives).items() if key == name), otherwise)


def _texts(subject: Subject) -> Iterator[Setting]:
    for name, key in catalogue.of_type("string").items():
        setting = subject.settings.get(name)
        if setting is not None and "array" not in key.types and name not in _OTHER_RULES:
            yield setting


def not_text(subject: Subject) -> Iterator[Problem]:
    """A project `012345` is the octal number 5349 to YAML, and a queue `no` is false.

    YAML 1.1 reads `010`, `1_000`, `12:34`, `no`, `off` and `2024-01-01` as numbers, truth values and dates, and
    dask-jobqueue writes what came out: `-P "5349"`, `-q False`. A number that comes out as written is a warning.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: 012345}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: '012345'}
    """
    system = subject.batch_system
    for setting in _texts(subject):
        content = setting.plain
        if content is None or isinstance(content, (str, list, dict)):
            continue
        raw = as_written(setting)
        same = str(content) == setting.value.raw or setting.value.raw == ""
        option = _option(subject, setting.name, setting.name)
        message = f"{setting.name} {raw} is {kind(content)} to YAML, not text"
        effect = "works as long as it is written like this" if same else f"dask-jobqueue writes {option} {content}"
        breaks = setting.name in _HANDLED or (system is not None and setting.name in system.keys_taken_apart)
        if breaks:
            same, effect = False, "dask-jobqueue and Dask want a text here and stop"
        yield at(setting, message, effect, quoted(raw), Severity.WARNING if same else None)


def word_for_null(subject: Subject) -> Iterator[Problem]:
    """`None` is a word to YAML: the job asks for a queue of that name. Empty text leaves an option without a value.

    YAML's own null is `null` or `~`, without quotes.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: None}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: null}
    """
    for name in (*(setting.name for setting in _texts(subject)), "walltime", "memory"):
        setting = subject.settings.get(name)
        if setting is None:
            continue
        if (
            setting.value.content is None
            and not setting.value.raw
            and re.search(r":\s*&[^\s&]+\s*$", setting.mark.text if setting.mark else "")
        ):
            message = f"{name} is null: a word that begins with & is a mark of YAML's, and no text"
            yield at(setting, message, "dask-jobqueue writes nothing", "the text in quotes", Severity.WARNING)
        if not isinstance(setting.plain, str):
            continue
        if means_null(setting.plain) and setting.plain.strip() and name != "memory":
            yield at(
                setting, f"{name} is the word {setting.plain!r}, not null", f"taken as a {name} of that name", "null"
            )
        elif not setting.plain.strip() and name in _NEED_A_VALUE:
            effect = f"dask-jobqueue writes {_option(subject, name, 'the option')} without a value"
            yield at(setting, f"{name} is empty text, not null", effect, "dask-worker" if name == "name" else "null")


def not_expanded(subject: Subject) -> Iterator[Problem]:
    """A variable in a directive stays as it is: neither dask nor the batch system expands `$USER` there.

    A `#BSUB` line is a comment to the shell (dask-jobqueue#406).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: $PROJECT}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: insarlab}
    """
    for name in _PASTED:
        setting = subject.settings.get(name)
        if setting is not None and isinstance(setting.plain, str) and re.search(r"\$\w|\$\{", setting.plain):
            effect = f"the job asks for {_option(subject, name, name)} {setting.plain[:60]}, as it is written"
            yield at(setting, f"{name} {shown(setting.plain)} has a variable, and nothing expands it", effect)


def spaces_in_name(subject: Subject) -> Iterator[Problem]:
    """A job's name is one word: `#BSUB -J my worker` names it `my`, and `arr[1-3]` makes three jobs.

    dask-jobqueue writes the name without quotes. Letters, digits, dot, dash and underscore are safe everywhere.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, name: my worker}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, name: my-worker}
    """
    for name in _PASTED:
        setting, text = subject.settings.get(name), subject.text(name)
        if name in subject.unread_keys:
            continue
        if setting is None or not text or not text.strip() or _READ_ELSEWHERE.search(text):
            continue
        if _BAD_IN[name].search(text):
            what = "a space" if re.search(r"\s", text) else "a character"
            fix = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-") or "dask-worker"
            severity = None if name == "name" else Severity.WARNING
            message = f"{name} {shown(text)} has {what} that no {'job name' if name == 'name' else name} may have"
            effect = f"{_option(subject, name, name)} {text[:60]}: what follows is taken for something else"
            yield at(setting, message, effect, fix if name == "name" else None, severity)


RULES: Final = (
    SectionRule("PEG241", Severity.ERROR, "a name that YAML reads as something else", Layer.MEANING, not_text),
    SectionRule("PEG242", Severity.ERROR, "a word where null is meant", Layer.MEANING, word_for_null),
    SectionRule("PEG243", Severity.ERROR, "a variable that nothing expands", Layer.MEANING, not_expanded),
    SectionRule("PEG244", Severity.ERROR, "a name of several words", Layer.MEANING, spaces_in_name),
)

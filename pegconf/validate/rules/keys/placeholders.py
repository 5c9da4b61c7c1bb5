"""Words that were put into a file for somebody to replace."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value

_ANYWHERE: Final = re.compile(
    r"(?i:\bchange[_-]?me\b|\breplace[_-]?(?:me|this)\b|\bfixme\b|\bfill[_-]?(?:me[_-]?)?in\b)"
    r"|<(?i:your|my|the|insert|enter)[ _-][\w .-]*>|\{\{[^{}]*\}\}"
)
"""What is a placeholder in a line of shell, too, where < and > have a meaning of their own."""
_IN_A_VALUE: Final = re.compile(
    r"<[A-Za-z][\w./-]*>|\[(?i:your|insert)[ _-][\w .-]*\]|/path/to/"
    r"|(?<![A-Za-z0-9])(?i:your)[ _-]?(?i:project|account|queue|partition|group|name|user|username|email|env"
    r"|environment|allocation|path|home|scratch|code|id)(?![A-Za-z0-9])[\w-]*"
    r"|(?<![A-Za-z0-9])(?:X{3,}|TODO|TBD|YOUR?|USERNAME|PROJECT_(?:ID|NAME|CODE)|ACCOUNT_NAME|QUEUE_NAME)"
    r"(?![A-Za-z0-9])"
)
_OTHER_WORDS: Final = ("job-script-prologue", "env-extra", "job-script-epilogue", "worker-extra-args", "extra")
_LONGEST: Final = 2000
_FREE: Final = ("memory", "disk", "walltime", "shebang", "lsf-units", "name")
"""Keys of which other rules say what they may be, and `name`: a job may be called anything."""


def placeholder(subject: Subject) -> Iterator[Problem]:
    """A word such as `<your-project>`, CHANGEME or XXXX was left for somebody to replace, and goes out as it is.

    The batch system refuses a queue or project of that name, and a path `/path/to/...` is on no machine. In lines of
    shell, where `<` has a meaning, only what can mean nothing else counts; `$(mktemp -d /tmp/dask.XXXX)` is a command.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: <your-project>}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: insarlab}
    """
    known = catalogue.keys()
    for setting in subject.settings.values():
        content = setting.value.content
        if content is None or isinstance(content, (bool, int)) or setting.name not in known or setting.name in _FREE:
            continue
        for value in _texts(setting):
            left = _left_in(value.content[:_LONGEST], setting.name not in _OTHER_WORDS)
            if left:
                message = f"{setting.name} still has {shown(left)} in it"
                effect = "taken as it is, and nothing of that name exists"
                yield Problem(setting.mark_of(value), message, effect, None, setting.name)


@functools.lru_cache(maxsize=1024)
def _left_in(text: str, whole_value: bool) -> str:
    """The placeholder in a text, or nothing; `whole_value` says that it is no line of shell or of a command."""
    match = _ANYWHERE.search(text)
    if match is None and whole_value and not re.search(r"\$\(|`", text):
        match = _IN_A_VALUE.search(text)
    return match[0] if match else ""


def _texts(setting: Setting) -> Iterator[Value]:
    value = setting.value
    values = value.content if value.is_list else [inner for _, inner in value.content] if value.is_mapping else [value]
    yield from (inner for inner in values if isinstance(inner.content, str))


RULES: Final = (SectionRule("PEG105", Severity.ERROR, "a placeholder left in", Layer.KEYS, placeholder),)

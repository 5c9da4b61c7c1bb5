"""What a rule is: a code, a severity, a layer and a function that yields what it finds wrong."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import systems
from pegconf.batch.base import Impossible
from pegconf.batch.directives import Directives
from pegconf.batch.requested import Requested
from pegconf.core.model import Edit, Finding, Layer, Severity
from pegconf.validate.rules import edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pegconf.batch.acceptance import Said
    from pegconf.batch.base import BatchSystem
    from pegconf.config.document import Document
    from pegconf.config.sections import Section
    from pegconf.config.setting import Setting
    from pegconf.config.sources import Sources
    from pegconf.core.model import Mark, Queue, Site

_SHOWN = 60
_LONGEST_FIX = 1_000
NULL_WORDS: Final = frozenset({"", "~", "none", "null", "nil", "undefined"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a rule found: the place, what is wrong with the actual value, what it would do, what to write.

    `severity` is for a rule whose cases differ, None means the rule's own; `section` is for a rule about a file; `edit`
    is for a fix that needs no thought (see edits.py).
    """

    mark: Mark | None
    message: str
    effect: str = ""
    fix: str | None = None
    key: str | None = None
    severity: Severity | None = None
    section: str | None = None
    edit: Edit | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule looks at: a section with the site and queue it is for, and this host's interfaces where known.

    `sources` is where it was read; dask-jobqueue needs all of it to make a script. `said` is what the batch system
    said to that script, where it was asked.
    """

    section: Section
    site: Site | None = None
    queue: Queue | None = None
    interfaces: tuple[str, ...] | None = None
    sources: Sources | None = None
    said: tuple[Said, ...] = ()
    _requested: list[Requested] = field(init=False, compare=False, repr=False, default_factory=list)
    """What `requested` found already: a dozen rules ask."""

    @property
    def settings(self) -> dict[str, Setting]:
        """The section's settings, by name with hyphens."""
        return self.section.settings

    @property
    def batch_system(self) -> BatchSystem | None:
        """The section's batch system where pegconf knows its words."""
        return systems.KNOWN.get(self.section.batch_system or "")

    @property
    def is_local(self) -> bool:
        """Whether the section's jobs are processes of this machine."""
        return self.batch_system is not None and not self.batch_system.is_batch

    @property
    def is_description(self) -> bool:
        """Whether the section's jobs are descriptions of commands in place of scripts."""
        return self.batch_system is not None and self.batch_system.is_description

    @property
    def unread_keys(self) -> tuple[str, ...]:
        """Keys that nothing uses in a section of its batch system."""
        return self.batch_system.unread_keys if self.batch_system else ()

    @property
    def directives(self) -> Directives:
        """What the section's batch system calls its directives; without any where that is not known."""
        return self.batch_system.directives if self.batch_system else Directives()

    @property
    def requested(self) -> Requested:
        """What the section's job script asks for; the least where the batch system is not known."""
        if not self._requested:
            system, values = self.batch_system, self.section.values()
            self._requested.append(system.requested(values, self.site) if system else Requested())
        return self._requested[0]

    @property
    def impossible(self) -> Impossible:
        """What becomes of a job that can never run as it is, in the words of the section's batch system."""
        return self.batch_system.impossible if self.batch_system else Impossible()

    def number(self, name: str) -> int | None:
        """A key's value in force where it is a whole number, else None."""
        value = self.section.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def text(self, name: str) -> str | None:
        """A key's value in force where it is text, else None."""
        value = self.section.get(name)
        return value if isinstance(value, str) else None

    def items(self, name: str) -> list[Any]:
        """A key's value in force where it is a list, else an empty one."""
        value = self.section.get(name)
        return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class FileRule:
    """A rule about one file's text; `check.__doc__` explains it and holds a `Wrong:` and a `Right:`."""

    code: str
    severity: Severity
    title: str
    check: Callable[[Document], Iterable[Problem]]
    layer: Layer = Layer.TEXT


@dataclass(frozen=True, slots=True)
class SourcesRule:
    """A rule about all the files together; `check.__doc__` explains it and holds a `Wrong:` and a `Right:`."""

    code: str
    severity: Severity
    title: str
    check: Callable[[Sources], Iterable[Problem]]
    layer: Layer = Layer.MACHINE


@dataclass(frozen=True, slots=True)
class SectionRule:
    """A rule about one section; `check.__doc__` explains it and holds a `Wrong:` and a `Right:`.

    One about what a batch system says has neither, since no file shows it.
    """

    code: str
    severity: Severity
    title: str
    layer: Layer
    check: Callable[[Subject], Iterable[Problem]]


Rule = FileRule | SourcesRule | SectionRule


def finding(rule: Rule, problem: Problem, section: str | None = None) -> Finding:
    """A problem with its rule's code and severity; what to write is left out where it would fill pages."""
    return Finding(
        rule.code,
        problem.severity or rule.severity,
        problem.message,
        problem.mark,
        section or problem.section,
        problem.key,
        problem.effect,
        problem.fix if problem.fix is None or len(problem.fix) <= _LONGEST_FIX else None,
        problem.edit,
    )


def at(
    setting: Setting,
    message: str,
    effect: str = "",
    fix: str | None = None,
    severity: Severity | None = None,
    *,
    safe: bool = False,
    because: str = "",
) -> Problem:
    """A problem with a setting's value; `fix` is the value to write, and becomes `key: value`.

    `safe` lets --fix write that very value; `because` says why --fix leaves it to the user.
    """
    text = None if fix is None else f"{setting.written}: {fix}"
    edit = edits.set_value(setting, fix) if safe and fix is not None else None
    if because:
        edit = edits.left(setting, because)
    return Problem(setting.mark, message, effect, text, setting.name, severity, edit=edit)


def about_key(
    setting: Setting,
    message: str,
    effect: str,
    fix: str | None,
    severity: Severity | None = None,
    edit: Edit | None = None,
) -> Problem:
    """A problem with a setting's key itself; `fix` is the whole line to write."""
    return Problem(setting.key_mark, message, effect, fix, setting.name, severity, edit=edit)


def shown(content: Any) -> str:
    """A value in a message: as Python shows it, cut where it is long."""
    text = repr(content)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def as_written(setting: Setting) -> str:
    """A setting's text as the file has it, without quotes; what Python shows where it is no scalar of a file."""
    return setting.value.raw[:_SHOWN] if setting.value.raw else shown(setting.plain)


@functools.lru_cache
def means_null(text: str) -> bool:
    """Whether a text looks like nothing at all: a word for null in one of many languages, or quotes around it."""
    return text.strip(" ;,'\"").lower() in NULL_WORDS


def kind(content: Any) -> str:
    """What a value is, in words of YAML."""
    if content is None:
        return "null"
    if isinstance(content, bool):
        return "a truth value"
    if isinstance(content, (int, float)):
        return "a number"
    if isinstance(content, str):
        return "text"
    if isinstance(content, list):
        return "a list"
    return "a mapping" if isinstance(content, dict) else f"a {type(content).__name__}"

"""What a rule is: a code, a severity, a layer and a function that yields what it finds wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.model import Finding, Layer, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pegconf.document import Document
    from pegconf.model import Mark, Queue, Site
    from pegconf.sections import Section


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a rule found: the place, what is wrong with the actual value, what it would do, what to write."""

    mark: Mark | None
    message: str
    effect: str = ""
    fix: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule looks at: a section with the site and queue it is for, and this host's interfaces where known."""

    section: Section
    site: Site | None = None
    queue: Queue | None = None
    interfaces: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FileRule:
    """A rule about one file's text; `check.__doc__` explains it."""

    code: str
    severity: Severity
    title: str
    check: Callable[[Document], Iterable[Problem]]
    layer: Layer = Layer.TEXT


@dataclass(frozen=True, slots=True)
class SectionRule:
    """A rule about one section; `check.__doc__` explains it and holds a `Wrong:` and a `Right:`."""

    code: str
    severity: Severity
    title: str
    layer: Layer
    check: Callable[[Subject], Iterable[Problem]]


def finding(rule: FileRule | SectionRule, problem: Problem, section: str | None = None) -> Finding:
    """A problem with its rule's code and severity."""
    return Finding(
        rule.code,
        rule.severity,
        problem.message,
        problem.mark,
        section,
        problem.key,
        problem.effect,
        problem.fix,
    )

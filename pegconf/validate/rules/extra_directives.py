"""The directives of a job: those that dask-jobqueue writes by itself, and the section's extra ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.batch import requested
from pegconf.validate.rules.base import Problem, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value
    from pegconf.core.model import Severity


@dataclass(frozen=True, slots=True)
class Extra:
    """One option of an extra directive: its name, its value and the item of the list that it stands in."""

    name: str
    value: str
    setting: Setting
    item: Value

    def problem(self, message: str, effect: str, fix: str | None = None, severity: Severity | None = None) -> Problem:
        """A problem with this directive."""
        return Problem(self.setting.mark_of(self.item), message, effect, fix, self.setting.name, severity)


def extras(subject: Subject, names: Collection[str] | None = None) -> Iterator[Extra]:
    """The options of the extra directives; with names only these."""
    for line in subject.requested.lines:
        setting, number = subject.settings.get(line.place.key), line.place.item
        if setting is not None and isinstance(number, int) and (names is None or line.name in names):
            yield Extra(line.name, line.value, setting, setting.value.content[number])


def left_out(subject: Subject, line: str) -> bool:
    """Whether job-directives-skip leaves a line of dask-jobqueue's out."""
    return requested.left_out(subject.section.values(), line)


def own(subject: Subject) -> dict[str, str]:
    """The values that dask-jobqueue itself writes, by option, without those that job-directives-skip leaves out."""
    keys = requested.own_options(subject.directives)
    lines = subject.requested.lines
    return {line.name: line.value for line in lines if line.place.item is None and line.name in keys}

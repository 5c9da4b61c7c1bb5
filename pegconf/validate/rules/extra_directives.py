"""The directives of a job: those that dask-jobqueue writes by itself, and the section's extra ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.validate.rules.base import Problem, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pegconf.batch.directives import Directives
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
    """The options of the extra directives; with names only these.

    `job-extra` counts where `job-extra-directives` is empty (dask_jobqueue/core.py).
    """
    name = "job-extra-directives" if subject.section.get("job-extra-directives") else "job-extra"
    setting = subject.settings.get(name)
    if setting is None or not setting.value.is_list or not subject.directives.sign:
        return
    for item in setting.value.content:
        for option in subject.directives.options(item.content) if isinstance(item.content, str) else ():
            if names is None or option.name in names:
                yield Extra(option.name, option.value, setting, item)


def left_out(subject: Subject, line: str) -> bool:
    """Whether job-directives-skip leaves a line of dask-jobqueue's out, which it does by any text inside."""
    skip = subject.items("job-directives-skip") or subject.items("header-skip")
    return any(isinstance(text, str) and text in line for text in skip)


def own_options(directives: Directives) -> dict[str, str]:
    """The options that dask-jobqueue itself writes, each with the key that it comes from, empty for one task."""
    pairs = (
        (directives.name, "name"),
        (directives.queue, "queue"),
        (directives.account, directives.account_key),
        (directives.tasks, ""),
        (directives.cores, "cores"),
        (directives.memory, "memory"),
        (directives.walltime, "walltime"),
    )
    # A walltime among other resources is read where walltimes are.
    return {option: key for option, key in pairs if option and not option.endswith("=")}


def own(subject: Subject) -> dict[str, str]:
    """The values that dask-jobqueue itself writes, by option, without those that job-directives-skip leaves out."""
    directives = subject.directives
    instead, forms = {"cores": directives.cores_key, "memory": directives.memory_key}, dict(directives.own_form)
    found = {}
    for option, key in own_options(directives).items():
        value = "1" if not key else subject.section.get(instead.get(key) or key)
        if value is None:
            value = subject.section.get(key)
        line = f"{directives.sign} {forms.get(option, f'{option} ')}{value}"
        if value is not None and not left_out(subject, line):
            found[option] = str(value)
    return found

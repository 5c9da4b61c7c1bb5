"""The sections under `jobqueue:` as dask would merge them, each setting with the place it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue
from pegconf.config.setting import Setting, from_plain, join, read
from pegconf.config.sources import set_by_variables
from pegconf.config.yaml_tree import Value, members, plain
from pegconf.core.errors import CannotGoOnError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.config.document import Document
    from pegconf.config.sources import Sources
    from pegconf.core.model import Mark

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Section:
    """One mapping under `jobqueue:`; `own` says whether it is a batch system's own, which inherits the defaults.

    `settings` holds what the files and variables say; `batch_system` is None where it cannot be told; `value` is the
    section as it stands in the last file (it may be no mapping at all); `asked` is its entry in `pegconf:`.
    """

    name: str
    settings: dict[str, Setting]
    batch_system: str | None
    document: Document | None
    key: Value
    value: Value
    asked: dict[str, Any] = field(default_factory=dict)
    login: str | None = None
    _in_force: dict[str, Any] = field(init=False, compare=False, repr=False, default_factory=dict)
    """What `get` found already: a hundred rules ask for the same few keys."""

    @property
    def own(self) -> bool:
        """Whether the section is named after a batch system."""
        return self.name in KNOWN

    @property
    def mark(self) -> Mark | None:
        """The place of the section's name."""
        return self.document.mark(self.key) if self.document else None

    def get(self, name: str) -> Any:
        """A key's value in force: as set, else the default where the section inherits it, else None.

        A default that is a mapping takes the place of anything set that is none (dask/config.py: update).
        """
        if name not in self._in_force:
            self._in_force[name] = self._look_up(name)
        return self._in_force[name]

    def _look_up(self, name: str) -> Any:
        setting = self.settings.get(name)
        if setting is not None and (setting.value.is_mapping or not self.own):
            return plain(setting.value)
        default = self.inherited().get(name)
        return default if setting is None or isinstance(default, dict) else plain(setting.value)

    def inherited(self) -> dict[str, Any]:
        """The defaults that dask-jobqueue adds: all for a batch system's own section, none for a named one."""
        return catalogue.defaults(self.name) if self.own else {}

    def values(self) -> dict[str, Any]:
        """Every value in force, as `dask.config.get("jobqueue.NAME")` gives them, with hyphens in the names."""
        return self.inherited() | {name: self.get(name) for name in self.settings}


def collect(sources: Sources, scheduler: str | None = None) -> tuple[Section, ...]:
    """All sections of the files and variables, in the order they first appear; `scheduler` overrides what they say."""
    found: dict[str, Section] = {}
    asked = _asked(sources.documents)
    for document in sources.documents:
        jobqueue = _jobqueue(document)
        if jobqueue is None:
            continue
        for name, (key, value) in members(jobqueue[1]).items():
            before = found.get(canonical(str(name)))
            if before is not None and before.value.is_mapping and not value.is_mapping:
                # dask.config.collect goes through the files backwards, and a mapping takes the place of anything else.
                continue
            written, earlier = (before.name, before.settings) if before is not None else (str(name), {})
            found[canonical(written)] = Section(written, earlier, None, document, key, value)
        # A section that one file spells in two ways is one setting here.
        for setting in read(*jobqueue, document).parts:
            section = found[setting.name]
            found[setting.name] = replace(section, settings=_joined(section.settings, setting))
    for setting in set_by_variables(sources.variables):
        section = found.get(setting.name) or Section(setting.written, {}, None, None, setting.key, setting.value)
        found[setting.name] = replace(section, settings=_joined(section.settings, setting))
    return tuple(
        replace(
            section,
            asked=_entry(asked, section.name),
            login=asked.get("login"),
            batch_system=_batch_system(section, asked, scheduler),
        )
        for section in found.values()
    )


def canonical(name: str) -> str:
    """A section's name as dask compares it: `-` and `_` are the same."""
    return catalogue.canonical(name)


def _jobqueue(document: Document) -> tuple[Value, Value] | None:
    """A file's `jobqueue:` with its key, where it is a mapping."""
    if document.root is None or not document.root.is_mapping:
        return None
    jobqueue = members(document.root).get("jobqueue")
    return jobqueue if jobqueue is not None and jobqueue[1].is_mapping else None


def _joined(earlier: Mapping[str, Setting], later: Setting) -> dict[str, Setting]:
    """A section's settings after one more file or variable."""
    settings = dict(earlier)
    for part in later.parts:
        settings[part.name] = join(settings[part.name], part) if part.name in settings else part
    return settings


def _asked(documents: Sequence[Document]) -> dict[str, Any]:
    """The `pegconf:` mappings of the files, joined; what is no mapping is left to the schema's check."""
    joined: dict[str, Any] = {"sections": {}}
    for document in documents:
        pair = members(document.root).get("pegconf") if document.root is not None else None
        entry = plain(pair[1]) if pair is not None else None
        if not isinstance(entry, dict):
            continue
        sections = entry.get("sections")
        joined["sections"] |= sections if isinstance(sections, dict) else {}
        joined |= {name: value for name, value in entry.items() if name != "sections"}
    return joined


def _entry(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    entry = asked["sections"].get(name)
    return entry if isinstance(entry, dict) else {}


def _batch_system(section: Section, asked: Mapping[str, Any], scheduler: str | None) -> str | None:
    """The batch system a section is for: as told, as `pegconf:` says, by its own name, by a key that only one has."""
    if scheduler is not None:
        return scheduler
    told = _entry(asked, section.name).get("scheduler")
    if isinstance(told, str) and told in KNOWN:
        return told
    if section.own:
        return section.name
    known = catalogue.keys()
    hints = {known[name].systems[0] for name in section.settings if name in known and len(known[name].systems) == 1}
    return hints.pop() if len(hints) == 1 else None


def choose(sections: Sequence[Section], name: str | None) -> Section:
    """The section of that name; without one the batch system's own if there is one only, else the only section.

    Raises CannotGoOnError that names the sections there are where none can be chosen.
    """
    if not sections:
        raise CannotGoOnError("there is no section under jobqueue:", "write one with: pegconf init")
    names = ", ".join(section.name for section in sections)
    if name is not None:
        for section in sections:
            if canonical(section.name) == canonical(name):
                return section
        raise CannotGoOnError(f"there is no section {name!r}", f"the sections are: {names}")
    own = [section for section in sections if section.own]
    candidates = own or list(sections)
    if len(candidates) == 1:
        return candidates[0]
    raise UsageError("there are several sections and none was named", f"name one of: {names}")


def with_values(section: Section, values: Mapping[str, Any]) -> Section:
    """The section with some values replaced for this run; the file is not touched."""
    changed = {name: Setting(name, name, from_plain(value), from_plain(name)) for name, value in values.items()}
    return replace(section, settings=section.settings | changed)

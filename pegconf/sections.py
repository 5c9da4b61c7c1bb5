"""The sections under `jobqueue:` as dask would merge them, each setting with the place it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pegconf import catalogue
from pegconf.errors import CannotGoOnError, UsageError
from pegconf.values import Pairs, Value, members, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.document import Document
    from pegconf.model import Mark
    from pegconf.sources import Sources

NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a section; `name` has hyphens, `written` is its spelling; without document it is a variable."""

    name: str
    written: str
    value: Value
    key: Value
    document: Document | None = None
    variable: str | None = None

    @property
    def plain(self) -> Any:
        """The value as plain Python objects."""
        return plain(self.value)

    @property
    def mark(self) -> Mark | None:
        """The value's place; None for a variable."""
        return self.document.mark(self.value) if self.document else None

    @property
    def key_mark(self) -> Mark | None:
        """The key's place; None for a variable."""
        return self.document.mark(self.key) if self.document else None

    def mark_of(self, inner: Value) -> Mark | None:
        """The place of a value inside this one, such as an item of a list."""
        return self.document.mark(inner) if self.document else None

    @property
    def origin(self) -> str:
        """Where it was set, for people: `file:line`, a variable's name or dask-jobqueue's default."""
        if self.document is not None:
            return f"{self.document.file}:{self.key.line + 1}"
        return self.variable or "dask-jobqueue's default"


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

    @property
    def own(self) -> bool:
        """Whether the section is named after a batch system."""
        return self.name in catalogue.BATCH_SYSTEMS

    @property
    def mark(self) -> Mark | None:
        """The place of the section's name."""
        return self.document.mark(self.key) if self.document else None

    def get(self, name: str) -> Any:
        """A key's value in force: as set, else the default where the section inherits it, else None."""
        setting = self.settings.get(name)
        if setting is not None:
            return setting.plain
        return self.inherited().get(name)

    def inherited(self) -> dict[str, Any]:
        """The defaults that dask-jobqueue adds: all for a batch system's own section, none for a named one."""
        return catalogue.defaults(self.name) if self.own else {}

    def values(self) -> dict[str, Any]:
        """Every value in force, as `dask.config.get("jobqueue.NAME")` gives them, with hyphens in the names."""
        return self.inherited() | {name: setting.plain for name, setting in self.settings.items()}


def collect(sources: Sources, scheduler: str | None = None) -> tuple[Section, ...]:
    """All sections of the files and variables, in the order they first appear; `scheduler` overrides what they say."""
    found: dict[str, Section] = {}
    asked = _asked(sources.documents)
    for document in sources.documents:
        for name, key, value in _sections_of(document):
            same = next((known for known in found if canonical(known) == canonical(name)), name)
            if same in found and found[same].value.is_mapping and not value.is_mapping:
                # dask.config.collect goes through the files backwards, and a mapping takes the place of anything else.
                continue
            earlier = found[same].settings if same in found else {}
            found[same] = Section(same, _settings(document, value, earlier), None, document, key, value)
    for variable in sources.variables:
        if len(variable.path) == 3:  # noqa: PLR2004 - jobqueue, section, key
            _, name, written = variable.path
            same = next((known for known in found if canonical(known) == canonical(name)), name)
            found[same] = _with_variable(found.get(same), same, written, variable.name, variable.value)
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


def _sections_of(document: Document) -> list[tuple[str, Value, Value]]:
    if document.root is None or not document.root.is_mapping:
        return []
    jobqueue = members(document.root).get("jobqueue")
    if jobqueue is None or not jobqueue[1].is_mapping:
        return []
    return [(str(name), key, value) for name, (key, value) in members(jobqueue[1]).items()]


def _settings(document: Document, section: Value, earlier: Mapping[str, Setting]) -> dict[str, Setting]:
    settings = dict(earlier)
    for written, (key, value) in members(section).items():
        name = catalogue.canonical(str(written))
        before = settings.get(name)
        if before is None:
            settings[name] = Setting(name, str(written), value, key, document)
        elif before.document is document or (before.value.is_mapping and not value.is_mapping):
            # Of two spellings in one file the first counts, and a mapping takes the place of anything else.
            settings[name] = replace(before, value=_merge(value, before.value))
        else:
            settings[name] = Setting(name, str(written), _merge(before.value, value), key, document)
    return settings


def _merge(before: Value, after: Value) -> Value:
    """Two values of one key as dask merges them: mappings join, anything else is replaced."""
    if before.is_mapping and after.is_mapping:
        return replace(after, content=Pairs([*before.content, *after.content]))
    return after


def _with_variable(section: Section | None, name: str, written: str, variable: str, content: Any) -> Section:
    value = from_plain(content)
    setting = Setting(catalogue.canonical(written), written, value, from_plain(written), None, variable)
    if section is None:
        section = Section(name, {}, None, None, from_plain(name), from_plain({}))
    return replace(section, settings=section.settings | {setting.name: setting})


def from_plain(content: Any) -> Value:
    """Plain Python objects as a value without a place."""
    if isinstance(content, dict):
        return Value(Pairs((from_plain(key), from_plain(value)) for key, value in content.items()), 0, 0, 0, 0)
    if isinstance(content, (list, tuple)):
        return Value(tuple(from_plain(item) for item in content), 0, 0, 0, 0)
    return Value(content, 0, 0, 0, 0, str(content), "" if not isinstance(content, str) else "'")


def _asked(documents: Sequence[Document]) -> dict[str, Any]:
    """The `pegconf:` mappings of the files, joined; what is no mapping is left to the schema's check."""
    joined: dict[str, Any] = {"sections": {}}
    for document in documents:
        root = plain(document.root)
        entry = root.get("pegconf") if isinstance(root, dict) else None
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
    if told in catalogue.BATCH_SYSTEMS:
        return str(told)
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

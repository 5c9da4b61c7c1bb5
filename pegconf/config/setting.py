"""One key of a section with the place that set it, and two of them joined as dask joins them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pegconf.config import catalogue
from pegconf.config.yaml_tree import Pairs, Value, members, plain

if TYPE_CHECKING:
    from pegconf.config.document import Document
    from pegconf.core.model import Mark


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a section; `name` has hyphens, `written` is its spelling; without document it is a variable.

    `parts` are the keys of a mapping, which may come from several files; `overrode` are the settings of the same key
    that lost to this one, the last first.
    """

    name: str
    written: str
    value: Value
    key: Value
    document: Document | None = None
    variable: str | None = None
    parts: tuple[Setting, ...] = ()
    overrode: tuple[Setting, ...] = ()

    @property
    def plain(self) -> Any:
        """The value as plain Python objects."""
        content = self.value.content
        # Most values are single ones, and each rule asks again.
        return plain(self.value) if isinstance(content, (tuple, Pairs)) else content

    @property
    def mark(self) -> Mark | None:
        """The value's place; None for a variable."""
        return self.document.mark(self.value) if self.document else None

    @property
    def key_mark(self) -> Mark | None:
        """The key's place; None for a variable."""
        return self.document.mark(self.key) if self.document else None

    def mark_of(self, inner: Value) -> Mark | None:
        """The place of a value or key inside this one, such as an item of a list."""
        for part in self.parts:
            if inner is part.value or inner is part.key:
                return part.document.mark(inner) if part.document else None
        return self.document.mark(inner) if self.document else None

    @property
    def origin(self) -> str:
        """Where it was set, for people: `file:line`, a variable's name, all of them for a mapping of several."""
        inner = dict.fromkeys(part.place for part in self.leaves())
        files = {part.document.file if part.document else part.variable for part in self.leaves()}
        return ", ".join(inner) if len(files) > 1 else self.place

    @property
    def place(self) -> str:
        """Where the key itself stands: `file:line`, or the variable's name."""
        if self.document is not None:
            return f"{self.document.file}:{self.key.line + 1}"
        return self.variable or "dask-jobqueue's default"

    def leaves(self) -> tuple[Setting, ...]:
        """The settings a mapping is made of, at any depth; itself where it is no mapping or an empty one."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) if self.parts else (self,)


def read(key: Value, value: Value, document: Document | None = None, variable: str | None = None) -> Setting:
    """A key of one file or variable, its mappings as dask would have them: of two spellings the first one counts."""
    setting = Setting(canonical(key), str(key.content), value, key, document, variable)
    if not value.is_mapping:
        return setting
    parts: dict[str, Setting] = {}
    pairs = members(value)
    for inner_key, inner in pairs.values():
        part = read(inner_key, inner, document, variable)
        parts[part.name] = join(part, parts[part.name]) if part.name in parts else part
    setting = replace(setting, parts=tuple(parts.values()))
    return setting if len(parts) == len(pairs) else replace(setting, value=_mapping(setting))


def join(earlier: Setting, later: Setting) -> Setting:
    """Two settings of one key as dask joins them (dask/config.py: collect): mappings join, the later one wins.

    dask goes through the files backwards, and there a mapping takes the place of anything that is none.
    """
    if not later.value.is_mapping:
        if earlier.value.is_mapping:
            return replace(earlier, overrode=(later, *earlier.overrode))
        return replace(later, overrode=(earlier, *earlier.overrode))
    if not earlier.value.is_mapping:
        return replace(later, overrode=(earlier, *earlier.overrode))
    parts = {part.name: part for part in earlier.parts}
    for part in later.parts:
        parts[part.name] = join(parts[part.name], part) if part.name in parts else part
    joined = replace(later, parts=tuple(parts.values()))
    return replace(joined, value=_mapping(joined))


def _mapping(setting: Setting) -> Value:
    return replace(setting.value, content=Pairs((part.key, part.value) for part in setting.parts))


def canonical(key: Value) -> str:
    """A key's name as dask compares it: `-` and `_` are the same."""
    return catalogue.canonical(str(key.content))


def from_plain(content: Any) -> Value:
    """Plain Python objects as a value without a place."""
    if isinstance(content, dict):
        return Value(Pairs((from_plain(key), from_plain(value)) for key, value in content.items()), 0, 0, 0, 0)
    if isinstance(content, (list, tuple)):
        return Value(tuple(from_plain(item) for item in content), 0, 0, 0, 0)
    return Value(content, 0, 0, 0, 0, str(content), "" if not isinstance(content, str) else "'")


def setting_at(document: Document, *path: str) -> tuple[Value, Value] | None:
    """The key and value at a path of names, `-` and `_` the same; None where there is none."""
    value = document.root
    pair: tuple[Value, Value] | None = None
    for name in path:
        found = members(value) if value is not None and value.is_mapping else {}
        pair = next((pair for key, pair in found.items() if catalogue.canonical(str(key)) == name), None)
        if pair is None:
            return None
        value = pair[1]
    return pair

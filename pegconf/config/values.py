"""One value of a YAML file with its place, and what a tree of them means to dask."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the file: a scalar as dask loads it, a list of values, or a mapping as pairs of values.

    Lines and columns count from 0 here; `raw` is a scalar's text and `style` its quote (`''`, `'`, `"`, `|`, `>`).
    """

    content: Any
    line: int
    column: int
    end_line: int
    end_column: int
    raw: str = ""
    style: str = ""
    flow: bool = False

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return type(self.content) is Pairs

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return type(self.content) is tuple


class Pairs(list[tuple[Value, Value]]):
    """The pairs of a mapping in the order of the file, duplicates and merge keys included."""


def is_merge(key: Value) -> bool:
    """Whether a key is the merge key `<<`."""
    return key.raw == "<<" and not key.style


def members(mapping: Value) -> dict[Any, tuple[Value, Value]]:
    """A mapping's keys with their pairs of key and value; merge keys (`<<`) and duplicates as PyYAML has them."""
    pairs = _flattened(mapping) if mapping.is_mapping else ()
    return {pair[0].content: pair for pair in pairs}


def _flattened(mapping: Value) -> list[tuple[Value, Value]]:
    """The pairs of a mapping and, before them, of those it merges, in the order the installed PyYAML counts them.

    Of `<<: [*a, *b]` the first counts, as YAML has it; with PyYAML 6.0.4 the last, because its
    SafeConstructor.flatten_mapping knows a key again only where it is the very same text in memory: one that reached
    it twice, or one of a single character.
    """
    merged: list[tuple[Value, Value]] = []
    own: list[tuple[Value, Value]] = []
    seen: set[int | str] = set()
    for key_and_value in mapping.content:
        key, value = key_and_value
        if key.raw != "<<" or not is_merge(key):
            own.append(key_and_value)
            continue
        merging = [_flattened(source) for source in (value.content if value.is_list else (value,))]
        for pairs in reversed(merging) if _first_merged_counts() else merging:
            for pair in pairs:
                text = pair[0].raw
                same = text if len(text) == 1 and text < "\u0100" else id(pair[0])
                if _first_merged_counts() or same not in seen:
                    seen.add(same)
                    merged.append(pair)
    return merged + own


@functools.cache
def _first_merged_counts() -> bool:
    """Whether the installed PyYAML takes the first of several merged mappings."""
    found: str = yaml.safe_load("{one: &one {key: first}, two: &two {key: last}, both: {<<: [*one, *two]}}")["both"][
        "key"
    ]
    return found == "first"


def plain(value: Value | None) -> Any:
    """A value as plain Python objects, as yaml.safe_load gives them."""
    if value is None:
        return None
    content = value.content
    if isinstance(content, Pairs):
        return {name: plain(inner) for name, (_, inner) in members(value).items()}
    return [plain(item) for item in content] if isinstance(content, tuple) else content

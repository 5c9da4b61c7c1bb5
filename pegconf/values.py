"""One value of a YAML file with its place, and what a tree of them means to dask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
        return isinstance(self.content, Pairs)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.content, tuple)


class Pairs(list[tuple[Value, Value]]):
    """The pairs of a mapping in the order of the file, duplicates and merge keys included."""


def is_merge(key: Value) -> bool:
    """Whether a key is the merge key `<<`."""
    return key.raw == "<<" and not key.style


def members(mapping: Value) -> dict[Any, tuple[Value, Value]]:
    """A mapping's keys with their pairs of key and value; merge keys (`<<`) and duplicates as PyYAML has them."""
    merged: dict[Any, tuple[Value, Value]] = {}
    own: dict[Any, tuple[Value, Value]] = {}
    for key, value in mapping.content if mapping.is_mapping else ():
        if is_merge(key):
            sources = value.content if value.is_list else (value,)
            for source in reversed(sources):
                merged.update(members(source))
        else:
            own[key.content] = (key, value)
    return {**merged, **own}


def plain(value: Value | None) -> Any:
    """A value as plain Python objects, as yaml.safe_load gives them."""
    if value is None:
        return None
    if value.is_mapping:
        return {name: plain(inner) for name, (_, inner) in members(value).items()}
    if value.is_list:
        return [plain(item) for item in value.content]
    return value.content

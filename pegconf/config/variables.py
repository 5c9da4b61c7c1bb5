"""What the `DASK_JOBQUEUE__...` variables set, as dask takes them together (dask/config.py: collect_env, set)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pegconf.config.catalogue import canonical
from pegconf.config.setting import Setting, from_plain
from pegconf.config.yaml_tree import Pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.config.sources import Variable


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key that variables set, as first spelled: a value with its variable, or the keys below it."""

    written: str
    value: Any = None
    variable: str | None = None
    below: dict[str, _Entry] | None = None


def sections(variables: Sequence[Variable]) -> tuple[Setting, ...]:
    """What the variables set under `jobqueue:`, one setting a section, its keys and theirs as parts."""
    top: dict[str, _Entry] = {}
    for variable in variables:
        _assign(top, variable.path, variable.value, variable.name)
    jobqueue = top.get("jobqueue")
    return tuple(_setting(name, entry) for name, entry in ((jobqueue and jobqueue.below) or {}).items())


def _assign(tree: dict[str, _Entry], path: tuple[str, ...], value: Any, variable: str) -> None:
    """A variable's value at its place; one below a value that is no mapping is left out, since dask dies of it."""
    written, *rest = path
    name = canonical(written)
    before = tree.get(name)
    if not rest:
        tree[name] = _entry(before.written if before else written, value, variable)
        return
    if before is None:
        before = tree[name] = _Entry(written, below={})
    if before.below is not None:
        _assign(before.below, tuple(rest), value, variable)


def _entry(written: str, value: Any, variable: str) -> _Entry:
    if isinstance(value, dict):
        below = {canonical(str(key)): _entry(str(key), inner, variable) for key, inner in value.items()}
        return _Entry(written, variable=variable, below=below)
    return _Entry(written, value, variable)


def _setting(name: str, entry: _Entry) -> Setting:
    key = from_plain(entry.written)
    if entry.below is None:
        return Setting(name, entry.written, from_plain(entry.value), key, variable=entry.variable)
    parts = tuple(_setting(inner, below) for inner, below in entry.below.items())
    names = dict.fromkeys(leaf.variable for part in parts for leaf in part.leaves() if leaf.variable)
    value = from_plain({})
    value.content.extend((part.key, part.value) for part in parts)
    assert isinstance(value.content, Pairs)
    return Setting(name, entry.written, value, key, variable=", ".join(names) or entry.variable, parts=parts)

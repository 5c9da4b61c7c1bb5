"""Every key a section may have: what schemas/ and batch systems declare, and dask-jobqueue's defaults."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pegconf.batch.systems import KNOWN
from pegconf.core import resources
from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from pegconf.batch.base import BatchSystem


@dataclass(frozen=True, slots=True)
class Key:
    """One key as the schema declares it; `types` are JSON's names, `systems` is empty for a key that all have."""

    name: str
    types: tuple[str, ...]
    comment: str
    item_types: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    renamed_to: str | None = None
    next_release: bool = False
    question: str = ""

    def belongs_to(self, batch_system: str) -> bool:
        """Whether sections of that batch system may have the key."""
        return not self.systems or batch_system in self.systems


def keys() -> dict[str, Key]:
    """All keys by name, in the order of the schema, then those that batch systems add to it."""
    return _keys(tuple(KNOWN.values()))


@functools.cache
def _keys(systems: tuple[BatchSystem, ...]) -> dict[str, Key]:
    declared = resources.schema("jobqueue")["definitions"]["section"]["properties"]
    for system in systems:
        own = {name: entry for name, entry in system.own_keys.items() if name not in declared}
        declared |= {name: {"x-batch-systems": [], **entry} for name, entry in own.items()}
    return {name: _key(name, entry, systems) for name, entry in declared.items()}


def of_type(kind: str) -> dict[str, Key]:
    """The keys that may be of a type, by JSON's name for it."""
    return {name: key for name, key in keys().items() if kind in key.types}


def renamed() -> dict[str, str]:
    """The keys that have a newer name, with that name."""
    return {name: key.renamed_to for name, key in keys().items() if key.renamed_to is not None}


def _key(name: str, entry: dict[str, Any], systems: tuple[BatchSystem, ...]) -> Key:
    types, only = entry["type"], entry.get("x-batch-systems")
    adding = [system.name for system in systems if name in {*system.own_keys, *(system.default_section or ())}]
    item_types = entry.get("items", {}).get("type", ())
    return Key(
        name=name,
        types=(types,) if isinstance(types, str) else tuple(types),
        comment=entry["x-comment"],
        item_types=(item_types,) if isinstance(item_types, str) else tuple(item_types),
        systems=() if only is None else tuple(dict.fromkeys((*only, *adding))),
        renamed_to=entry.get("x-renamed-to"),
        next_release=entry.get("x-next-release", False),
        question=entry.get("x-question", ""),
    )


@functools.cache
def _installed() -> dict[str, dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = defaults_file().read_text(encoding="utf-8")
    sections: dict[str, dict[str, Any]] = yaml.load(text, Loader=loader)["jobqueue"]  # noqa: S506 - the safe loader
    return sections


def defaults_file() -> Path:
    """The installed dask-jobqueue's own jobqueue.yaml, found without importing it (0.7 s, and it writes a file)."""
    spec = importlib.util.find_spec("dask_jobqueue")
    if spec is None:
        raise CannotGoOnError("dask-jobqueue is not installed here", "install it: pip install dask-jobqueue")
    for folder in spec.submodule_search_locations or ():
        file = Path(folder) / "jobqueue.yaml"
        if file.is_file():
            return file
    raise CannotGoOnError(
        "the installed dask-jobqueue has no jobqueue.yaml",
        "install it again: pip install --force-reinstall dask-jobqueue",
    )


def defaults(batch_system: str) -> dict[str, Any]:
    """A batch system's own section, the installed dask-jobqueue's or its own: every key a named one must have."""
    own = KNOWN[batch_system].default_section if batch_system in KNOWN else None
    return dict(_installed().get(batch_system, {}) if own is None else own)


def form_of_pegconf() -> dict[str, Any]:
    """The schema of the `pegconf:` mapping, for every batch system there is."""
    form: dict[str, Any] = resources.schema("jobqueue")["definitions"]["asked"]
    add_systems(form["properties"]["sections"]["additionalProperties"]["properties"]["scheduler"]["enum"])
    return form


def add_systems(listed: list[str]) -> None:
    """Add the batch systems that a schema does not list to the names in it."""
    listed += [name for name in KNOWN if name not in listed]


def complete(batch_system: str) -> dict[str, Any]:
    """`defaults` and the keys of the next release, so that an upgrade does not break a section."""
    coming: dict[str, Any] = {
        name: [] for name, key in keys().items() if key.next_release and name not in defaults(batch_system)
    }
    return defaults(batch_system) | coming


def canonical(name: str) -> str:
    """A key's name with hyphens; dask takes `log_directory` and `log-directory` as the same."""
    return name.replace("_", "-")

"""What is there before the first question: the user's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue, document, edit_text, sections, store
from pegconf.config.sources import Sources
from pegconf.config.yaml_tree import plain
from pegconf.core import units
from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pegconf.config.sections import Section


@dataclass(frozen=True, slots=True)
class Existing:
    """The file before init: its bytes (None where there is none), its text without a BOM, sections and `pegconf:`."""

    path: Path
    data: bytes | None = None
    text: str = ""
    sections: tuple[Section, ...] = ()
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fresh(self) -> bool:
        """Whether there is nothing of the user's in it: no file, an empty one, or the one dask-jobqueue leaves."""
        return not self.text.strip() or self.text == untouched_defaults()

    def section(self, name: str) -> Section | None:
        """The file's section of that name, `-` and `_` being the same."""
        return next((one for one in self.sections if sections.canonical(one.name) == sections.canonical(name)), None)

    def entry(self, name: str) -> dict[str, Any]:
        """A section's entry in `pegconf:`."""
        entries = self.asked.get("sections")
        entry = entries.get(name) if isinstance(entries, dict) else None
        return entry if isinstance(entry, dict) else {}


def existing(path: Path) -> Existing:
    """Read the file; raises CannotGoOnError where it cannot be read or edited, before anybody answers a question."""
    data = store.read(path)
    if data is None:
        return Existing(path)
    found = document.decode(data, path)
    if found.error is not None:
        where = f"{path}:{found.error.line + 1}:{found.error.column + 1}"
        raise CannotGoOnError(f"{where}: {found.error.message}", "mend the file or move it away, then run init again")
    found = edit_text.readable(found.text, path)
    root = plain(found.root)
    asked = root.get("pegconf") if isinstance(root, dict) else None
    if asked is not None and not isinstance(asked, dict):
        raise CannotGoOnError(f"{path}: pegconf: is no mapping", "remove it, then run init again")
    return Existing(path, data, found.text, sections.collect(Sources((found,))), asked or {})


def untouched_defaults() -> str:
    """The file that dask-jobqueue leaves at import: its own, every line a comment (dask.config.ensure_file)."""
    lines = catalogue.defaults_file().read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(f"# {line}" if line.strip() and not line.startswith("#") else line for line in lines)


def saved(before: Existing, scheduler: str, names: tuple[str, ...]) -> dict[str, str]:
    """The file's answers as the user would type them, by the names of the questions."""
    section = next((one for one in map(before.section, (*names, scheduler)) if one is not None), None)
    login = before.asked.get("login")
    found: dict[str, Any] = {"login": login if isinstance(login, str) else None}
    if section is None:
        return {name: value for name, value in found.items() if value is not None}
    entry = before.entry(section.name)
    set_here = {name: setting.plain for name, setting in section.settings.items()}
    for name in ("queue", "project", "interface", "log-directory", "local-directory", "python", "walltime", "memory"):
        found[name] = set_here.get(name)
    found["project"] = found["project"] or set_here.get("account")
    found["memory-unit"] = set_here.get("lsf-units")
    found["cores"], found["processes"] = set_here.get("cores"), _work(set_here)
    if isinstance(found["memory"], int):
        found["memory"] = units.format_bytes(found["memory"])
    found |= KNOWN[scheduler].answered(set_here, bool(entry)) if scheduler in KNOWN else {}
    if entry:
        # Written by init: what is null there was answered with none.
        found |= {name: "none" for name in ("project", "interface", "local-directory") if found[name] is None}
    found["gpus"] = entry.get("gpus")
    node = entry.get("node")
    if isinstance(node, dict):
        found |= {"cores-per-node": node.get("cores"), "memory-per-node": node.get("memory")}
        found["usable-cores"] = node.get("usable-cores", node.get("cores"))
    return {name: str(value) for name, value in found.items() if value is not None}


def _work(values: Mapping[str, Any]) -> str | None:
    processes = values.get("processes")
    if processes is None:
        return None
    return "python" if processes == values.get("cores") else "numpy" if processes == 1 else str(processes)

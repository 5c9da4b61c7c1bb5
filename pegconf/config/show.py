"""A section's values in force as YAML, each with who set it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from pegconf.config.sections import Section

_WIDEST: Final = 60


def text(section: Section) -> str:
    """One line a value, in the order dask-jobqueue declares them, with the origin behind it as a comment.

    What lost to a value stands below it, the last one first.
    """
    values = section.values()
    written = {name: f"  {name}: {_yaml(value)}" for name, value in values.items()}
    width = min(max((len(line) for line in written.values()), default=0), _WIDEST)
    lines = [f"{section.name}:  # {section.batch_system or 'batch system unknown'}"]
    for name, line in written.items():
        lines.append(f"{line:{width}}  # {_origin(section, name)}")
        lines.extend(f"{'':{width}}  #   instead of {lost}" for lost in _lost(section, name))
    return "\n".join(lines)


def _origin(section: Section, name: str) -> str:
    setting = section.settings.get(name)
    if setting is None or section.get(name) != setting.plain:
        return "dask-jobqueue's default"
    return setting.origin


def _lost(section: Section, name: str) -> list[str]:
    """What was set as well and does not count, with where it stands."""
    setting = section.settings.get(name)
    if setting is None:
        return []
    here = (setting,) if section.get(name) != setting.plain else ()
    inner = (lost for part in setting.parts for leaf in part.leaves() for lost in leaf.overrode)
    return [f"{_yaml(lost.plain)} from {lost.place}" for lost in (*here, *setting.overrode, *inner)]


def _yaml(value: Any) -> str:
    """A value on one line, quoted where YAML would read it as something else."""
    if isinstance(value, str):
        plain = ":" not in value and "#" not in value and yaml.safe_load(f"- {value}") == [value]
        return value if plain else json.dumps(value)
    dumped = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=100_000, allow_unicode=True)
    return dumped.removesuffix("...\n").strip()

"""A section's values in force as YAML, each with who set it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pegconf.sections import Section


def text(section: Section) -> str:
    """One line a value, in the order dask-jobqueue declares them, with the origin behind it as a comment."""
    values = section.values()
    lines = [f"  {name}: {_yaml(value)}" for name, value in values.items()]
    width = max((len(line) for line in lines), default=0)
    origins = [_origin(section, name) for name in values]
    head = f"{section.name}:  # {section.batch_system or 'batch system unknown'}"
    return "\n".join(
        [head, *(f"{line:{min(width, 60)}}  # {origin}" for line, origin in zip(lines, origins, strict=True))]
    )


def _origin(section: Section, name: str) -> str:
    setting = section.settings.get(name)
    return setting.origin if setting is not None else "dask-jobqueue's default"


def _yaml(value: Any) -> str:
    """A value on one line, quoted where YAML would read it as something else."""
    if isinstance(value, str):
        plain = ":" not in value and "#" not in value and yaml.safe_load(f"- {value}") == [value]
        return value if plain else json.dumps(value)
    dumped = yaml.safe_dump(value, default_flow_style=True, width=100_000, allow_unicode=True)
    return dumped.removesuffix("...\n").strip()

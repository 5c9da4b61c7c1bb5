"""A smoke test's outcome for programs: JSON as schemas/outcome.schema.json has it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

import pegconf
from pegconf.smoke.outcome import Verdict

if TYPE_CHECKING:
    from pegconf.smoke.outcome import Outcome

_WORDS = {
    Verdict.WORKS: "works",
    Verdict.BROKEN: "broken",
    Verdict.NOT_STARTED: "not started",
    Verdict.STOPPED: "stopped",
}


def text(outcome: Outcome, section: str, system: str) -> str:
    """The whole outcome as one JSON document; `system` is what its jobs ran on: lsf, slurm, ... or local."""
    return json.dumps(data(outcome, section, system), indent=2)


def data(outcome: Outcome, section: str, system: str) -> dict[str, Any]:
    """The outcome as mappings, lists and plain values; bytes, seconds and unix seconds are numbers."""
    base = outcome.ways[0].seconds if outcome.ways else 0.0
    values: dict[str, Any] = {
        "pegconf": pegconf.__version__,
        "section": section,
        "ran_on": system,
        "verdict": _WORDS[outcome.verdict],
        "exit_code": outcome.exit_code,
        "python_proven": sorted({worker.python for worker in outcome.workers}),
    }
    for field in dataclasses.fields(outcome):
        if field.name not in {"verdict", "backend", "stopped", "over"}:
            values[field.name] = _plain(getattr(outcome, field.name))
    values["over"] = [{"interface": over.interface} | data(over.outcome, section, system) for over in outcome.over]
    values["stopped"] = outcome.stopped.why if outcome.stopped else None
    for way in values["ways"]:
        way["speed_up"] = round(base / way["seconds"], 3) if way["seconds"] else None
    return values


def _plain(value: Any) -> Any:
    """Frozen dataclasses as mappings of their fields, all the way down; enumerations by their value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value

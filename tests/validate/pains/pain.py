"""What one entry of the inventory says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Pain:
    """One thing that goes wrong; `shown_by` has for each code a configuration in which it is found.

    An empty text stands for the code's own `Wrong:` block. `elsewhere` says who handles what no file can show, or why
    nobody does.
    """

    name: str
    shown_by: Mapping[str, str] = field(default_factory=dict)
    elsewhere: str = ""


def lsf(keys: str) -> str:
    """A section for LSF with cores, memory and these keys."""
    return f"jobqueue:\n  lsf:\n    cores: 2\n    memory: 4GB\n    {keys}\n"


def of(system: str, keys: str) -> str:
    """A section for any batch system with cores, memory and these keys."""
    return lsf(keys).replace("  lsf:", f"  {system}:")

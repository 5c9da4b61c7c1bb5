"""One changed configuration and what it was meant to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

NOBODY: Final = "what nobody means"
"""In place of the value that was meant: no job script can be right."""

CALLED: Final = ("cores", "memory", "disk")
"""What a section may leave to the program's call."""


@dataclass(frozen=True)
class Case:
    """A changed file; `meant` is the file that says properly what it was to say, None where nobody can mean it.

    `given` are keys that the program gives in its call, with the good section's values.
    """

    kind: str
    system: str
    section: str
    label: str
    text: str
    meant: str | None
    given: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The case in the list of misses, for all batch systems together."""
        return f"{self.kind} | {self.label}"


def instead(kind: str, good: Good, key: str, raw: str, meant: str) -> Case:
    """A key with this YAML text as its value, which was meant to be that one, or NOBODY."""
    proper = None if meant is NOBODY else good.having({key: meant}).text
    return Case(kind, good.system, good.section, f"{key}: {_line(raw)}", good.having({key: raw}).text, proper)


def each(kind: str, good: Good, key: str, table: tuple[tuple[str, str], ...]) -> Iterator[Case]:
    """One case for each pair of what is written and what was meant, where the batch system has the key."""
    if key in good.values:
        for raw, meant in table:
            yield instead(kind, good, key, raw, meant)


def _line(raw: str) -> str:
    return raw.replace("\n", "\\n")

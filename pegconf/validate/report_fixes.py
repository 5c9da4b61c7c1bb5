"""What `--fix` did, for people and for programs."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from pegconf.core.terminal_text import visible
from pegconf.core.units import count
from pegconf.validate.report_text import WIDTH
from pegconf.validate.report_text import shown_path as shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pegconf.validate.fix import Fixed, Repair

__all__ = ["as_data", "findings", "lines", "shown"]


def lines(made: Repair, home: Path | None = None) -> Iterator[str]:
    """For each finding where it was, its code, and what was done, or why it was left."""
    for words, findings_ in (("fixed", made.fixed), ("left as it is", made.kept)):
        for one in findings_:
            line = f"{shown(one.file, home)}:{one.line}: {one.code} {words}: {visible(one.what)}"
            yield from textwrap.wrap(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False)


def as_data(repairs: Iterable[Repair]) -> dict[str, Any]:
    """`fixed` and `kept` as schemas/report.schema.json has them."""
    repairs = list(repairs)
    return {
        "fixed": [_entry(one) for made in repairs for one in made.fixed],
        "kept": [_entry(one) for made in repairs for one in made.kept],
    }


def findings(number: int) -> str:
    """A number of findings in words."""
    return count(number, "finding")


def _entry(one: Fixed) -> dict[str, Any]:
    return {
        "code": one.code,
        "file": str(one.file),
        "line": one.line,
        "section": one.section,
        "key": one.key,
        "what": one.what,
    }

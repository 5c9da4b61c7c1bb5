"""Changes of a text: applied, compared with each other, counted back to the lines before them, shown as a diff."""

from __future__ import annotations

import bisect
import difflib
from typing import TYPE_CHECKING

from pegconf.config.document import line_starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.config.document import Document
    from pegconf.core.model import Change


def applied(old: Document, changes: Sequence[Change]) -> str:
    """The text with the changes in it, in its own line ends."""
    text, starts = old.text, line_starts(old.text)
    ending = "\r\n" if "\r\n" in text else "\n"
    parts, position = [], 0
    for change in changes:
        parts += [text[position : starts[change.line] + change.column], change.text.replace("\n", ending)]
        position = starts[change.end_line] + change.end_column
    return "".join([*parts, text[position:]])


def start(change: Change) -> tuple[int, int]:
    """Where a change begins, as what to sort by."""
    return change.line, change.column


def touches(change: Change, others: Sequence[Change]) -> bool:
    """Whether a change overlaps one of the others, which are in order, or inserts where one of them begins."""
    place = bisect.bisect_left(others, start(change), key=start)
    before = others[place - 1 : place]
    after = others[place : place + 1]
    if before and (before[0].end_line, before[0].end_column) > start(change):
        return True
    return bool(after) and (start(after[0]) < (change.end_line, change.end_column) or start(after[0]) == start(change))


def line_before(line: int, rounds: Sequence[tuple[Change, ...]]) -> int:
    """A line's number before these rounds of changes."""
    for changes in reversed(rounds):
        shift = 0
        for change in changes:
            more = change.text.count("\n")
            begin = change.line + shift
            if line <= begin:
                break
            if line <= begin + more:
                line = begin
                break
            shift += more - (change.end_line - change.line)
        line -= shift
    return line


def diff(old: Document, new: Document) -> str:
    """A file before and after as a unified diff."""
    before, after = (_rows(each.text) for each in (old, new))
    lines = difflib.unified_diff(before, after, str(old.file), str(old.file))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _rows(text: str) -> list[str]:
    """The lines as `patch` counts them, each with its line feed."""
    rows = text.split("\n")
    return [f"{row}\n" for row in rows[:-1]] + ([rows[-1]] if rows[-1] else [])

"""A report for people: each finding with its line, what to underline there, and what to write instead."""

from __future__ import annotations

import textwrap
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pegconf.core.model import Severity
from pegconf.core.terminal_text import visible
from pegconf.core.units import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pegconf.core.model import Finding, Mark, Report
    from pegconf.validate.fix import Fixed, Repair


WIDTH: Final = 80
_LEAST_ROOM: Final = 24
_COLOURS: Final = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_PATH_ROOM: Final = 48
_NAMES_SHOWN: Final = 20


def render(report: Report, *, home: Path | None = None, width: int = WIDTH, colour: bool = False) -> str:
    """The findings and a summary as lines of about `width` columns; paths below `home` are written with `~`."""
    blocks = ["\n".join(_block(finding, home, width, colour)) for finding in report.findings]
    return "\n\n".join([*blocks, summary(report, home)])


def _block(finding: Finding, home: Path | None, width: int, colour: bool) -> Iterator[str]:
    mark = finding.mark
    place = f"{_place(mark, home)}: " if mark is not None else ""
    severity = _painted(str(finding.severity), _COLOURS[finding.severity], colour)
    head = f"{finding.code} {severity}  "
    message = visible(finding.message)
    indent = "    "
    room = width - len(place) - len(finding.code) - len(finding.severity) - 3
    first, *rest = (
        _wrapped(message, room, width - len(indent)) if room >= _LEAST_ROOM else ("", *_wrapped(message, 0, width - 4))
    )
    yield f"{place}{head}{first}".rstrip()
    yield from (f"{indent}{line}" for line in rest)
    effect = visible(finding.effect)
    if mark is not None and mark.text.strip():
        yield from _excerpt(mark, effect, width, _COLOURS[finding.severity] if colour else "")
    elif effect:
        yield from (f"{indent}{line}" for line in _wrapped(effect, width - 4, width - 4))
    gutter = " " * (len(str(mark.line)) + 3 if mark is not None and mark.text.strip() else 4)
    yield from _advice(finding, gutter, width)


def _place(mark: Mark, home: Path | None) -> str:
    return f"{shown_path(mark.file, home)}:{mark.line}:{mark.column}"


def shown_path(file: Path, home: Path | None) -> str:
    """A path as people write it: with `~` below the home."""
    if home is not None and file.is_absolute() and file.is_relative_to(home) and home != Path("/"):
        return visible(f"~/{file.relative_to(home)}")
    return visible(str(file))


def _excerpt(mark: Mark, effect: str, width: int, colour: str) -> Iterator[str]:
    """The line of the file, cut around the place, and the underline with the effect beside or below it."""
    gutter = f"  {mark.line} | "
    below = " " * (len(gutter) - 2) + "| "
    line, column, length = _cut(mark, width - len(gutter))
    yield f"{gutter}{line}".rstrip()
    pad, under = _cells(line[:column]), max(_cells(line[column : column + length]), 1)
    sign = _painted("^" + "~" * (under - 1), colour, bool(colour))
    room = width - len(below) - pad - under - 1
    if not effect:
        yield f"{below}{' ' * pad}{sign}"
    elif _cells(effect) <= room:
        yield f"{below}{' ' * pad}{sign} {effect}"
    else:
        yield f"{below}{' ' * pad}{sign}"
        inner = min(pad, max(width - len(below) - 2 * _LEAST_ROOM, 0))
        yield from (f"{below}{' ' * inner}{part}" for part in textwrap.wrap(effect, width - len(below) - inner))


def _cut(mark: Mark, room: int) -> tuple[str, int, int]:
    """A line's part around the place that fits the room, with the place's column and length in it."""
    start = min(mark.column - 1, len(mark.text))
    # A line can have megabytes; what is far from the place is dropped before anything looks at its characters.
    left = max(start - room, 0)
    text = visible(mark.text[left : start + 2 * room])
    start -= left
    length = max(min(mark.width, room // 2), 1)
    if left == 0 and _cells(text) <= room:
        return text, start, max(mark.width, 1)
    begin = 0
    while begin < start and _cells(text[begin : start + length]) > room - 2 * _LEAST_ROOM // 3:
        begin += 1
    shown, end = ("..." if left or begin else ""), begin
    used = len(shown) + 3
    while end < len(text) and used + _cells(text[end]) <= room:
        used += _cells(text[end])
        end += 1
    dots = "..." if end < len(text) or left + 2 * room + start < len(mark.text) else ""
    return f"{shown}{text[begin:end]}{dots}", len(shown) + start - begin, min(mark.width, end - start)


def _advice(finding: Finding, gutter: str, width: int) -> Iterator[str]:
    explain = f"pegconf explain {finding.code}"
    if finding.fix is None:
        yield f"{gutter}= {explain}"
        return
    lines = [visible(line) for line in finding.fix.splitlines()] or [""]
    first = f"{gutter}= write  {lines[0]}"
    if len(lines) == 1 and _cells(first) + 6 + len(explain) <= width:
        yield f"{first}      {explain}"
        return
    yield first
    yield from (f"{gutter}         {line}" for line in lines[1:])
    yield f"{gutter}= {explain}"


def summary(report: Report, home: Path | None = None) -> str:
    """One line: how much was found, where, and which sections were not looked at to the end."""
    counts = [(report.count(severity), severity) for severity in Severity]
    parts = [
        count(number, "note" if severity is Severity.INFO else str(severity)) for number, severity in counts if number
    ]
    names = visible(_some(report.sections))
    if not parts:
        files = sorted({shown_path(file, home) for file in report.files})
        where = files[0] if len(files) == 1 else count(len(files), "file")
        if len(where) > _PATH_ROOM and len(names) > _PATH_ROOM:
            where = Path(where).name
        found = f"{where}: {names}: nothing wrong found" if names else f"{where}: nothing wrong found"
        return found if not report.skipped else f"{found}{_left_out(report)}"
    files_with = {finding.mark.file for finding in report.findings if finding.mark is not None} or set(report.files)
    return f"{', '.join(parts)} in {count(max(len(files_with), 1), 'file')}{_left_out(report)}"


def _left_out(report: Report) -> str:
    reasons: dict[str, dict[str, None]] = {}
    for left in report.skipped:
        reasons.setdefault(left.because, {})[left.section] = None
    texts = [
        f"{'section' if len(names) == 1 else 'sections'} {_some(tuple(names))} not looked at further: {because}"
        for because, names in reasons.items()
    ]
    return visible("; ".join(["", *texts])) if texts else ""


def _some(names: Sequence[str]) -> str:
    """Names in a row, of very many the first ones and how many more there are."""
    shown = names if len(names) <= _NAMES_SHOWN else names[: _NAMES_SHOWN - 1]
    more = len(names) - len(shown)
    return ", ".join([*shown, *([f"and {more:,} more"] if more else [])])


def _cells(text: str) -> int:
    """Columns of a terminal that a text takes: East Asian wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _wrapped(text: str, first: int, width: int) -> list[str]:
    """Lines of a text; the first has its own room, because something stands before it."""
    lead = "x" * max(width - first - 1, 0)
    lines = textwrap.wrap(f"{lead} {text}" if lead else text, width, break_on_hyphens=False) or [""]
    return [lines[0][len(lead) :].lstrip(), *lines[1:]]


def _painted(text: str, colour: str, on: bool) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if on else text


def fix_lines(made: Repair, home: Path | None = None) -> Iterator[str]:
    """For each finding where it was, its code, and what was done, or why it was left."""
    for words, findings_ in (("fixed", made.fixed), ("left as it is", made.kept)):
        for one in findings_:
            line = f"{shown_path(one.file, home)}:{one.line}: {one.code} {words}: {visible(one.what)}"
            yield from textwrap.wrap(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False)


def fixes_as_data(repairs: Iterable[Repair]) -> dict[str, Any]:
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

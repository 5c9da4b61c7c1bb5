"""A configuration's text edited, every other byte as it was: a section put in by init, values changed by --fix."""

from __future__ import annotations

import bisect
import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from pegconf.config import document, sections
from pegconf.config.document import line_starts
from pegconf.config.yaml_tree import members, plain
from pegconf.core.errors import CannotGoOnError
from pegconf.core.model import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value

    Render = Callable[[str, int, int], str]
    """Gets the key as the file spells it, its column and the file's indent; gives whole lines ending in a line feed."""


_PROPERTIES: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:[ \t]+|$))+")
"""The anchor and the tag that stand before a value."""
_BOM: Final = "\ufeff"
_INDENT: Final = 2
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class _Place:
    """Lines `start` to `end` are to be replaced by what stands at `column`; `head` goes before it."""

    start: int
    end: int
    column: int
    step: int
    head: str = ""


def put(text: str, path: tuple[str, ...], value: Any, render: Render, file: Path) -> str:
    """Put `value`, rendered, at `path` (one or two keys); raises CannotGoOnError where the text cannot take it.

    The result is read again: any other value that is not as before, or another value at `path`, is refused too.
    """
    mark, body = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    before = readable(body, file)
    place = _find(before, path)
    spelled = _spelled(before.root, path)
    _refuse_references(body, before.root, path, file)
    new = place.head + render(spelled[-1], place.column, place.step)
    result = applied(before, [_lines_change(before, place, new)])
    after = document.parse(result, file)
    expected = _with(plain(before.root), spelled, value)
    if after.error is not None or repr(plain(after.root)) != repr(expected):
        raise CannotGoOnError(
            f"{file} is written in a way that pegconf cannot edit without changing something else",
            f"put {'.'.join(path)} in by hand from pegconf init --dry-run --file NEW.yaml, or move the file away",
        )
    return mark + result


def readable(text: str, file: Path) -> Document:
    """The text's document; raises CannotGoOnError with the place where it is not one that can be edited."""
    found = document.parse(text, file)
    if found.error is not None:
        where = f"{file}:{found.error.line + 1}:{found.error.column + 1}"
        raise CannotGoOnError(f"{where}: {found.error.message}", "mend the file or move it away, then run init again")
    if found.duplicates:
        _, again = found.duplicates[0]
        message = f"{file}:{again.line + 1}: the key {again.raw} stands there twice"
        raise CannotGoOnError(message, "remove one of the two, then run init again")
    root = found.root
    if root is None or _is_nothing(root):
        return found
    if not root.is_mapping or root.flow:
        raise CannotGoOnError(f"{file} does not hold a mapping in lines", "move it away, then run init again")
    jobqueue = members(root).get("jobqueue")
    if jobqueue is not None and not _is_nothing(jobqueue[1]) and (not jobqueue[1].is_mapping or jobqueue[1].flow):
        raise CannotGoOnError(
            f"{file}:{jobqueue[0].line + 1}: what stands under jobqueue: is in braces or no mapping",
            "write its sections in lines, one key a line, or move the file away",
        )
    return found


def _is_nothing(value: Value) -> bool:
    return value.content is None and not value.is_mapping


def _lines_change(found: Document, place: _Place, new: str) -> Change:
    """Whole lines in place of others; a text whose last line has no end keeps that so."""
    lines = found.lines
    if place.end < len(lines):
        return Change(place.start, 0, place.end, 0, new)
    last, width = len(lines) - 1, len(lines[-1])
    if place.start < len(lines):
        return Change(place.start, 0, last, width, new.removesuffix("\n") if found.text else new)
    return Change(last, width, last, width, "\n" + new.removesuffix("\n"))


def _find(found: Document, path: tuple[str, ...]) -> _Place:
    """Where the value at `path` stands, or where it would have to."""
    top = found.root if found.root is not None and found.root.is_mapping else None
    if top is None and found.root is not None and found.root.raw:
        raise CannotGoOnError(f"{found.file} holds only {found.root.raw}", "move it away, then run init again")
    column = top.content[0][0].column if top is not None else 0
    step = _step(found.root)
    pair = _member(top, path[0])
    # A last line without an end is one more.
    end = len(found.lines) - (not found.lines[-1])
    blank = "\n" if found.text else ""
    if pair is None:
        if len(path) == 1:
            return _Place(end, end, column, step, blank)
        return _Place(end, end, column + step, step, f"{blank}{' ' * column}{path[0]}:\n")
    key, value = pair
    if len(path) == 1:
        return _Place(key.line, last_line(found, key, value) + 1, column, step)
    if _is_nothing(value):
        if value.raw:
            raise CannotGoOnError(f"{found.file}:{key.line + 1}: {path[0]} is {value.raw}", f"write {path[0]}: alone")
        return _Place(key.line + 1, key.line + 1, column + step, step)
    inner = value.content[0][0].column
    own = _member(value, path[1])
    if own is not None:
        return _Place(own[0].line, last_line(found, *own) + 1, inner, step)
    end = after_comments(found, last_line(found, *value.content[-1]), inner + 1) + 1
    return _Place(end, end, inner, step, "\n")


def _member(mapping: Value | None, name: str) -> tuple[Value, Value] | None:
    """A mapping's own key (not one that `<<` brings) and its value; `-` and `_` are the same."""
    for key, value in mapping.content if mapping is not None else ():
        if isinstance(key.content, str) and sections.canonical(key.content) == sections.canonical(name):
            return key, value
    return None


def _step(root: Value | None) -> int:
    """By how many columns the file indents, as far as it shows."""
    for key, value in root.content if root is not None and root.is_mapping else ():
        if value.is_mapping and not value.flow and value.content and value.content[0][0].line > key.line:
            return max(int(value.content[0][0].column - key.column), 1)
    return _INDENT


def _refuse_references(body: str, root: Value | None, path: tuple[str, ...], file: Path) -> None:
    """Refuse where an anchor, an alias or a merge key stands in what would be replaced, or in its parent's line."""
    looked_at: set[int] = set()
    levels: list[int] = []
    for depth, name in enumerate(path):
        mapping = root if root is not None and root.is_mapping else None
        levels += [key.line for key, _ in mapping.content] if mapping is not None else []
        pair = _member(mapping, name)
        if pair is None:
            break
        start = pair[0].line
        if depth == len(path) - 1:
            # An alias has its anchor's place, so the end is where the next key begins.
            after = min((line for line in levels if line > start), default=body.count("\n") + 1)
            looked_at.update(range(start, after))
        looked_at.add(start)
        root = pair[1]
    for mark, what in _references(body):
        if mark.line in looked_at:
            raise CannotGoOnError(
                f"{file}:{mark.line + 1}: {'.'.join(path)} holds {what}, which pegconf cannot replace",
                "write its values out in full, or move the file away, then run init again",
            )


def _references(body: str) -> Iterator[tuple[Any, str]]:
    event: Any
    for event in yaml.parse(body, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            yield event.start_mark, f"the alias *{event.anchor}"
        elif getattr(event, "anchor", None):
            yield event.start_mark, f"the anchor &{event.anchor}"
        elif isinstance(event, yaml.ScalarEvent) and event.value == "<<" and not event.style:
            yield event.start_mark, "a merge key <<"


def _spelled(root: Value | None, path: tuple[str, ...]) -> tuple[str, ...]:
    """The path as the file spells it."""
    spelled: list[str] = []
    for name in path:
        pair = _member(root if root is not None and root.is_mapping else None, name)
        spelled.append(str(pair[0].content) if pair else name)
        root = pair[1] if pair else None
    return tuple(spelled)


def _with(before: Any, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The values with another one at `path`, in the order the text has them."""
    inner = value if len(path) == 1 else _with((before or {}).get(path[0]), path[1:], value)
    return {**(before or {}), path[0]: inner}


def value_change(document: Document, key: Value, value: Value, text: str) -> Change | None:
    """Another text for a value; the value begins on its key's line where only blanks are between the two."""
    span = span_of(document, value)
    if span is None:
        return None
    line, column, end_line, end_column = span
    before = line_of(document, line)[:column]
    if (value.line, value.column) == (value.end_line, value.end_column) and not before.rstrip().endswith(":"):
        # In `{-C x}` the null has no place of its own.
        return None
    if line > key.end_line and not before.strip() and _only_blanks(document, key, line):
        line, column = key.end_line, key.end_column + 1
        before = line_of(document, line)[:column]
    space = "" if before.endswith((" ", "\t")) else " "
    return Change(line, column, end_line, end_column, space + text)


def _only_blanks(document: Document, key: Value, line: int) -> bool:
    """Whether nothing but the colon stands between a key and the line where its value begins."""
    rows = (line_of(document, number) for number in range(key.end_line + 1, line))
    return line_of(document, key.end_line)[key.end_column :].rstrip() == ":" and not any(row.strip() for row in rows)


def comma_before(document: Document, mapping: Value) -> bool:
    """Whether a comma stands before the closing brace of a mapping."""
    key, value = mapping.content[-1]
    last = value if (value.line, value.column) >= (key.line, key.column) else key
    rows = [line_of(document, number) for number in range(last.end_line, mapping.end_line + 1)]
    rows[-1] = rows[-1][: mapping.end_column - 1]
    rows[0] = rows[0][last.end_column :]
    return any(row.split("#")[0].rstrip().endswith(",") for row in rows)


def span_of(document: Document, value: Value) -> tuple[int, int, int, int] | None:
    """Where a value stands without its anchor and tag, and without the empty lines after a block of text."""
    line, column, end_line, end_column = value.line, value.column, value.end_line, value.end_column
    properties = _PROPERTIES.match(line_of(document, line), column)
    if properties is not None:
        column = properties.end()
    while end_line > line and not line_of(document, end_line)[:end_column].strip():
        end_line -= 1
        end_column = len(line_of(document, end_line))
    return (line, column, end_line, end_column) if (line, column) <= (end_line, end_column) else None


def last_line(document: Document, key: Value, value: Value) -> int:
    """The last line of a key and its value."""
    return _last_line(document, (key.end_line, key.end_column), value)


def _last_line(document: Document, begin: tuple[int, int], value: Value) -> int:
    """The last line of a value behind a place; an alias has the place of its anchor, which is before that."""
    if (value.line, value.column) < begin:
        return begin[0]
    if not value.flow and value.is_mapping and value.content:
        return last_line(document, *value.content[-1])
    if not value.flow and value.is_list and value.content:
        *others, item = value.content
        before = (others[-1].end_line, others[-1].end_column) if others else (value.line, value.column)
        return _last_line(document, before, item)
    last = max(value.end_line, begin[0])
    if value.end_column == 0 and last > begin[0]:
        last -= 1
        while last > begin[0] and not line_of(document, last).strip():
            last -= 1
    return last


def after_comments(document: Document, line: int, column: int) -> int:
    """The last of the comments that directly follow a line and stand at this column or deeper."""
    while line + 1 < len(document.lines):
        after = document.lines[line + 1]
        if not after.lstrip(" ").startswith("#") or len(after) - len(after.lstrip(" ")) < column:
            break
        line += 1
    return line


def line_of(document: Document, number: int) -> str:
    """A line of a file without its end; empty behind the last one."""
    return document.lines[number] if number < len(document.lines) else ""


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

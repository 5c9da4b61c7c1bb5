"""What a rule can have `--fix` do to a file: another value, another name of a key, more keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Change, Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.config.document import Document
    from pegconf.config.sections import Section
    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value

_PROPERTIES: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:[ \t]+|$))+")
"""The anchor and the tag that stand before a value."""

_LONGEST: Final = 60
_NOT_PLAIN: Final = "it is written in a way that --fix does not edit"


def left(setting: Setting, because: str) -> Edit | None:
    """A finding that --fix leaves to the user, and why; None where no file holds the setting."""
    return Edit(setting.document.file, (setting.name,), because=because) if setting.document else None


def set_value(setting: Setting, text: str) -> Edit | None:
    """Put a text in the place of a setting's value; None where no file holds it."""
    if setting.document is None:
        return None
    change = _value_change(setting.document, setting.key, setting.value, text)
    if change is None:
        return left(setting, _NOT_PLAIN)
    return Edit(setting.document.file, (setting.name,), (change,), f"{setting.written}: {_short(text)}")


def set_item(setting: Setting, item: Value, text: str) -> Edit | None:
    """Put a text in the place of one item of a list."""
    if setting.document is None:
        return None
    span = _span(setting.document, item)
    if span is None or (item.line, item.column) < (setting.key.line, setting.key.column):
        return left(setting, _NOT_PLAIN)
    what = f"{_short(text)} in {setting.written}"
    return Edit(setting.document.file, (setting.name,), (Change(*span, text),), what)


def items_of_block(setting: Setting) -> Edit | None:
    """Make each line of a block of text (`|`) an item of a list, where it stands."""
    document, value, key = setting.document, setting.value, setting.key
    if document is None:
        return None
    head = re.compile(r"(:[ \t]+)\|[-+0-9]*").search(_line(document, key.end_line), key.end_column)
    if head is None or value.line != key.end_line:
        return left(setting, _NOT_PLAIN)
    rest = _line(document, key.end_line)[head.end() :]
    start = head.start() + 1 if not rest.strip() else head.start(1) + len(head[1])
    changes = [Change(key.end_line, start, key.end_line, head.end(), "")]
    for number, text in enumerate(value.raw.split("\n"), value.line + 1):
        line = _line(document, number)
        if text.strip():
            changes.append(Change(number, len(line) - len(text), number, len(line), "- " + _quoted(text)))
    return Edit(document.file, (setting.name,), tuple(changes), f"{setting.written}: a list, each line an item")


def rename(setting: Setting, new: str, taken: Setting | None) -> Edit | None:
    """Give a setting's value to the key `new`; `taken` is that key where it stands in the section, empty.

    A value on one line is moved there, and null left under the old name, so that comments stay with their keys; of a
    longer one the two names are exchanged.
    """
    document = setting.document
    if document is None:
        return None
    spelled = new.replace("-", "_") if "_" in setting.written and "-" not in setting.written else new
    keys, what = (setting.name, new), f"{setting.written} is now {spelled}"
    if taken is None:
        return Edit(document.file, keys, (_name(setting, spelled),), what)
    if taken.document is not document:
        return left(setting, f"{new} stands in another file or in a variable, too")
    what = f"the value of {setting.written} is now that of {taken.written}"
    span = _span(document, setting.value)
    empty = _value_change(document, taken.key, taken.value, "null")
    if span is None or empty is None:
        return left(setting, _NOT_PLAIN)
    if span[0] != span[2] or span[0] != setting.key.line:
        return Edit(document.file, keys, (_name(setting, taken.written), _name(taken, setting.written), empty), what)
    moved = _value_change(document, taken.key, taken.value, _line(document, span[0])[span[1] : span[3]])
    gone = _value_change(document, setting.key, setting.value, "null")
    changes = tuple(change for change in (moved, gone) if change is not None)
    return Edit(document.file, keys, changes, what)


def add_keys(section: Section, lines: Sequence[str]) -> Edit | None:
    """Add keys, each a `name: value`, at the end of a section; None where no file holds it."""
    document, value = section.document, section.value
    if document is None:
        return None
    names = tuple(line.split(":")[0] for line in lines)
    file = document.file
    if not value.is_mapping or (value.line, value.column) < (section.key.line, section.key.column):
        return Edit(file, names, because="the section is an alias of another mapping")
    what = f"added {', '.join(names)}"
    if value.flow:
        end = value.end_column - 1
        if _line(document, value.end_line)[end : end + 1] != "}":
            return Edit(file, names, because=_NOT_PLAIN)
        before = _line(document, value.end_line)[:end]
        text = "" if not value.content or _comma_before(document, value) else ", "
        # A brace on a line of its own has each key on one, too.
        text += ", ".join(lines) if before.strip() else "".join(f"{line},\n{before}" for line in lines)
        return Edit(file, names, (Change(value.end_line, end, value.end_line, end, text),), what)
    column = value.content[0][0].column
    last = _after_comments(document, _last_line(document, *value.content[-1]), column)
    text = "".join(f"\n{' ' * column}{line}" for line in lines)
    end = len(_line(document, last))
    return Edit(file, names, (Change(last, end, last, end, text),), what)


def _name(setting: Setting, text: str) -> Change:
    key = setting.key
    return Change(key.line, key.column, key.end_line, key.end_column, text)


def _value_change(document: Document, key: Value, value: Value, text: str) -> Change | None:
    """Another text for a value; the value begins on its key's line where only blanks are between the two."""
    span = _span(document, value)
    if span is None:
        return None
    line, column, end_line, end_column = span
    before = _line(document, line)[:column]
    if (value.line, value.column) == (value.end_line, value.end_column) and not before.rstrip().endswith(":"):
        # In `{-C x}` the null has no place of its own.
        return None
    if line > key.end_line and not before.strip() and _only_blanks(document, key, line):
        line, column = key.end_line, key.end_column + 1
        before = _line(document, line)[:column]
    space = "" if before.endswith((" ", "\t")) else " "
    return Change(line, column, end_line, end_column, space + text)


def _only_blanks(document: Document, key: Value, line: int) -> bool:
    """Whether nothing but the colon stands between a key and the line where its value begins."""
    rows = (_line(document, number) for number in range(key.end_line + 1, line))
    return _line(document, key.end_line)[key.end_column :].rstrip() == ":" and not any(row.strip() for row in rows)


def _comma_before(document: Document, mapping: Value) -> bool:
    """Whether a comma stands before the closing brace of a mapping."""
    key, value = mapping.content[-1]
    last = value if (value.line, value.column) >= (key.line, key.column) else key
    rows = [_line(document, number) for number in range(last.end_line, mapping.end_line + 1)]
    rows[-1] = rows[-1][: mapping.end_column - 1]
    rows[0] = rows[0][last.end_column :]
    return any(row.split("#")[0].rstrip().endswith(",") for row in rows)


def _span(document: Document, value: Value) -> tuple[int, int, int, int] | None:
    """Where a value stands without its anchor and tag, and without the empty lines after a block of text."""
    line, column, end_line, end_column = value.line, value.column, value.end_line, value.end_column
    properties = _PROPERTIES.match(_line(document, line), column)
    if properties is not None:
        column = properties.end()
    while end_line > line and not _line(document, end_line)[:end_column].strip():
        end_line -= 1
        end_column = len(_line(document, end_line))
    return (line, column, end_line, end_column) if (line, column) <= (end_line, end_column) else None


def _last_line(document: Document, key: Value, value: Value) -> int:
    """The last line of a key and its value; an alias has the place of its anchor, which is before it."""
    if (value.line, value.column) < (key.line, key.column):
        return key.end_line
    if not value.flow and value.is_mapping and value.content:
        return _last_line(document, *value.content[-1])
    if not value.flow and value.is_list and value.content:
        before = value.content[-2] if len(value.content) > 1 else value
        return _last_line(document, before, value.content[-1])
    last = max(value.end_line, key.end_line)
    if value.end_column == 0 and last > key.end_line:
        last -= 1
        while last > key.end_line and not _line(document, last).strip():
            last -= 1
    return last


def _after_comments(document: Document, line: int, column: int) -> int:
    """The last of the comments that directly follow a line and stand at this column or deeper."""
    while line + 1 < len(document.lines):
        after = document.lines[line + 1]
        if not after.lstrip(" ").startswith("#") or len(after) - len(after.lstrip(" ")) < column:
            break
        line += 1
    return line


def _line(document: Document, number: int) -> str:
    return document.lines[number] if number < len(document.lines) else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

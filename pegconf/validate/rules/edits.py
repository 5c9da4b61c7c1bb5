"""What a rule can have `--fix` do to a file: another value, another name of a key, more keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.config import edit_text
from pegconf.config.render import quoted
from pegconf.core.model import Change, Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.config.sections import Section
    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value

_LONGEST: Final = 60
_NOT_PLAIN: Final = "it is written in a way that --fix does not edit"


def left(setting: Setting, because: str) -> Edit | None:
    """A finding that --fix leaves to the user, and why; None where no file holds the setting."""
    return Edit(setting.document.file, (setting.name,), because=because) if setting.document else None


def set_value(setting: Setting, text: str) -> Edit | None:
    """Put a text in the place of a setting's value; None where no file holds it."""
    if setting.document is None:
        return None
    change = edit_text.value_change(setting.document, setting.key, setting.value, text)
    if change is None:
        return left(setting, _NOT_PLAIN)
    return Edit(setting.document.file, (setting.name,), (change,), f"{setting.written}: {_short(text)}")


def set_item(setting: Setting, item: Value, text: str) -> Edit | None:
    """Put a text in the place of one item of a list."""
    if setting.document is None:
        return None
    span = edit_text.span_of(setting.document, item)
    if span is None or (item.line, item.column) < (setting.key.line, setting.key.column):
        return left(setting, _NOT_PLAIN)
    what = f"{_short(text)} in {setting.written}"
    return Edit(setting.document.file, (setting.name,), (Change(*span, text),), what)


def items_of_block(setting: Setting) -> Edit | None:
    """Make each line of a block of text (`|`) an item of a list, where it stands."""
    document, value, key = setting.document, setting.value, setting.key
    if document is None:
        return None
    head = re.compile(r"(:[ \t]+)\|[-+0-9]*").search(edit_text.line_of(document, key.end_line), key.end_column)
    if head is None or value.line != key.end_line:
        return left(setting, _NOT_PLAIN)
    rest = edit_text.line_of(document, key.end_line)[head.end() :]
    start = head.start() + 1 if not rest.strip() else head.start(1) + len(head[1])
    changes = [Change(key.end_line, start, key.end_line, head.end(), "")]
    for number, text in enumerate(value.raw.split("\n"), value.line + 1):
        line = edit_text.line_of(document, number)
        if text.strip():
            changes.append(Change(number, len(line) - len(text), number, len(line), "- " + quoted(text)))
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
    span = edit_text.span_of(document, setting.value)
    empty = edit_text.value_change(document, taken.key, taken.value, "null")
    if span is None or empty is None:
        return left(setting, _NOT_PLAIN)
    if span[0] != span[2] or span[0] != setting.key.line:
        return Edit(document.file, keys, (_name(setting, taken.written), _name(taken, setting.written), empty), what)
    moved = edit_text.value_change(
        document, taken.key, taken.value, edit_text.line_of(document, span[0])[span[1] : span[3]]
    )
    gone = edit_text.value_change(document, setting.key, setting.value, "null")
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
        if edit_text.line_of(document, value.end_line)[end : end + 1] != "}":
            return Edit(file, names, because=_NOT_PLAIN)
        before = edit_text.line_of(document, value.end_line)[:end]
        text = "" if not value.content or edit_text.comma_before(document, value) else ", "
        # A brace on a line of its own has each key on one, too.
        text += ", ".join(lines) if before.strip() else "".join(f"{line},\n{before}" for line in lines)
        return Edit(file, names, (Change(value.end_line, end, value.end_line, end, text),), what)
    column = value.content[0][0].column
    last = edit_text.after_comments(document, edit_text.last_line(document, *value.content[-1]), column)
    text = "".join(f"\n{' ' * column}{line}" for line in lines)
    end = len(edit_text.line_of(document, last))
    return Edit(file, names, (Change(last, end, last, end, text),), what)


def _name(setting: Setting, text: str) -> Change:
    key = setting.key
    return Change(key.line, key.column, key.end_line, key.end_column, text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

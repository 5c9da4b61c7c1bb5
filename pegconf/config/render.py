"""Values to YAML text with comments, quoted so that YAML 1.1 and 1.2 read the same and never something else."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH: Final = 120
_BESIDE: Final = 44
"""Columns of a line up to which its comment stands beside it, in one column with the others."""

_GAP: Final = 2
"""Blanks before a comment; without one it would be part of the value."""

# Letters and the punctuation of names and paths, with no `: ` or ` #` in them; anything else is quoted.
_PLAIN: Final = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@-]*")
_WORDS_OF_YAML: Final = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
_RESOLVER: Final[Any] = yaml.SafeLoader("")


def scalar(value: Any) -> str:
    """One scalar as YAML text on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    dumped: str = yaml.safe_dump(value, width=10**6)
    return dumped.removesuffix("\n").removesuffix("\n...")


def _text(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        resolved = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
        if resolved == "tag:yaml.org,2002:str":
            return value
    if value.isascii() and value.isprintable():
        return quoted(value)
    # JSON's escapes are YAML's; what lies beyond 16 bits would become two halves, so only the unprintable is escaped.
    if value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    return "".join(
        [
            '"',
            *(
                character if character.isprintable() and character not in '"\\' else _escape(character)
                for character in value
            ),
            '"',
        ]
    )


def quoted(text: str) -> str:
    """A text in YAML's single quotes, which mean the same to every reader."""
    return "'" + text.replace("'", "''") + "'"


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - YAML's two widths


def flow(value: Any) -> str:
    """Any value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(name)}: {flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def lines(name: str, value: Any, indent: int, step: int) -> list[str]:
    """A key and its value as lines: lists and inner mappings on one line where they are short enough."""
    start = " " * indent + scalar(name) + ":"
    whole = f"{start} {flow(value)}"
    if not isinstance(value, (dict, list)) or not value or len(whole) <= WIDTH:
        return [whole]
    if isinstance(value, dict):
        return [start, *(line for key, inner in value.items() for line in lines(key, inner, indent + step, step))]
    return [start, *(" " * (indent + step) + "- " + flow(item) for item in value)]


def section(name: str, values: Mapping[str, Any], comments: Mapping[str, str], indent: int, step: int) -> str:
    """One section, every value with its comment beside it, or above it where there is no room; ends with a newline."""
    rendered = [(lines(key, value, indent + step, step), comments.get(key, "")) for key, value in values.items()]
    beside = [len(text[0]) for text, _ in rendered if len(text) == 1 and len(text[0]) <= _BESIDE + indent]
    column = max(beside, default=0) + _GAP
    result = [" " * indent + scalar(name) + ":"]
    for text, comment in rendered:
        first = text[0]
        if comment and len(text) == 1 and len(f"{first:{column}}# {comment}") <= WIDTH and len(first) <= column - _GAP:
            result.append(f"{first:{column}}# {comment}")
        else:
            result += [" " * (indent + step) + f"# {comment}"] if comment else []
            result += text
    return "\n".join(result) + "\n"


def mapping(name: str, values: Mapping[str, Any], indent: int, step: int, deep: int = 2) -> str:
    """A mapping in lines, its inner ones in lines down to `deep` levels and on one line below; ends with a newline."""
    result = [" " * indent + scalar(name) + ":"]
    for key, value in values.items():
        if isinstance(value, dict) and value and deep > 1:
            result.append(mapping(key, value, indent + step, step, deep - 1).removesuffix("\n"))
        else:
            result += lines(key, value, indent + step, step)
    return "\n".join(result) + "\n"

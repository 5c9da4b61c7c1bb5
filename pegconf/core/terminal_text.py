"""Text of others on a terminal: nothing in it that a terminal would obey."""

from __future__ import annotations


def on_one_line(text: str) -> str:
    """A text with a blank in place of each sign that would move the cursor, or colour the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def visible(text: str) -> str:
    """A text with whatever would move the cursor, or colour the terminal, replaced by one mark each."""
    return "".join(
        character if character.isprintable() else " " if character in "\t\n\r" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )

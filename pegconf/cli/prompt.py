"""Questions on a terminal and the tables around them; on standard error, since the other is for results."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any, Final

from pegconf.cli.options import note
from pegconf.core.errors import UsageError
from pegconf.init.interview import Dialogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.init.interview import Fact, Question

_YES: Final = {"", "y", "yes"}
_NO: Final = {"n", "no"}
_WIDEST: Final = 120
_NARROW: Final = 80


def person() -> Dialogue:
    """Somebody at a terminal answers."""
    return Dialogue(_ask, _confirm_facts)


def defaults() -> Dialogue:
    """--yes answers: with the defaults, which are shown."""
    return Dialogue(_take_default, _accept_facts)


def _take_default(question: Question, refused: str) -> str:
    if question.default is None:
        raise UsageError(f"--yes has no answer for: {question.words}", f"give it: {question.option}")
    if refused:
        raise UsageError(f"{question.words}: {refused}", f"give another answer: {question.option}")
    return question.default


def _ask(question: Question, refused: str) -> str:
    if refused:
        hint(f"not that: {refused}")
    elif question.source:
        hint(f"({question.source})")
    shown = f" [{question.default}]" if question.default is not None else ""
    return read_line(f"{question.words}{shown}: ") or question.default or ""


def hint(text: str, indent: str = "  ") -> None:
    """A remark, indented and broken between words where the terminal ends."""
    columns = min(shutil.get_terminal_size().columns, _WIDEST)
    note(textwrap.fill(text, columns - 1, initial_indent=indent, subsequent_indent="  ", break_long_words=False))


def confirm(question: str, *, default: bool = True) -> bool:
    """Ask for yes or no."""
    while True:
        answer = read_line(f"{question} {'[Y/n]' if default else '[y/N]'} ").lower()
        if not answer:
            return default
        if answer in _YES | _NO:
            return answer in _YES
        hint("not that: y or n")


def read_line(prompt: str) -> str:
    """One line without blanks around it; raises UsageError at the end of the input (Ctrl-D)."""
    try:
        if sys.stdout.isatty():
            with contextlib.suppress(ImportError):
                importlib.import_module("readline")  # arrow keys edit the line
            return input(prompt).strip()
        with contextlib.redirect_stdout(sys.stderr):
            return input(prompt).strip()
    except EOFError:
        note()
        raise UsageError("the input ended at a question; nothing was written", "answer it, or give --yes") from None
    except UnicodeDecodeError:
        return "\ufffd\u200b"


def table(title: str, rows: Sequence[Sequence[str]], headings: Sequence[str] = ()) -> None:
    """Print a table that fits the terminal; the first column is never broken."""
    # rich takes 0.1 s to import, and not every run shows a table.
    from rich.box import SIMPLE  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)
    made: Any = Table(
        title=Text(title), title_justify="left", title_style="bold", box=SIMPLE, show_header=bool(headings)
    )
    for number in range(len(rows[0])):
        made.add_column(headings[number] if headings else "", no_wrap=number == 0 and console.width >= _NARROW)
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    console.print(made)


def _confirm_facts(title: str, facts: tuple[Fact, ...]) -> bool:
    _show_facts(title, facts)
    return confirm("right?")


def _accept_facts(title: str, facts: tuple[Fact, ...]) -> bool:
    _show_facts(title, facts)
    return True


def _show_facts(title: str, facts: Sequence[Fact]) -> None:
    table(f"Known of {title}", [(fact.label, fact.value, fact.source) for fact in facts])


def show_diff(lines: Sequence[str]) -> None:
    """Print a unified diff, in colours where the terminal has them and NO_COLOR is not set."""
    colours = {"+": "32", "-": "31", "@": "36"} if sys.stderr.isatty() and not os.environ.get("NO_COLOR") else {}
    for line in lines:
        colour = colours.get(line[:1])
        note(f"\033[{colour}m{line}\033[0m" if colour else line)

"""A page of docs/ taken apart: its console blocks, each with the host it runs on and the files it finds.

A comment says where the blocks below it run: `<!-- run on: stand-in LSF -->` or `<!-- run on: no batch system -->`.
A yaml block whose first line is a comment with a path is a file of that name. What a person types at a terminal
stands in a comment right above the block, one answer after each prompt: `<!-- types: y | insarlab | -->`.
Blocks that no test can run, such as one that needs a login, have the fence ```text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = CHECKOUT / "docs"
HOSTS: Final = ("stand-in LSF", "no batch system")
_PIECE: Final = re.compile(
    r"^<!-- (?P<word>run on|types): (?P<value>.*?) ?-->$|^```(?P<fence>\w*)\n(?P<body>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_FILE_NAME: Final = re.compile(r"# ((?:~/)?[\w./-]+\.ya?ml)\n")


@dataclass(frozen=True)
class Turn:
    """A command of a block, and what it prints."""

    command: str
    output: str


@dataclass(frozen=True)
class Block:
    """A console block; its text stands in the page from `start` to `end`; `answers` is None without a terminal."""

    page: Path
    number: int
    host: str
    files: tuple[tuple[str, str], ...]
    answers: tuple[str, ...] | None
    turns: tuple[Turn, ...]
    start: int
    end: int

    @property
    def name(self) -> str:
        """The page and the block's number on it."""
        return f"{self.page.stem}-{self.number}"

    def runs(self, command: str) -> bool:
        """Whether one of its commands is this one of pegconf's."""
        return any(f"pegconf {command}" in turn.command for turn in self.turns)


def blocks(page: Path) -> list[Block]:
    """A page's console blocks; raises ValueError where one does not say on what it runs, or types into two commands."""
    found: list[Block] = []
    host, answers, files = "", None, dict[str, str]()
    for piece in _PIECE.finditer(page.read_text(encoding="utf-8")):
        if piece["word"] == "run on":
            host = piece["value"]
        elif piece["word"] == "types":
            answers = tuple(answer.strip() for answer in piece["value"].split("|"))
        elif piece["fence"] == "yaml" and (name := _FILE_NAME.match(piece["body"])):
            files[name[1]] = piece["body"]
        elif piece["fence"] == "console":
            if host not in HOSTS:
                raise ValueError(f"{page}: say where the blocks run, one of {', '.join(HOSTS)}, not {host!r}")
            turns = tuple(_turns(piece["body"]))
            if answers is not None and len(turns) != 1:
                raise ValueError(f"{page}: answers are typed into one command, not {len(turns)}")
            number = len(found) + 1
            found.append(Block(page, number, host, tuple(files.items()), answers, turns, *piece.span("body")))
            answers = None
    return found


def _turns(text: str) -> list[Turn]:
    """The commands of a block; a line that ends with a backslash goes on in the next."""
    parts = re.split(r"^\$ ((?:.*\\\n)*.*)\n", text, flags=re.MULTILINE)
    if parts[0]:
        raise ValueError(f"a console block begins with a command: {parts[0]!r}")
    return [Turn(command, output) for command, output in zip(parts[1::2], parts[2::2], strict=True)]


def text_of(turns: tuple[Turn, ...]) -> str:
    """A block's text, from its turns."""
    return "".join(f"$ {turn.command}\n{turn.output}" for turn in turns)


def pages() -> list[Path]:
    """The README and every page below docs/."""
    return [CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))]


def all_blocks() -> list[Block]:
    """Every console block of every page."""
    return [block for page in pages() for block in blocks(page)]

"""Runs the console blocks of the pages. `python -m tests.docs.console [WORD]...` writes into them what they print now.

With words only the blocks in whose name one of them stands, such as `validate` or `smoke-test-1`. A block that tells
what is printed stays as it is; in one that does not, lines left out with `...` come back.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.core import resources
from tests.conftest import person_at
from tests.docs import pages
from tests.docs.pages import Block, Turn
from tests.screen import Terminal
from tests.systems.standin_lsf import control

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of the same length as the folders they stand for, since tables are broken by it.
HOME: Final = "/home/someone"
LSF: Final = "/opt/site/lsf"
HOST: Final = "n4"
PYTHON: Final = f"{HOME}/.venv"
PACKAGE: Final = f"{PYTHON}/lib/python3.11/site-packages/pegconf"
_PROMPT: Final = re.compile(r"(\]|\w): ?\Z|\[(Y/n|y/N)\]:? ?\Z")

_MASKS: Final = (
    (r"\b\d{8}-\d{6}\b", "DATE-TIME"),
    (r"\b\d{4}-\d\d-\d\d\b", "DATE"),
    (r":\d{5}\b", ":PORT"),
    (r"\bpeg-[0-9a-z]+", "peg-TOKEN"),
    (r"\bpython3(\.\d+)?\b", "python"),
    (r"\b(python|dask|distributed) \d+(\.\d+)+", r"\1 VERSION"),
    (r"(?m)^(?: *\d+ s  jobs: |waiting for ).*\n", ""),
    (r"\b\d[\d,.]* [kMG]B/s", "RATE"),
    (r"\b\d[\d,.]* m?s\b", "TIME"),
    (r"\b\d[\d,.]* [kMG]B from tcp", "BYTES from tcp"),
    (r"(?m)^(sequential|parallel)(, \w[\w ]*\w)  .*$", r"\1\2  TIME"),
    (r"agree: [\d,.]+, [\d.]+ standard", "agree: SUM, N standard"),
    (r"(?m)^((?:scheduler|workers|nannies)  .*?)  \d{5}  ", r"\1  PORT  "),
    (r"(?m)^(node  cores ).*\n(?:.+\n)+", r"\1NODES\n"),
    (r"(?<=\S)  +", "  "),
)
"""What differs from run to run, and the spaces that line up columns of it."""


def masked(text: str) -> str:
    """A text with what differs from run to run masked."""
    for pattern, mask in _MASKS:
        text = re.sub(pattern, mask, text)
    return text


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="", dir="/tmp"))
    assert len(str(folder)) == len(HOME) == len(LSF)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def run(block: Block) -> tuple[Turn, ...]:
    """The block's commands with what they print, hosts and paths in the words of the pages."""
    with _folder() as home, _folder() as state:
        lsf = control.start(state) if block.host == "stand-in LSF" else None
        try:
            environment = dict(person_at(home).environment)
            if lsf is not None:
                lsf.change(job_terminate_interval=1)
                environment = lsf.environment(environment)
            path = f"{Path(sys.executable).parent}:{environment['PATH']}"
            user = {"USER": Path(HOME).name, "LOGNAME": Path(HOME).name}
            for name, text in block.files:
                file = home / name.removeprefix("~/")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text.replace(HOME, str(home)), encoding="utf-8")
            turns, code = [], 0
            for turn in block.turns:
                command = turn.command.replace(HOME, str(home))
                code, output = _ran(command, code, environment | user | {"PATH": path}, home, block.answers)
                turns.append(Turn(turn.command, _in_words_of_the_pages(output, home, state)))
            return tuple(turns)
        finally:
            if lsf is not None:
                lsf.stop()


def _ran(
    command: str, code: int, environment: dict[str, str], home: Path, answers: tuple[str, ...] | None
) -> tuple[int, str]:
    """The exit code and output of one command, after one that ended with `code`."""
    words = ["bash", "-c", f"(exit {code}); {command}"]
    if answers is not None:
        return _at_a_terminal(words, environment, home, answers)
    done = subprocess.run(
        words,
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _at_a_terminal(
    words: list[str], environment: dict[str, str], home: Path, answers: tuple[str, ...]
) -> tuple[int, str]:
    with Terminal(words, environment, home, size=(130, 50)) as terminal:
        seen = ""

        def asks(screen: str) -> bool:
            return screen != seen and _PROMPT.search(screen) is not None

        for answer in answers:
            seen = terminal.until(asks)
            terminal.types(answer + "\n")
        code = terminal.ends()
        return code, terminal.screen.text.rstrip("\n") + "\n"


def _in_words_of_the_pages(text: str, home: Path, state: Path) -> str:
    python = "/bin/python"
    words = {
        str(home): HOME,
        str(state): LSF,
        f"{sys.prefix}{python}": f"{PYTHON}{python}",
        str(resources.SCHEMAS.parent): PACKAGE,
    }
    for word, other in words.items():
        text = text.replace(word, other)
    text = re.sub(rf"\b{re.escape(socket.gethostname())}\b", HOST, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def agrees(told: tuple[Turn, ...], printed: tuple[Turn, ...]) -> bool:
    """Whether a page tells what was printed; a line of three dots stands for any lines."""
    parts = masked(pages.text_of(told)).split("\n...\n")
    return re.fullmatch(r"\n(?s:.*\n)?".join(map(re.escape, parts)), masked(pages.text_of(printed))) is not None


def write(page: Path, words: list[str]) -> None:
    """Run a page's blocks in whose name one of the words stands, and write what those print that tell another thing."""
    text = page.read_text(encoding="utf-8")
    for block in reversed(pages.blocks(page)):
        if words and not any(word in block.name for word in words):
            continue
        printed = run(block)
        if not agrees(block.turns, printed):
            print(block.name)
            text = text[: block.start] + pages.text_of(printed) + text[block.end :]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for one in pages.pages():
        write(one, sys.argv[1:])

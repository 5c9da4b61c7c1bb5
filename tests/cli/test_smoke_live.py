"""The live view on a real pseudo-terminal: drawn in place, gone at the end, and plain lines where it cannot be."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.screen import Terminal

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import pathlib, sys, time
from pegconf.cli.smoke_live import LiveView
from pegconf.batch.base import QueuedJob, State
from pegconf.core.progress import Progress
from pegconf.jobs.timeline import Accepted
from pegconf.smoke.evidence import Evidence

def until(name):
    while not pathlib.Path(name).exists():
        time.sleep(0.02)

evidence = Evidence()
print("before")
with LiveView(evidence, 2) as live:
    for number in range(1, 41):
        evidence.timeline.accepted(str(number), Accepted(f"w-{number}", time.time()))
    live.show(Progress("jobs: 40 pending; workers: 0 of 80 connected", 1.0))
    until("first")
    live.note("a remark")
    evidence.timeline.listed([QueuedJob("1", "peg", State.RUNNING, "n001")])
    live.show(Progress("jobs: 39 pending, 1 running; workers: 0 of 80 connected", 2.0))
    live.show(Progress("sequentially, on one worker", step=True))
    live.show(Progress("in parallel, each worker sent its slices", step=True))
    until("second")
    if sys.argv[1:]:
        raise SystemExit(3)
print("after")
"""


def shown(tmp_path: Path, *words: str, term: str = "xterm", size: tuple[int, int] = (80, 24)) -> Terminal:
    environment = {**os.environ, "TERM": term}
    return Terminal([sys.executable, "-c", PROGRAM, *words], environment, tmp_path, size)


@pytest.mark.parametrize(("words", "last", "code"), [((), "after\n", 0), (("raise",), "", 3)])
def test_it_is_drawn_over_itself_and_gone_at_the_end(
    tmp_path: Path, words: tuple[str, ...], last: str, code: int
) -> None:
    with shown(tmp_path, *words, size=(70, 12)) as terminal:
        waiting = terminal.until("and 32 more: 32 pending").splitlines()
        assert waiting[:4] == [
            "before",
            "   1 s  jobs: 40 pending; workers: 0 of 80 connected",
            "job  state    host  seconds  workers",
            waiting[3],
        ]
        assert (len(waiting), waiting[3].split()[:2]) == (12, ["1", "pending"])
        (tmp_path / "first").touch()
        working = terminal.until("in parallel, each worker sent its slices: ")
        assert "before\na remark\n   2 s  jobs: 39 pending, 1 running; workers: 0 of 80 connected\n" in working
        (tmp_path / "second").touch()
        assert terminal.ends() == code
        assert terminal.screen.text == f"before\na remark\n{last}"
        # A block is written in one piece, over the one before: nothing is taken away to be drawn again.
        blocks = [part for part in "".join(terminal.every).split("\x1b[J") if "and 32 more" in part]
        assert all(part.count("\x1b[K") == 11 for part in blocks)


def test_a_terminal_without_a_cursor_gets_plain_lines(tmp_path: Path) -> None:
    with shown(tmp_path, term="dumb") as terminal:
        terminal.until("jobs: 40 pending")
        (tmp_path / "first").touch()
        terminal.until("slices ...")
        (tmp_path / "second").touch()
        assert terminal.ends() == 0
        assert [line for line in terminal.screen.text.splitlines() if line] == [
            "before",
            "   1 s  jobs: 40 pending; workers: 0 of 80 connected",
            "a remark",
            "   2 s  jobs: 39 pending, 1 running; workers: 0 of 80 connected",
            "sequentially, on one worker ...",
            "in parallel, each worker sent its slices ...",
            "after",
        ]

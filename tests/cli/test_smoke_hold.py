"""`smoke-test --hold` on a real pseudo-terminal, through the stand-in LSF: up until Enter, and nothing left behind."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests import example
from tests.conftest import COMMAND, Person
from tests.screen import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.systems.standin_lsf.control import StandInLsf

HELD = "The cluster stays up until Enter: 2 workers in 1 job."


@pytest.fixture
def ready(user: Person, tmp_path: Path) -> Person:
    user.write(example.configuration(tmp_path / "logs"))
    return user


def hold(user: Person, *words: str, output: Path | None = None) -> Terminal:
    command = (str(COMMAND), "smoke-test", "--hold", "--columns", "100", *words)
    return Terminal(command, user.environment, user.home, (100, 60), output)


def nothing_left(lsf: StandInLsf, logs: Path) -> bool:
    lsf.wait_until_empty()
    return (lsf.unfinished(), lsf.processes(), list(logs.glob("peg-*"))) == ([], [], [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--hold waits for Enter, and standard input is no terminal"),
        (("--compare-interfaces", "lo,eth0"), "--hold and --compare-interfaces exclude each other"),
    ],
)
def test_where_nothing_could_be_held_nothing_is_submitted(
    ready: Person, lsf: StandInLsf, words: tuple[str, ...], said: str
) -> None:
    ran = ready.runs("smoke-test", "--hold", *words)
    assert (ran.code, ran.out, said in ran.err) == (2, "", True), ran
    assert lsf.jobs() == []


@pytest.mark.slow
def test_it_stays_until_enter_with_the_way_to_its_dashboard(ready: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    with hold(ready) as terminal:
        screen = terminal.until("--open")
        assert HELD in screen
        assert "It works: section lsf ran 2 workers on LSF" in screen
        assert "No job of this test is left" not in screen
        found = re.search(r"dashboard  (http://127\.0\.0\.1:(\d+)/status), on this host only", screen)
        assert found is not None
        with urllib.request.urlopen(found[1]) as page:
            assert b"Dask" in page.read()
        assert f"-L 127.0.0.1:{found[2]}:127.0.0.1:{found[2]} " in screen.replace("\n", "")
        assert len(lsf.unfinished()) == 1
        terminal.types("\r")
        assert terminal.ends() == 0
        assert terminal.screen.text.rstrip().endswith("No job of this test is left on LSF.")
    assert nothing_left(lsf, tmp_path / "logs")


@pytest.mark.slow
def test_ctrl_c_ends_it_too_and_the_verdict_stays(ready: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    with hold(ready, "--format", "json", output=tmp_path / "out.json") as terminal:
        terminal.until(HELD)
        terminal.types("\x03")
        assert terminal.ends() == 130
    outcome = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (outcome["verdict"], outcome["exit_code"], outcome["remaining"]) == ("works", 130, [])
    assert nothing_left(lsf, tmp_path / "logs")


@pytest.mark.slow
def test_a_closed_window_ends_it(ready: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    with hold(ready) as terminal:
        terminal.until(HELD)
        terminal.close()
        assert terminal.ends() == 129
    assert nothing_left(lsf, tmp_path / "logs")


@pytest.mark.slow
def test_workers_that_have_gone_end_it(ready: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    with hold(ready) as terminal:
        terminal.until(HELD)
        ready.python("import subprocess; subprocess.run(['bkill', '1'], check=True)")
        terminal.until("No worker is left, so nothing is held any more.")
        assert terminal.ends() == 0
    assert nothing_left(lsf, tmp_path / "logs")


@pytest.mark.slow
def test_a_test_that_fails_holds_nothing_and_shows_why_it_waits(ready: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    lsf.change(hold_pending=True)
    with hold(ready, "--timeout", "12") as terminal:
        terminal.until(lambda screen: re.search(r"^1 +pending +\d+ +0 of 2 +\w", screen, re.MULTILINE) is not None)
        assert terminal.ends() == 4
        screen = terminal.screen.text
        assert "Nothing is held: the test has not passed." in screen
        assert "0 of 2" not in screen
        assert screen.rstrip().endswith("No job of this test is left on LSF.")
    assert nothing_left(lsf, tmp_path / "logs")

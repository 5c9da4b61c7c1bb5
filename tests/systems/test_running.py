"""The suite itself: what a test that fails shows of its commands, and that no two real systems are started at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.running import run

CHECKOUT = Path(__file__).parents[2]
FAILS = """\
import sys
from tests.running import run

MANY = "import sys; print('\\\\n'.join(map(str, range(5000)))); sys.exit('the reason')"

def test_by_its_code():
    assert run([sys.executable, "-c", MANY]).code == 0

def test_by_both():
    ran = run([sys.executable, "-c", MANY])
    assert (ran.code, ran.err) == (0, "")
"""
GROUPED = """\
import os, pytest

@pytest.mark.xdist_group("systems")
@pytest.mark.parametrize("number", range(20))
def test_which_process(number):
    with open(f"process-{os.environ['PYTEST_XDIST_WORKER']}", "a") as file:
        file.write("x")
"""


def pytest_on(folder: Path, text: str, *words: str) -> str:
    """What pytest prints of a file of tests, with this project's settings."""
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    settings = ("-c", str(CHECKOUT / "pyproject.toml"), "-p", "no:cacheprovider")
    ran = run(
        [sys.executable, "-m", "pytest", *settings, *words, "test_it.py"],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        cwd=folder,
    )
    return ran.out


def test_a_group_of_tests_is_run_by_one_process(tmp_path: Path) -> None:
    shown = pytest_on(tmp_path, GROUPED, "-n", "3", "--dist", "loadgroup")
    assert "20 passed" in shown
    assert [file.read_text(encoding="utf-8") for file in tmp_path.glob("process-*")] == ["x" * 20]


def test_an_assertion_of_an_exit_code_shows_all_that_the_command_printed(tmp_path: Path) -> None:
    shown = pytest_on(tmp_path, FAILS)
    by_its_code, by_both = shown.split("___ test_by_both ___")
    for one in (by_its_code, by_both):
        lines = one.splitlines()
        assert [lines.count(str(number)) for number in range(5000)] == [1] * 5000, one
        assert lines.count("the reason") == 1, one

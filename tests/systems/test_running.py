"""What a test that fails shows of the commands that it has run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
FAILS = """\
import sys
from tests.running import run, until_it_says
import subprocess

MANY = "import sys; print('\\\\n'.join(map(str, range(5000)))); sys.exit('the reason')"

def test_by_its_code():
    assert run([sys.executable, "-c", MANY]).code == 0

def test_by_both():
    ran = run([sys.executable, "-c", MANY])
    assert (ran.code, ran.err) == (0, "")
"""


def test_an_assertion_of_an_exit_code_shows_all_that_the_command_printed(tmp_path: Path) -> None:
    file = tmp_path / "test_fails.py"
    file.write_text(FAILS, encoding="utf-8")
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(CHECKOUT / "pyproject.toml"),
        "-p",
        "no:cacheprovider",
        str(file),
    ]
    done = subprocess.run(
        words, env=os.environ | {"PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    by_its_code, by_both = done.stdout.split("___ test_by_both ___")
    for shown in (by_its_code, by_both):
        lines = shown.splitlines()
        assert [lines.count(str(number)) for number in range(5000)] == [1] * 5000, shown
        assert lines.count("the reason") == 1, shown

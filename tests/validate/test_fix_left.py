"""What `--fix` leaves alone and why, and how it tells what it did."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pegconf.validate import engine, fix
from tests.validate.mending import after, keys, mended, sources_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "because"),
    [
        (
            keys("lsf", "    env-extra: [a]\n    job-script-prologue: [b]\n"),
            "which of env-extra and job-script-prologue is meant, or both, only you know",
        ),
        (keys("slurm", "    walltime: 12:00\n"), "12:00 may be hours or minutes"),
        ("w: &w 12:00:00\n" + keys("lsf", "    walltime: *w\n"), "w would change, too: an anchor shares the text"),
        (
            "base: &base {env-extra: [a]}\njobqueue: {lsf: {<<: *base}}\n",
            "base would change, too: an anchor shares the text",
        ),
        (
            "jobqueue:\n  slurm: &s {cores: 1, walltime: 12:00:00}\n  lsf: {<<: *s}\n",
            "section lsf would change, too: an anchor shares the text",
        ),
        ("jobqueue:\n  lsf: &s {cores: 2}\n  insar: *s\n", "the section is an alias of another mapping"),
        (keys("lsf", "    env-extra: [] # a\n    extra: [ # b\n    ]\n"), "comments or other keys stand in its text"),
        ("jobqueue: {insar: {cores: 2}}\n", "its batch system cannot be told; --scheduler tells it"),
        (
            keys("lsf", "    job-extra-directives: &a |\n      -x\n"),
            "it is written in a way that --fix does not edit",
        ),
    ],
)
def test_what_is_not_safe_is_left_with_the_reason(text: str, because: str) -> None:
    made = mended(text)
    assert because in [one.what for one in made.kept]
    assert {one.code for one in made.kept} <= {one.code for one in made.report.findings}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "jobqueue:\n  lsf: &a {cores: 2, memory: 4GB, env-extra: [a]}\n  sge: {<<: *a, processes: 2}\n",
            "jobqueue:\n  lsf: &a {cores: 2, memory: 4GB, job-script-prologue: [a]}\n  sge: {<<: *a, processes: 2}\n",
        ),
        (
            "jobqueue:\n  sge: {walltime: &w 12:00:00}\n  pbs: {walltime: *w}\n",
            "jobqueue:\n  sge: {walltime: &w '12:00:00'}\n  pbs: {walltime: *w}\n",
        ),
    ],
)
def test_what_sections_share_is_mended_where_that_is_right_for_each(wrong: str, right: str) -> None:
    assert after(wrong) == right


def test_a_key_that_another_file_holds_too_is_left() -> None:
    made = mended(keys("lsf", "    job-script-prologue: []\n"), keys("lsf", "    env-extra: [a]\n"))
    assert made.changed == ()
    assert [one.what for one in made.kept] == ["job-script-prologue stands in another file or in a variable, too"]


def test_what_was_done_has_the_lines_of_the_file_as_it_was() -> None:
    text = "jobqueue:\n  a: {cores: 2}\n  b:\n    cores: 2\n    env-extra: [x]\n    walltime: 12:00:00\n"
    made = mended(text, scheduler="lsf")
    assert [(one.line, one.code, one.what.split()[0]) for one in made.fixed] == [
        (2, "PEG111", "added"),
        (3, "PEG111", "added"),
        (3, "PEG112", "added"),
        (5, "PEG103", "env-extra"),
        (6, "PEG201", "walltime:"),
    ]


def test_the_diff_is_one_that_patch_takes() -> None:
    assert mended("jobqueue: {lsf: {cores: '2'}}").diff() == (
        "--- /home/me/.config/dask/1.yaml\n+++ /home/me/.config/dask/1.yaml\n@@ -1 +1 @@\n"
        "-jobqueue: {lsf: {cores: '2'}}\n\\ No newline at end of file\n"
        "+jobqueue: {lsf: {cores: 2}}\n\\ No newline at end of file\n"
    )


def test_a_file_that_is_not_to_be_changed_is_left() -> None:
    made = fix.repair(sources_of(keys("lsf", "    env-extra: [a]\n")), engine.check, lambda _: "it is not yours")
    assert (made.changed, [one.what for one in made.kept]) == ((), ["it is not yours"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes an ordinary user")
def test_a_mode_that_forbids_writing_is_kept_to(tmp_path: Path) -> None:
    mine, fixed = tmp_path / "mine.yaml", tmp_path / "fixed" / "a.yaml"
    fixed.parent.mkdir()
    for file, mode in ((mine, 0o444), (fixed, 0o666)):
        file.write_text("a", encoding="utf-8")
        file.chmod(mode)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    program = (
        "import os, pathlib, sys; sys.dont_write_bytecode = True; from pegconf.validate import fix\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "for name in sys.argv[1:]:\n    print(fix.unwritable(pathlib.Path(name)))"
    )
    done = subprocess.run([sys.executable, "-c", program, mine, fixed], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["the file may not be written", "its folder may not be written"]

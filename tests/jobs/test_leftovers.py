"""What a smoke test that was killed left in the queue, and how the next one finds it."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from pegconf.batch.systems import KNOWN
from pegconf.jobs import leftovers
from pegconf.jobs.leftovers import Run
from tests import example
from tests.running import until_it_says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

SMALL = ("--columns", "100")


def run_of_this_process(**changed: object) -> Run:
    me = psutil.Process()
    run = Run("peg-0a1b2c3d", "lsf", os.uname().nodename, me.pid, me.create_time(), time.time() + 60)
    return replace(run, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "goes_on"),
    [
        ({}, True),
        ({"started": 1.0}, False),
        ({"pid": 2**22 + 1}, False),
        ({"host": "login9"}, True),
        ({"host": "login9", "ended": 10}, True),
        ({"host": "login9", "ended": leftovers.AFTERWARDS_SECONDS + 1}, False),
    ],
)
def test_whether_a_run_may_still_be_going_on(changed: dict[str, Any], goes_on: bool) -> None:
    # Counted from now, not from when the tests were collected.
    ended = {"ends": time.time() - changed.pop("ended")} if "ended" in changed else {}
    assert run_of_this_process(**changed, **ended).goes_on() is goes_on


def test_a_run_is_noted_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    said: list[str] = []
    with leftovers.noted("peg-0a1b2c3d", KNOWN["lsf"], 60, said.append):
        note = json.loads((tmp_path / "pegconf/runs/peg-0a1b2c3d.json").read_text(encoding="utf-8"))
        assert (note["name"], note["system"], note["pid"]) == ("peg-0a1b2c3d", "lsf", os.getpid())
    with leftovers.noted("peg-0a1b2c3e", KNOWN["lsf"], 60, said.append) as kept:
        kept.remaining.append("job 17 remains")
    assert ([file.name for file in leftovers.folder(os.environ).iterdir()], said) == (["peg-0a1b2c3e.json"], [])


def test_a_folder_that_cannot_be_written_only_costs_the_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    said: list[str] = []
    with leftovers.noted("peg-0a1b2c3d", KNOWN["lsf"], 60, said.append):
        pass
    place = f"{tmp_path}/file/pegconf/runs (Not a directory)"
    assert said == [f"this run cannot be noted in {place}: if it is killed, its jobs are not found"]


def submit(user: Person, name: str) -> None:
    os.spawnvpe(
        os.P_WAIT, "bsub", ["bsub", "-q", "general", "-n", "1", "-J", name, "sleep", "300"], dict(user.environment)
    )


def note(user: Person, file_name: str, run: Run) -> Path:
    file = user.home / ".local/state/pegconf/runs" / file_name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(run)), encoding="utf-8")
    return file


@pytest.mark.slow
def test_the_next_run_cancels_what_a_killed_one_left(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    lsf.change(hold_pending=True)
    process = user.start("smoke-test", "--workers", "4", *SMALL)
    until_it_says(process, "jobs: 2 pending")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    left = [job.name for job in lsf.unfinished()]
    assert len(left) == 2
    assert all(job.deadline is not None for job in lsf.unfinished())
    lsf.change(hold_pending=False)
    ran = user.runs("smoke-test", *SMALL)
    assert ran.code == 0, ran
    assert f"a killed run, {left[0]}, had left 2 jobs: cancelled" in ran.err
    lsf.wait_until_empty()
    assert user.runs("smoke-test", *SMALL).code == 0
    assert list((user.home / ".local/state/pegconf/runs").iterdir()) == []


@pytest.mark.slow
def test_nobody_elses_jobs_are_touched(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    """Neither those of a run that goes on, nor of one elsewhere, nor of a note that somebody wrote."""
    user.write(example.configuration(tmp_path))
    ended = run_of_this_process(pid=2**22 + 1)
    notes = {
        "peg-0a1b2c3d.json": run_of_this_process(),
        "peg-00000001.json": replace(ended, name="peg-00000001", host="login9"),
        "peg-00000002.json": replace(ended, name="mine"),
        "peg-00000003.json": replace(ended, name="peg-00000003", system="slurm"),
        "peg-mine.json": replace(ended, name="peg-mine"),
    }
    for file_name, run in notes.items():
        note(user, file_name, run)
        submit(user, run.name)
    (user.home / ".local/state/pegconf/runs/peg-00000009.json").write_text("{", encoding="utf-8")
    ran = user.runs("smoke-test", *SMALL)
    assert (ran.code, "had left" in ran.err) == (0, False), ran
    assert sorted(job.name for job in lsf.unfinished()) == sorted(run.name for run in notes.values())


@pytest.mark.slow
def test_a_run_whose_jobs_remained_is_taken_up_again(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    file = note(user, "peg-0a1b2c3d.json", run_of_this_process(pid=2**22 + 1))
    submit(user, "peg-0a1b2c3d")
    ran = user.runs("smoke-test", *SMALL)
    assert "a killed run, peg-0a1b2c3d, had left 1 job: cancelled" in ran.err
    lsf.wait_until_empty()
    assert user.runs("smoke-test", *SMALL).code == 0
    assert not file.exists()

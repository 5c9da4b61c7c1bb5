"""The smoke test where there is no batch system: the same script, run by a shell here."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import psutil
import pytest

from tests import example
from tests.running import ended, until_it_says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person

pytestmark = pytest.mark.slow


def workers_of(person: Person) -> list[int]:
    """Processes that were started with this person's home."""
    found = []
    for process in psutil.process_iter():
        try:
            if "dask_worker" in " ".join(process.cmdline()) and process.environ().get("HOME") == str(person.home):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_it_runs_the_job_script_and_says_what_was_not_tested(person: Person, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    person.write(example.configuration(logs, interface="ib7", job_script_prologue=["export PEG_WAS_HERE=1"]))
    ran = person.runs("smoke-test", "--workers", "2", "--columns", "100")
    assert ran.code == 0, ran
    assert "LSF is not on this machine (bsub, bjobs, bkill missing)." in ran.err
    assert "This machine has no interface ib7; running without one." in ran.err
    assert ran.out.splitlines()[-1] == "LSF itself was NOT tested: the jobs were processes of this machine."
    assert workers_of(person) == []
    assert not logs.exists()


def test_on_scheduler_without_one_is_wrong_usage(person: Person, tmp_path: Path) -> None:
    person.write(example.configuration(tmp_path))
    ran = person.runs("smoke-test", "--on", "scheduler")
    assert (ran.code, ran.out) == (2, "")
    assert "bsub, bjobs, bkill: not on this machine" in ran.err


def test_a_prologue_that_fails_is_named(person: Person, tmp_path: Path) -> None:
    person.write(example.configuration(tmp_path, job_script_prologue=["conda-of-another-machine activate x || exit 9"]))
    ran = person.runs("smoke-test", "--columns", "100")
    assert ran.code == 1, ran
    assert "conda-of-another-machine does not exist on the compute node [PEG613]" in ran.out


def test_ctrl_c_ends_every_worker(person: Person, tmp_path: Path) -> None:
    person.write(example.configuration(tmp_path))
    process = person.start("smoke-test", "--workers", "2", "--columns", "6000")
    until_it_says(process, "sequentially")
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert ran.code == 130, ran
    assert workers_of(person) == []

"""However a smoke test ends, none of its jobs, processes and files stays: what the table of signals does not show."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import example
from tests.conftest import COMMAND
from tests.running import ended, until_it_says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

pytestmark = pytest.mark.slow
COMPUTING = "sequentially, on one worker"


def nothing_left(lsf: StandInLsf, logs: Path) -> bool:
    lsf.wait_until_empty()
    return (lsf.unfinished(), lsf.processes(), list(logs.glob("peg-*"))) == ([], [], [])


def test_ctrl_c_again_while_it_cancels_changes_nothing(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    process = user.start("smoke-test", "--workers", "4", "--columns", "6000")
    until_it_says(process, COMPUTING)
    process.send_signal(signal.SIGINT)
    until_it_says(process, "to leave the queue")
    process.send_signal(signal.SIGINT)
    until_it_says(process, "the test's jobs are being cancelled; a moment ...")
    ran = ended(process)
    assert (ran.code, "Traceback" in ran.err) == (130, False), ran
    assert nothing_left(lsf, tmp_path)


def test_under_nohup_it_goes_on(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    process = subprocess.Popen(
        ["nohup", str(COMMAND), "smoke-test", "--columns", "1000"],
        env=dict(user.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=user.home,
    )
    until_it_says(process, COMPUTING)
    process.send_signal(signal.SIGHUP)
    ran = ended(process)
    assert ran.code == 0, ran
    assert nothing_left(lsf, tmp_path)


def test_after_kill_9_connected_workers_end_by_themselves(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    process = user.start("smoke-test", "--workers", "4", "--columns", "6000")
    until_it_says(process, COMPUTING)
    process.kill()
    process.communicate()
    lsf.wait_until_empty()
    assert (lsf.unfinished(), lsf.processes()) == ([], [])


def test_an_error_of_our_own_leaves_nothing(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    program = (
        "import sys\n"
        "from pegconf.jobs import wait_for_workers\n"
        "del wait_for_workers.wait\n"
        "from pegconf.cli import main\n"
        "sys.argv = ['pegconf', 'smoke-test', '--columns', '100']\n"
        "main()\n"
    )
    ran = user.python(program)
    assert ran.code == 3, ran
    assert ran.err.endswith("pegconf: this is a fault of pegconf's own: please report it with the lines above\n")
    assert nothing_left(lsf, tmp_path)


def test_two_at_a_time_leave_each_other_alone(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    both = [user.start("smoke-test", "--columns", "100") for _ in range(2)]
    ran = [ended(process) for process in both]
    assert [one.code for one in ran] == [0, 0], ran
    assert len({job.name for job in lsf.jobs()}) == 2
    assert nothing_left(lsf, tmp_path)

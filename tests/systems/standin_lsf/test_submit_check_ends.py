"""validate --submit-check where LSF fails, hangs or is not there, and where a signal comes: no job is left."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import example
from tests.running import ended, until
from tests.systems.standin_lsf import processes
from tests.systems.standin_lsf.cluster import Fault
from tests.systems.standin_lsf.test_submit_check import CHECK, found, nothing_left

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

pytestmark = pytest.mark.slow


def test_the_projects_number_is_not_taken_for_the_job(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    """A site that prints the project first, and a job of the user's with that very number."""
    lsf.change(project_banner=True, hold_pending=True)
    user.write(example.configuration(tmp_path, project="proj1"))
    environment = dict(user.environment)
    mine = ["bsub", "-J", "mine", "-P", "proj1", "sleep", "300"]
    subprocess.run(mine, env=environment, check=True, capture_output=True)
    assert user.runs(*CHECK).code == 0
    assert [(job.id, job.name) for job in lsf.unfinished()] == [(1, "mine")]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(exit_code=255, text="LSF is down. Please wait ..."), "bsub: LSF is down. Please wait ..."),
        (Fault(exit_code=255), "bsub ended with exit code 255 without a word"),
        (Fault(silent=True, acts=True), "bsub named no job id for the check without a word"),
        (Fault(signal=signal.SIGKILL, acts=True), "bsub was ended by SIGKILL without a word"),
    ],
)
def test_a_bsub_that_fails_leaves_nothing_even_where_it_has_submitted(
    user: Person, lsf: StandInLsf, tmp_path: Path, fault: Fault, said: str
) -> None:
    lsf.fault("bsub", fault)
    user.write(example.configuration(tmp_path))
    ran = user.runs(*CHECK, "--format", "json")
    assert ran.code == 1, ran
    assert found(ran) == [("PEG406", None, said)]
    assert nothing_left(lsf)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_bsub_works_leaves_nothing(
    user: Person, lsf: StandInLsf, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    lsf.fault("bsub", Fault(acts=True, delay_after=60))
    user.write(example.configuration(tmp_path))
    process = user.start(*CHECK)
    until(lsf.unfinished)
    process.send_signal(number)
    ran = ended(process)
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.err == f"pegconf: stopped by {number.name}; the check's job is cancelled\n"
    assert nothing_left(lsf)


def test_a_bsub_that_hangs_is_ended_and_named(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    lsf.fault("bsub", Fault(hang=True))
    user.write(example.configuration(tmp_path))
    ran = user.runs(*CHECK, "--format", "json")
    assert ran.code == 1, ran
    said = "LSF daemon (LIM) not responding ... still trying"
    assert found(ran) == [("PEG406", None, f"bsub gave no answer in time and was ended: {said}")]
    assert nothing_left(lsf)


def test_a_job_that_cannot_be_cancelled_is_named_with_the_command_to_type(
    user: Person, lsf: StandInLsf, tmp_path: Path
) -> None:
    lsf.fault("bkill", Fault(exit_code=255, text="User permission denied"))
    user.write(example.configuration(tmp_path))
    ran = user.runs(*CHECK, "--format", "json")
    assert ran.code == 1, ran
    assert found(ran) == [("PEG407", None, "the check's job 1 remains: cancel it with bkill 1")]


def test_without_lsf_nothing_was_asked(person: Person, tmp_path: Path) -> None:
    person.write(example.configuration(tmp_path))
    ran = person.runs(*CHECK)
    assert ran.code == 3, ran
    missing = "bsub, bjobs, bkill, bhosts, bqueues missing"
    assert ran.out == (
        "~/.config/dask/jobqueue.yaml: lsf: nothing wrong found; section lsf not looked at further: "
        f"LSF is not on this machine ({missing})\n"
    )
    assert ran.err == (
        f"pegconf: the batch system was not asked: LSF is not on this machine ({missing})\n"
        "         run this on a login node, or prove the section with pegconf smoke-test\n"
    )


def test_errors_that_pegconf_sees_itself_come_first_and_nothing_is_asked(
    user: Person, lsf: StandInLsf, tmp_path: Path
) -> None:
    user.write(example.configuration(tmp_path, walltime="04:00:00"))
    ran = user.runs("validate", "--submit-check")
    assert ran.code == 1, ran
    assert "PEG202" in ran.out
    assert lsf.jobs() == []


def test_a_check_that_is_killed_leaves_a_job_that_lsf_ends(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    """Nothing can be cancelled after a SIGKILL, so the held job has a deadline."""
    lsf.fault("bsub", Fault(acts=True, delay_after=60))
    user.write(example.configuration(tmp_path))
    process = user.start(*CHECK)
    until(lsf.unfinished)
    process.kill()
    process.communicate()
    assert [job.status for job in lsf.jobs()] == ["PSUSP"]
    lsf.change(clock_ahead=120.0)
    lsf.wait_until_empty()
    assert [(job.status, job.pid) for job in lsf.jobs()] == [("EXIT", 0)]


def test_a_question_about_hosts_that_hangs_is_ended_and_named(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    lsf.fault("bhosts", Fault(hang=True))
    user.write(example.configuration(tmp_path))
    ran = user.runs(*CHECK, "--format", "json")
    assert ran.code == 1, ran
    hung = "bhosts -w nodes gave no answer in time and was ended: LSF daemon (LIM) not responding ... still trying"
    assert found(ran) == [("PEG406", None, hung)]
    assert nothing_left(lsf)


def test_a_signal_while_hosts_are_asked_leaves_no_command(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    lsf.fault("bhosts", Fault(hang=True))
    user.write(example.configuration(tmp_path))
    process = user.start(*CHECK)
    assert until(lambda: [pid for pid in lsf.processes() if "bhosts" in processes.command_line(pid)])
    process.send_signal(signal.SIGTERM)
    ran = ended(process)
    assert (ran.code, ran.out) == (143, ""), ran
    assert "Traceback" not in ran.err
    assert nothing_left(lsf)


def test_what_is_checked_is_the_file_as_it_is(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    ran = user.runs("validate", "--submit-check", "--fix")
    assert (ran.code, lsf.jobs()) == (2, [])
    assert ran.err == (
        "pegconf: --submit-check asks about a file as it is\n         mend it first: pegconf validate --fix\n"
    )

"""The whole way on the stand-in PBS, in the default settings of PBS unless a test says so: init, script, smoke test.

What pegconf gets wrong on a real OpenPBS is marked as that, in a test of how it is to be.
"""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.running import ended, run, until
from tests.systems.standin_pbs.cluster import Fault, Node

if TYPE_CHECKING:
    from tests.conftest import Person
    from tests.running import Ran
    from tests.systems.standin_pbs.control import StandInPbs

pytestmark = pytest.mark.slow
INIT = ("init", "--yes", "--memory", "1GB", "--interface", "lo")
SMOKE = ("smoke-test", "--columns", "100")
SOON = ("--timeout", "20")
"""For jobs that are not to start."""


@pytest.fixture
def here(pbs_user: Person) -> Person:
    """A user with a section that init has written from what the cluster says."""
    made = pbs_user.runs(*INIT)
    assert made.code == 0, made
    pbs_user.leave_the_port()
    return pbs_user


def section(person: Person, was: str, now: str) -> None:
    """Change the file."""
    text = person.file.read_text(encoding="utf-8")
    assert was in text
    person.file.write_text(text.replace(was, now), encoding="utf-8")


def submitted(pbs: StandInPbs, person: Person, script: str) -> Ran:
    """Give a script to qsub as dask-jobqueue does, with its file's name."""
    file = person.home / "job.sh"
    file.write_text(script, encoding="utf-8")
    return run([f"{pbs.path}/qsub", str(file)], env=dict(person.environment), cwd=person.home)


def test_what_init_writes_is_found_right_and_taken_by_qsub(here: Person, pbs: StandInPbs) -> None:
    assert here.runs("validate").out == "~/.config/dask/jobqueue.yaml: pbs: nothing wrong found\n"
    script = here.runs("script").out
    assert [line for line in script.splitlines() if line.startswith("#PBS")] == [
        "#PBS -N dask-worker",
        "#PBS -q workq",
        "#PBS -l select=1:ncpus=2:mem=1193mb",
        "#PBS -l walltime=04:00:00",
        f"#PBS -e {here.home}/dask-logs/",
        f"#PBS -o {here.home}/dask-logs/",
    ]
    pbs.change(hold_pending=True)
    assert submitted(pbs, here, script).code == 0
    (job,) = pbs.jobs()
    assert (job.name, job.queue, job.select) == ("dask-worker", "workq", "1:ncpus=2:mem=1193mb")
    assert job.resources == {"ncpus": "2", "mem": "1193mb", "nodect": "1", "walltime": "04:00:00"}


def test_four_workers_on_two_nodes_compute_and_no_job_is_left(here: Person, pbs: StandInPbs) -> None:
    """With the server's history of jobs."""
    pbs.change(history=True, nodes=(Node("node1", 2), Node("node2", 2)))
    ran = here.runs(*SMOKE, "--workers", "4")
    assert ran.code == 0, ran
    assert ran.out.endswith("No job of this test is left on PBS.\n")
    assert {node for job in pbs.jobs() for node in job.nodes} == {"node1", "node2"}
    assert pbs.unfinished() == []


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("queue: workq", "queue: nosuch", "qsub: Unknown queue"),
        ("queue: workq", "queue: 'off'", "qsub: Queue is not enabled"),
        ("queue: workq", "queue: staff", "qsub: Unauthorized Request"),
        ("queue: workq", "queue: long", "qsub: Job violates queue and/or server resource limits"),
        ("ncpus=2:", "ncpus=2:ngpus=1:", "qsub: Unknown resource: ngpus"),
        ("mem=1193mb", "mem=4XB", "qsub: Illegal attribute or resource value select.mem"),
    ],
)
def test_what_qsub_refuses_is_said_in_its_words(here: Person, pbs: StandInPbs, was: str, now: str, said: str) -> None:
    section(here, was, now)
    ran = here.runs(*SMOKE, *SOON)
    assert ran.code == 1, ran
    assert f"qsub refused the job: {said}" in ran.out
    assert pbs.jobs() == []


def test_a_refusal_points_to_nothing_that_pbs_does_not_have(here: Person, pbs: StandInPbs) -> None:
    section(here, "queue: workq", "queue: staff")
    ran = here.runs(*SMOKE, *SOON)
    assert "Unauthorized Request" in ran.out
    assert "--submit-check" not in ran.out


HISTORY = pytest.mark.parametrize("history", [pytest.param(False, id="off"), pytest.param(True, id="on")])


@HISTORY
def test_a_job_that_waits_has_not_ended(here: Person, pbs: StandInPbs, history: bool) -> None:
    pbs.change(hold_pending=True, history=history)
    ran = here.runs(*SMOKE, *SOON)
    assert ran.code == 4, ran
    assert "Not Running: Not enough free nodes available" in ran.out
    assert " done" not in ran.err
    assert pbs.unfinished() == []


@HISTORY
def test_jobs_of_a_run_that_was_killed_are_cancelled_by_the_next(here: Person, pbs: StandInPbs, history: bool) -> None:
    pbs.change(hold_pending=True, history=history)
    killed = here.start(*SMOKE)
    until(pbs.jobs)
    killed.send_signal(signal.SIGKILL)
    ended(killed)
    (left,) = pbs.unfinished()
    ran = here.runs(*SMOKE, *SOON)
    assert left.key not in {job.key for job in pbs.unfinished()}, ran


@pytest.mark.parametrize("history", [False, True])
def test_an_interrupt_leaves_no_job(here: Person, pbs: StandInPbs, history: bool) -> None:
    pbs.change(hold_pending=True, history=history)
    running = here.start(*SMOKE)
    until(pbs.jobs)
    running.send_signal(signal.SIGINT)
    ran = ended(running)
    assert ran.code == 130, ran
    assert pbs.unfinished() == []


NEVER = "Can Never Run: Insufficient amount of resource: ncpus (R: 64 A: 8 T: 8)"


@pytest.mark.parametrize(
    ("was", "now", "comment"),
    [("ncpus=2:", "ncpus=64:", NEVER), ("queue: workq", "queue: stopped", "Not Running: Queue not started.")],
)
def test_a_job_that_cannot_run_ends_the_test_at_once(
    here: Person, pbs: StandInPbs, was: str, now: str, comment: str
) -> None:
    pbs.change(history=True)
    section(here, was, now)
    ran = here.runs(*SMOKE, *SOON)
    assert ran.code == 1, ran
    assert comment in ran.out


@pytest.mark.parametrize("fault", [Fault(silent=True), Fault(swapped=True)])
def test_none_left_is_said_only_where_it_was_told(here: Person, pbs: StandInPbs, fault: Fault) -> None:
    """The job is one that qdel does not reach."""
    pbs.change(hold_pending=True, history=True)
    pbs.fault("qselect", fault)
    pbs.fault("qdel", Fault(silent=True))
    ran = here.runs(*SMOKE, *SOON)
    assert len(pbs.unfinished()) == 1
    assert "No job of this test is left" not in ran.out


@pytest.mark.xfail(strict=True, reason="pegconf writes a queue that takes no jobs of this user, and says nothing of it")
@pytest.mark.parametrize("queue", ["off", "stopped", "staff", "grp"])
def test_a_queue_that_takes_no_job_of_this_user_is_not_written_in_silence(pbs_user: Person, queue: str) -> None:
    ran = pbs_user.runs(*INIT, "--queue", queue)
    assert ran.code != 0 or re.search(r"not enabled|not started|closed|not for|may not", ran.err), ran


@pytest.mark.xfail(strict=True, reason="pegconf asks for the nodes of a queue that is not there, and names no queue")
def test_a_queue_that_is_not_there_is_named(pbs_user: Person) -> None:
    ran = pbs_user.runs(*INIT, "--queue", "nosuch")
    assert ran.code == 2, ran
    assert "nosuch" in ran.err


@pytest.mark.xfail(strict=True, reason="pegconf reads resources_max.mem of a queue as a note only")
def test_a_job_over_the_queues_memory_is_refused_by_init(pbs_user: Person) -> None:
    ran = pbs_user.runs("init", "--yes", "--queue", "short", "--memory", "6GB", "--interface", "lo")
    assert ran.code == 2, ran
    assert "short" in ran.err


@pytest.mark.xfail(strict=True, reason="pegconf gives the test's jobs a short walltime, below the queue's shortest")
def test_the_tests_own_walltime_keeps_the_queues_shortest(here: Person, pbs: StandInPbs) -> None:
    section(here, "queue: workq", "queue: long")
    pbs.change(hold_pending=True, history=True)
    ran = here.runs(*SMOKE, *SOON)
    assert [job.queue for job in pbs.jobs()] == ["long"], ran


def test_a_server_that_is_down_is_said(here: Person, pbs: StandInPbs) -> None:
    pbs.change(server_down=True)
    ran = here.runs(*SMOKE, *SOON)
    assert ran.code == 3, ran
    # The server is login1: qselect itself leaves the last letter out.
    assert "Connection refused qselect: cannot connect to server login (errno=15010)" in ran.err


@pytest.mark.parametrize("history", [False, True])
def test_a_probe_job_tells_what_a_node_has(pbs_user: Person, pbs: StandInPbs, history: bool) -> None:
    pbs.change(history=history)
    ran = pbs_user.runs("init", "--yes", "--memory", "1GB", "--probe")
    assert ran.code == 0, ran
    assert "PBS_QUEUE=workq" in ran.err
    assert pbs.unfinished() == []
    assert list(pbs_user.home.glob(".peg-*")) == []


def test_a_probe_jobs_answer_is_waited_for_while_it_is_copied(pbs_user: Person, pbs: StandInPbs) -> None:
    pbs.change(exiting_for=25.0)
    ran = pbs_user.runs("init", "--yes", "--memory", "1GB", "--probe")
    assert "PBS_QUEUE=workq" in ran.err, ran


@pytest.mark.xfail(strict=True, reason="pegconf does not say that somebody has deleted a job")
def test_a_job_that_somebody_has_deleted_is_said_to_be(here: Person, pbs: StandInPbs) -> None:
    pbs.change(hold_pending=True, history=True)
    running = here.start(*SMOKE)
    until(pbs.jobs)
    deleted = run([f"{pbs.path}/qdel", pbs.jobs()[0].key], env=pbs.environment(here.environment, "root"))
    assert deleted.code == 0
    ran = ended(running)
    assert ran.code == 1, ran
    assert re.search(r"deleted|terminated", ran.out), ran


@pytest.mark.xfail(strict=True, reason="pegconf waits for a job that is held, and calls the queue busy")
def test_a_job_that_is_held_ends_the_test_at_once(here: Person, pbs: StandInPbs) -> None:
    pbs.change(hold_pending=True, history=True)
    running = here.start(*SMOKE, *SOON)
    until(pbs.jobs)
    held = run([f"{pbs.path}/qhold", "-h", "o", pbs.jobs()[0].key], env=pbs.environment(here.environment, "root"))
    assert held.code == 0
    ran = ended(running)
    assert ran.code == 1, ran
    assert "held by root" in ran.out


@HISTORY
def test_the_log_folder_is_there_until_the_output_is_in_it(here: Person, pbs: StandInPbs, history: bool) -> None:
    """PBS copies a job's output when it has ended, while the job is in state E."""
    pbs.change(history=history, exiting_for=5.0, stage_out_tries=0.0)
    ran = here.runs(*SMOKE)
    assert ran.code == 0, ran
    pbs.wait_until_empty()
    assert {job.stage_out for job in pbs.jobs()} == {1}

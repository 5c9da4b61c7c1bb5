"""The stand-in PBS runs jobs, says where they stand, ends them and fails on demand as PBS does."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from tests.running import Ran, until
from tests.systems.standin_pbs.cluster import Fault

if TYPE_CHECKING:
    from tests.systems.standin_pbs.site import PbsSite

pytestmark = pytest.mark.slow
NO_HISTORY = "PBS is not configured to maintain job history"
SCRIPT = """#!/nonexistent/shell
#PBS -N worker
#PBS -q workq
#PBS -l select=1:ncpus=2:mem=100mb
#PBS -l walltime=00:05:00
#PBS -j oe
#PBS -v SENT=along
echo "$PBS_JOBID $PBS_JOBNAME $PBS_QUEUE $NCPUS $SENT ${TRAVELS-none} $PWD"
cat "$PBS_NODEFILE"
echo complaint >&2
"""


def test_script_on_standard_input_runs_with_its_lines(pbs_site: PbsSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first line does not count, the environment stays behind but for `-v`, and its folder is the home."""
    monkeypatch.setenv("TRAVELS", "yes")
    key = pbs_site.submitted(SCRIPT, "-o", f"{pbs_site.folder}/")
    job = pbs_site.ended(key)
    assert (job.exit_status, job.substate, job.hosts, job.vnodes) == (
        0,
        92,
        "node1/0*2",
        "(node1:ncpus=2:mem=102400kb)",
    )
    written = pbs_site.folder / f"{key}.login1.OU"
    assert written.read_text(encoding="utf-8").splitlines() == [
        f"{key}.login1 worker workq 2 along none {pbs_site.folder}",
        "node1",
        "complaint",
    ]
    assert written.stat().st_mode & 0o777 == 0o600


def test_output_is_there_only_when_the_job_has_ended(pbs_site: PbsSite) -> None:
    """While it is copied the job is in state E, and holds its part of the node."""
    pbs_site.pbs.change(exiting_for=3600.0)
    key = pbs_site.submitted("echo said; echo complaint >&2", "-o", f"{pbs_site.folder}/", "-e", f"{pbs_site.folder}/")
    until(lambda: pbs_site.job(key).state == "E")
    assert list(pbs_site.folder.iterdir()) == []
    assert "job_state = E\n" in pbs_site.call("qstat", "-f", key).out
    assert f"jobs = {key}.login1/0\n" in pbs_site.call("pbsnodes", "-a").out
    assert pbs_site.call("qdel", key) == Ran(168, "", f"qdel: Request invalid for state of job {key}.login1\n")


def test_walltime_ends_a_job_and_says_so_in_its_output(pbs_site: PbsSite) -> None:
    pbs_site.pbs.change(history=True, clock_speed=1000.0)
    key = pbs_site.submitted("sleep 600", "-l", "walltime=00:00:20", "-e", f"{pbs_site.folder}/")
    job = pbs_site.ended(key)
    assert (job.exit_status, job.substate) == (-29, 93)
    assert job.comment.endswith(" and exceeded resource walltime")
    said = (pbs_site.folder / f"{key}.login1.ER").read_text(encoding="utf-8")
    assert said.startswith("=>> PBS: job killed: walltime ")
    assert said.endswith(" exceeded limit 20\n")


def test_qdel_ends_a_running_job_with_every_process(pbs_site: PbsSite) -> None:
    """TERM first; what ignores it is killed later."""
    gentle = pbs_site.submitted("sleep 600")
    stubborn = pbs_site.submitted("trap '' TERM; setsid sleep 601 & sleep 602 & touch ready; while :; do sleep 1; done")
    pbs_site.running(gentle)
    until((pbs_site.folder / "ready").exists)
    assert pbs_site.call("qdel", gentle, stubborn) == Ran(0, "", "")
    assert (pbs_site.ended(gentle).exit_status, pbs_site.ended(gentle).substate) == (256 + signal.SIGTERM, 91)
    assert pbs_site.ended(stubborn).exit_status == 256 + signal.SIGKILL
    until(lambda: not pbs_site.pbs.processes())


def test_an_ended_job_is_gone_or_is_history(pbs_site: PbsSite) -> None:
    key = pbs_site.submitted("exit 3", "-N", "mine")
    assert pbs_site.ended(key).exit_status == 3
    gone = Ran(153, "", f"qstat: Unknown Job Id {key}.login1\n")
    assert pbs_site.call("qstat", "-f", key) == gone
    assert pbs_site.call("qselect", "-x", "-N", "mine") == Ran(0, "", f"qselect: {NO_HISTORY}\n")
    pbs_site.pbs.change(history=True)
    assert pbs_site.call("qstat", "-f", key).code == 35
    assert "    Exit_status = 3\n" in pbs_site.call("qstat", "-x", "-f", key).out
    assert pbs_site.call("qselect", "-x", "-N", "mine") == Ran(0, f"{key}.login1\n", "")


@pytest.mark.parametrize(
    ("words", "comment"),
    [
        ("-l select=1:ncpus=64", "Can Never Run: Insufficient amount of resource: ncpus (R: 64 A: 8 T: 8)"),
        (
            "-l select=1:ncpus=1:mem=99gb",
            "Can Never Run: Insufficient amount of resource: mem (R: 99gb A: 16gb T: 16gb)",
        ),
        ("-q stopped", "Not Running: Queue not started."),
        ("-l select=1:ncpus=8", "Not Running: Insufficient amount of resource: ncpus "),
    ],
)
def test_a_job_that_waits_has_the_schedulers_comment(pbs_site: PbsSite, words: str, comment: str) -> None:
    key = pbs_site.submitted("true", *words.split())
    assert pbs_site.commented(key) == comment
    assert pbs_site.job(key).state == "Q"


def test_jobs_wait_for_one_that_runs(pbs_site: PbsSite) -> None:
    first = pbs_site.submitted("sleep 600", "-q", "one")
    pbs_site.running(first)
    second = pbs_site.submitted("true", "-q", "one")
    assert pbs_site.commented(second) == "Not Running: User has reached queue one running job limit."
    pbs_site.call("qdel", first)
    assert pbs_site.ended(second).exit_status == 0


def test_everything_waits_while_the_settings_say_so(pbs_site: PbsSite) -> None:
    pbs_site.pbs.change(hold_pending=True)
    key = pbs_site.submitted("true")
    assert pbs_site.commented(key) == "Not Running: Not enough free nodes available"
    pbs_site.pbs.change(hold_pending=False)
    assert pbs_site.ended(key).exit_status == 0


def test_a_held_job_waits_until_it_is_released(pbs_site: PbsSite) -> None:
    key = pbs_site.submitted("true")
    held = pbs_site.submitted("true", "-h")
    assert pbs_site.ended(key).exit_status == 0
    assert (pbs_site.job(held).state, pbs_site.job(held).hold) == ("H", "u")
    assert pbs_site.call("qhold", "-h", "o", held).code == (0 if pbs_site.job(held).owner == "root" else 159)
    pbs_site.call("qrls", "-h", "uo", held, user="root")
    assert pbs_site.ended(held).exit_status == 0


def test_a_route_queue_hands_on_or_drops(pbs_site: PbsSite) -> None:
    short = pbs_site.submitted("true", "-q", "entry", "-l", "walltime=00:10:00")
    long = pbs_site.submitted("true", "-q", "entry", "-l", "walltime=10:00:00")
    assert (pbs_site.job(short).queue, pbs_site.job(long).queue) == ("short", "long")
    dropped = pbs_site.submitted("true", "-q", "entry", "-l", "walltime=01:00:00")
    pbs_site.pbs.change(history=True)
    assert pbs_site.call("qstat", "-x", "-f", dropped) == Ran(153, "", f"qstat: Unknown Job Id {dropped}.login1\n")


def test_another_users_job_is_not_ended(pbs_site: PbsSite) -> None:
    pbs_site.pbs.change(hold_pending=True)
    ran = pbs_site.call("qsub", script="true", user="chemist")
    key = ran.out.partition(".")[0]
    assert pbs_site.call("qdel", key, user="biologist") == Ran(159, "", f"qdel: Unauthorized Request  {key}.login1\n")
    assert pbs_site.job(key).state == "Q"


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Fault(silent=True), Ran(0, "", "")),
        (Fault(swapped=True), Ran(0, "", "0.login1\n")),
        (Fault(exit_code=255, err="Connection refused\n"), Ran(255, "", "Connection refused\n")),
        (Fault(replace=(r"\d+\.", "77.")), Ran(0, "77.login1\n", "")),
        (Fault(delay=0.2, delay_after=0.2), Ran(0, "0.login1\n", "")),
        (Fault(out="rubbish\n"), Ran(0, "rubbish\n", "")),
    ],
)
def test_a_command_lies_or_fails_on_demand(pbs_site: PbsSite, fault: Fault, answer: Ran) -> None:
    pbs_site.pbs.change(hold_pending=True)
    pbs_site.submitted("true", "-N", "mine")
    pbs_site.pbs.fault("qselect", fault)
    assert pbs_site.call("qselect", "-N", "mine") == answer
    pbs_site.pbs.fault("qselect")
    assert pbs_site.call("qselect", "-N", "mine") == Ran(0, "0.login1\n", "")


def test_a_fault_ends_after_so_many_calls(pbs_site: PbsSite) -> None:
    pbs_site.pbs.fault("qstat", Fault(exit_code=1, times=2))
    assert [pbs_site.call("qstat").code for _ in range(3)] == [1, 1, 0]


def test_a_command_hangs_until_the_fault_is_taken_away(pbs_site: PbsSite) -> None:
    pbs_site.pbs.fault("qstat", Fault(hang=True))
    with pbs_site.begun("qstat", "--version") as hung:
        until(pbs_site.pbs.processes)
        assert hung.poll() is None
        pbs_site.pbs.fault("qstat")
        assert hung.communicate() == ("pbs_version = 23.06.06\n", "")


def test_a_command_prints_for_ever(pbs_site: PbsSite) -> None:
    pbs_site.pbs.fault("qstat", Fault(endless=True))
    with pbs_site.begun("qstat") as endless:
        assert endless.stdout is not None
        assert len(endless.stdout.read(1_000_000)) == 1_000_000
        endless.kill()


def test_late_answer_leaves_a_job(pbs_site: PbsSite) -> None:
    """Who gives up on qsub has a job nevertheless."""
    pbs_site.pbs.fault("qsub", Fault(delay_after=600.0))
    with pbs_site.begun("qsub", "-N", "left", "--", "sleep", "600") as late:
        until(pbs_site.pbs.jobs)
        late.kill()
        assert late.communicate() == ("", "")
    assert [job.name for job in pbs_site.pbs.jobs()] == ["left"]


def test_a_qdel_that_says_nothing_does_nothing(pbs_site: PbsSite) -> None:
    key = pbs_site.submitted("sleep 600")
    pbs_site.pbs.fault("qdel", Fault(silent=True))
    assert pbs_site.call("qdel", key) == Ran(0, "", "")
    assert pbs_site.running(key).deleted_by == ""


def test_nothing_lives_on_after_the_end(pbs_site: PbsSite) -> None:
    key = pbs_site.submitted("setsid sleep 600 & sleep 601")
    pbs_site.running(key)
    pbs_site.pbs.stop()
    assert pbs_site.pbs.processes() == []
    assert json.loads((pbs_site.pbs.store.job_folder(key) / "record.json").read_text(encoding="utf-8"))["state"] == "R"

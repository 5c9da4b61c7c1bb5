"""The stand-in LSF runs, holds back, limits and ends jobs as LSF does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.standin_lsf.cluster import Fault
from tests.standin_lsf.control import StandInLsf, start
from tests.standin_lsf.presets import pegasus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.standin_lsf.state import JobRecord

SOON = 10.0


@dataclass(frozen=True)
class Site:
    """A stand-in, the folder from which jobs are submitted, and a way to call commands."""

    lsf: StandInLsf
    folder: Path

    def call(self, *words: str, script: str = "", seconds: float = 20.0) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        return subprocess.run(
            [f"{self.lsf.path}/{words[0]}", *words[1:]],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            cwd=self.folder,
            env=self.lsf.environment(os.environ),
        )

    def begun(self, *words: str) -> subprocess.Popen[str]:
        """Begin one command without waiting for its end."""
        return subprocess.Popen(
            [f"{self.lsf.path}/{words[0]}", *words[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self.lsf.environment(os.environ),
        )

    def job(self, number: int = 1) -> JobRecord:
        """Return one job."""
        return next(job for job in self.lsf.jobs() if job.id == number)

    def until(self, condition: Callable[[], object], seconds: float = SOON) -> None:
        """Wait for a condition."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.lsf.jobs()
            time.sleep(0.03)

    def running(self, number: int = 1) -> None:
        """Wait until a job has its process."""
        self.until(lambda: self.job(number).pid)

    def ended(self, number: int = 1) -> JobRecord:
        """Wait for the end of a job and return it."""
        self.until(lambda: not self.job(number).unfinished)
        return self.job(number)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A small Pegasus with short intervals."""
    lsf = start(tmp_path / "state", pegasus(nodes=1))
    lsf.change(job_terminate_interval=0.5, poll_interval=0.05, memory_check_interval=0.1)
    folder = tmp_path / "work"
    folder.mkdir()
    yield Site(lsf, folder)
    lsf.stop()
    assert lsf.processes() == []


SCRIPT = """#!/usr/bin/env bash
#BSUB -J worker
#BSUB -q general
#BSUB -P "some project"
#BSUB -n 2
#BSUB -R "span[hosts=1]"
#BSUB -M 200
#BSUB -W 00:05
#BSUB -o out.%J
#BSUB -e err.%J
echo "$LSB_JOBID $LSB_JOBINDEX $LSB_HOSTS|$LSB_MCPU_HOSTS|$LSB_QUEUE $LSB_JOBNAME $LSB_OUTPUTFILE ${BASH_VERSION:+bash}"
echo "$PWD $LS_SUBCWD $TRAVELS"
echo complaint >&2
"""


def test_script_on_standard_input_runs_with_its_directives(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of the script count, the environment and the folder travel, the report is LSF's."""
    monkeypatch.setenv("TRAVELS", "along")
    found = site.call("bsub", script=SCRIPT)
    assert (found.stdout, found.stderr) == ("Job <1> is submitted to queue <general>.\n", "")
    job = site.ended()
    assert (job.status, job.name, job.slots, job.project) == ("DONE", "worker", 2, "some project")
    assert (job.memory_limit_kb, job.run_limit, job.exit_code) == (200 * 1024, 5.0, 0)
    text = (site.folder / "out.1").read_text(encoding="utf-8")
    assert text.startswith("Sender: LSF System <lsfadmin@n001>\nSubject: Job 1: <worker> Done\n")
    body = text.partition("The output (if any) follows:\n\n")[2].splitlines()
    assert body[0] == "1 0 n001 n001|n001 2 |general worker out.1 bash"
    assert body[1] == f"{site.folder} {site.folder} along"
    assert "Read file <err.1> for stderr output of this job." in body
    assert (site.folder / "err.1").read_text(encoding="utf-8") == "complaint\n"


def test_command_line_wins_over_the_script(site: Site) -> None:
    """An option given to bsub replaces the one in the script; the rest of the script stands."""
    site.lsf.change(hold_pending=True)
    site.call("bsub", "-J", "other", "-W", "7", script=f"{SCRIPT}#BSUB -n 3 # late\n")
    assert (site.job().name, site.job().run_limit, site.job().slots) == ("other", 7.0, 3)


def test_file_as_argument_is_a_command_without_directives(site: Site) -> None:
    """`bsub FILE` reads no `#BSUB` line; a file that is gone by then ends with 127."""
    (site.folder / "job.sh").write_text("#BSUB -J named\nexit 3\n", encoding="utf-8")
    site.call("bsub", "sh", "job.sh")
    assert site.call("bsub", f"{site.folder}/gone.sh").stdout == "Job <2> is submitted to default queue <general>.\n"
    assert (site.ended(1).name, site.ended(1).exit_code, site.ended(2).exit_code) == ("sh job.sh", 3, 127)
    assert "Exited with exit code 3." in site.call("bjobs", "-l", "1").stdout


def test_output_is_kept_back_and_peeked_and_appended(site: Site) -> None:
    """No output file exists while the job runs; bpeek shows the text; the end appends to a file that is there."""
    (site.folder / "log").write_text("before\n", encoding="utf-8")
    site.call("bsub", "-o", "log", "-e", "%J.err", "echo so far; sleep 0.6")
    site.until(lambda: "so far" in site.call("bpeek", "1").stdout)
    assert site.call("bpeek").stdout.startswith("<< output from stdout >>\nso far\n")
    assert (site.folder / "log").read_text(encoding="utf-8") == "before\n"
    assert not (site.folder / "1.err").exists()
    site.ended()
    assert (site.folder / "log").read_text(encoding="utf-8").startswith("before\nSender: LSF System")
    assert (site.folder / "1.err").exists()


def test_missing_log_folder_loses_the_output_only(site: Site) -> None:
    """A job whose output has no place is DONE all the same."""
    site.call("bsub", "-o", "none/log", "echo lost")
    assert (site.ended().status, site.job().output_lost) == ("DONE", True)
    assert list(site.folder.iterdir()) == []


def test_jobs_wait_for_slots_and_start_in_turn(site: Site) -> None:
    """What does not fit is pending with the recorded reason and starts when room appears."""
    site.call("bsub", "-n", "15", "-R", "rusage[mem=100]", "sleep 30")
    site.call("bsub", "-J", "second", "true")
    site.running()
    assert site.job(2).status == "PEND"
    assert " Job slot limit reached: 1 host;\n" in site.call("bjobs", "-p").stdout
    assert " Job slot limit reached: n001;\n" in site.call("bjobs", "-lp", "2").stdout
    assert site.call("bkill", "1").stdout == "Job <1> is being terminated\n"
    assert site.ended(2).status == "DONE"


def test_memory_is_reserved_per_slot_or_per_job(site: Site) -> None:
    """Reserved megabytes count per slot where the settings say so; what never fits stays pending."""
    site.call("bsub", "-n", "4", "-R", "rusage[mem=9000]", "true")
    site.until(lambda: "(mem) not satisfied: 1 host;" in site.call("bjobs", "-p").stdout)
    site.lsf.change(reserve_per_slot=False)
    assert site.ended().status == "DONE"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"hold_pending": True}, "Job slot limit reached: 1 host;"),
        ({"jobs_per_user": 0}, "The user has reached his/her job slot limit: 1 host;"),
    ],
)
def test_jobs_wait_while_the_settings_say_so(site: Site, settings: dict[str, object], reason: str) -> None:
    """Everything can be held pending and released."""
    site.lsf.change(**settings)
    site.call("bsub", "true")
    time.sleep(0.2)
    assert site.job().status == "PEND"
    assert reason in site.call("bjobs", "-p").stdout
    site.lsf.change(hold_pending=False, jobs_per_user=None)
    assert site.ended().status == "DONE"


def test_held_dated_and_dependent_jobs_wait(site: Site) -> None:
    """`-H`, `-b` and `-w` keep a job from starting, each with its reason; `-t` removes a held one."""
    site.call("bsub", "-J", "first", "-H", "-t", "23:59", "true")
    later = site.call("bsub", "-b", time.strftime("%H:%M", time.localtime(time.time() + 7200)), "true")
    site.call("bsub", "-w", "ended(first)", "true")
    assert later.stderr.startswith("Job will be scheduled after ")
    assert site.job(1).status == "PSUSP"
    reasons = site.call("bjobs", "-p").stdout
    for words in ("suspended by the user while pending", "specified start time", "dependency condition not satisfied"):
        assert f"{words}: 1 host;" in reasons
    site.lsf.change(clock_ahead=90000.0)
    assert (site.ended(1).status, site.ended(2).status, site.ended(3).status) == ("EXIT", "DONE", "DONE")


def test_kill_begins_with_an_interrupt_and_reaches_every_process(site: Site) -> None:
    """A job that takes SIGINT ends by itself, one that ignores it is killed with all it started."""
    site.call(
        "bsub", "-o", "polite", "trap 'echo interrupted; exit 0' INT; touch 1.ready; while :; do sleep 0.05; done"
    )
    site.call("bsub", "trap '' INT TERM; setsid sleep 61 & sleep 62 & touch 2.ready; while :; do sleep 0.05; done")
    site.until(lambda: (site.folder / "1.ready").exists() and (site.folder / "2.ready").exists())
    assert site.call("bkill", "1", "2").returncode == 0
    assert site.ended(1).status == "DONE"
    assert "interrupted" in (site.folder / "polite").read_text(encoding="utf-8")
    assert site.job(2).status == "RUN"
    assert (site.ended(2).exit_code, site.job(2).status) == (128 + signal.SIGKILL, "EXIT")
    site.until(lambda: not site.lsf.processes())


def test_kill_by_name_takes_the_newest_unless_all_are_meant(site: Site) -> None:
    """`bkill -J NAME` ends one job, `bkill -J NAME 0` all of that name, `bkill 0` all."""
    site.lsf.change(hold_pending=True)
    for name in ("a", "a", "a", "b"):
        site.call("bsub", "-J", name, "true")
    assert site.call("bkill", "-J", "a").stdout == "Job <3> is being terminated\n"
    found = site.call("bkill", "-J", "a", "0").stdout
    assert found == "Job <1> is being terminated\nJob <2> is being terminated\n"
    assert site.call("bkill", "0").stdout == "Job <4> is being terminated\n"
    assert site.lsf.unfinished() == []
    assert site.call("bkill", "-J", "nosuch").returncode == 255


def test_signal_alone_is_passed_on(site: Site) -> None:
    """`bkill -s USR1` sends that signal once."""
    site.call("bsub", "trap 'exit 9' USR1; touch ready; while :; do sleep 0.05; done")
    site.until((site.folder / "ready").exists)
    assert site.call("bkill", "-s", "USR1", "1").stdout == "Job <1> is being signaled\n"
    assert site.ended().exit_code == 9


def test_run_limit_ends_a_job_with_sigusr2(site: Site) -> None:
    """At its walltime a job gets SIGUSR2, exit code 140, and IBM's words."""
    site.lsf.change(seconds_per_minute=0.3)
    site.call("bsub", "-W", "1", "-o", "log", "sleep 60")
    assert (site.ended().exit_code, site.job().status) == (140, "EXIT")
    shown = site.call("bjobs", "-l", "1").stdout
    assert "TERM_RUNLIMIT: job killed after reaching LSF run time limit." in shown
    assert "Exited with exit code 140." in shown
    assert "Exited\n" in (site.folder / "log").read_text(encoding="utf-8").splitlines(keepends=True)[1]
    site.call("bsub", "-W", "0", "sleep 60")
    assert site.ended(2).exit_code == 140


def test_memory_limit_is_enforced_only_where_the_settings_say_so(site: Site) -> None:
    """A job over `-M` is interrupted, whichever of its processes holds the memory."""
    hungry = f"{sys.executable} -S -c \"x = b'y' * (120 << 20); import time; time.sleep(60)\"; exit $?"
    site.call("bsub", "-M", "60", hungry)
    site.running()
    time.sleep(0.5)
    assert site.job().status == "RUN"
    site.lsf.change(enforce_memory=True)
    assert site.ended().exit_code == 130
    assert "TERM_MEMLIMIT: job killed after reaching LSF memory usage limit." in site.call("bjobs", "-l", "1").stdout
    assert site.job().max_memory_kb > 60 * 1024


def test_fields_and_json_are_told(site: Site) -> None:
    """`-o` names fields, `-json` gives the same as JSON, `-a` shows ended jobs too."""
    site.call("bsub", "-J", 'a "quoted" name', "true")
    site.ended()
    fields = ("-o", "jobid stat exec_host job_name")
    assert site.call("bjobs", "-a", *fields).stdout.splitlines()[1] == '1 DONE n001 a "quoted" name'
    told = json.loads(site.call("bjobs", "-a", *fields, "-json").stdout)
    assert told["RECORDS"][0]["JOB_NAME"] == 'a "quoted" name'
    assert site.call("bjobs", "-d", "-J", "nosuch").returncode == 255


def test_banner_and_projects(site: Site) -> None:
    """Pegasus prints the project first; a project that is not known is refused."""
    site.lsf.change(project_banner=True, projects=("proj2019",), hold_pending=True)
    lines = site.call("bsub", "-P", "proj2019", "true").stdout.splitlines()
    assert lines == ["Job is submitted to <proj2019> project.", "Job <1> is submitted to default queue <general>."]
    refused = site.call("bsub", "-P", "none", "true")
    assert (refused.returncode, refused.stdout) == (255, "")
    assert refused.stderr.startswith("Project <none> does not exist")
    assert refused.stderr.endswith("Request aborted by esub. Job not submitted.\n")


def test_late_answer_leaves_a_job(site: Site) -> None:
    """With the id late, who gives up on bsub has a job nevertheless."""
    site.lsf.fault("bsub", Fault(delay_after=30.0))
    with site.begun("bsub", "-J", "left", "sleep 60") as late:
        site.until(site.lsf.jobs)
        late.kill()
        assert late.communicate() == ("", "")
    assert [job.name for job in site.lsf.jobs()] == ["left"]


def test_commands_hang_and_recover(site: Site) -> None:
    """A hung command says so and blocks, until the setting is taken away; with LIM down all but lsid hang."""
    site.lsf.fault("bjobs", Fault(hang=True))
    with site.begun("bjobs") as hung:
        assert hung.stderr is not None
        assert hung.stderr.readline() == "LSF daemon (LIM) not responding ... still trying\n"
        assert hung.poll() is None
        site.lsf.fault("bjobs")
        assert hung.communicate(timeout=SOON) == ("", "No unfinished job found\n")
    site.lsf.change(lim_down=True)
    assert site.call("lsid").returncode == 255
    with site.begun("bqueues") as hung:
        assert hung.stderr is not None
        assert "LIM" in hung.stderr.readline()
        hung.kill()


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (Fault(exit_code=255, text="Cannot connect"), (255, "", "Cannot connect\n")),
        (Fault(silent=True), (0, "", "")),
        (Fault(signal=signal.SIGSEGV), (-signal.SIGSEGV, "", "")),
    ],
)
def test_commands_fail_in_place_of_their_work(site: Site, fault: Fault, wanted: tuple[int, str, str]) -> None:
    """A failing command does nothing unless told to act, and a fault can be limited in number."""
    site.lsf.fault("bsub", fault)
    found = site.call("bsub", "true")
    assert (found.returncode, found.stdout, found.stderr) == wanted
    assert site.lsf.jobs() == []
    site.lsf.fault("bsub", Fault(silent=True, acts=True, times=1))
    assert site.call("bsub", "true").stdout == ""
    assert site.call("bsub", "true").stdout.startswith("Job <2>")


def test_stop_leaves_nothing(tmp_path: Path) -> None:
    """Jobs, supervisors, hung commands and detached grandchildren are gone after stop."""
    lsf = start(tmp_path / "state", pegasus())
    site = Site(lsf, tmp_path)
    site.call("bsub", "setsid sleep 71 & trap '' INT TERM; sleep 72; sleep 73")
    site.call("bsub", "-n", "14", "-R", "select[maxmem>999999]", "true")
    site.running()
    lsf.fault("bjobs", Fault(hang=True))
    with site.begun("bjobs") as hung:
        site.until(lambda: hung.pid in lsf.processes())
        lsf.stop()
        assert hung.wait(SOON) != 0
    assert lsf.processes() == []


WORK = """
import sys
from dask_jobqueue import LSFCluster
from distributed import Client

if __name__ == "__main__":
    with LSFCluster(
        queue="general", cores=1, memory="512MB", interface="lo", walltime="00:10",
        log_directory=sys.argv[1], local_directory=sys.argv[1], lsf_units="mb",
        scheduler_options={"dashboard": False}, python=sys.executable,
    ) as cluster, Client(cluster) as client:
        cluster.scale(jobs=2)
        client.wait_for_workers(2, timeout=60)
        print(sum(client.gather(client.map(lambda number: number * number, range(10)))))
"""


@pytest.mark.slow
def test_dask_jobqueue_computes_and_leaves_nothing(site: Site) -> None:
    """LSFCluster submits, finds its ids, computes and closes over the stand-in."""
    pytest.importorskip("dask_jobqueue")
    site.lsf.change(job_terminate_interval=10.0)
    program = site.folder / "program.py"
    program.write_text(WORK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), str(site.folder)],
        env=site.lsf.environment(os.environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout == "285\n", done.stderr
    site.lsf.wait_until_empty(30.0)
    assert [job.name for job in site.lsf.jobs()] == ["dask-worker"] * 2
    site.until(lambda: not site.lsf.processes())

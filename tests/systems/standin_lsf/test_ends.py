"""The stand-in LSF ends jobs, limits them and fails on demand as LSF does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.systems.standin_lsf.cluster import Fault
from tests.systems.standin_lsf.control import start
from tests.systems.standin_lsf.presets import pegasus
from tests.systems.standin_lsf.site import SOON, Site

if TYPE_CHECKING:
    from pathlib import Path


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
        scheduler_options={"dashboard_address": "127.0.0.1:0"}, python=sys.executable,
    ) as cluster, Client(cluster) as client:
        cluster.scale(jobs=2)
        client.wait_for_workers(2)
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
    site.lsf.wait_until_empty()
    assert [job.name for job in site.lsf.jobs()] == ["dask-worker"] * 2
    site.until(lambda: not site.lsf.processes())

"""The whole way on a real Grid Engine, as an ordinary user: init, validate, script, qsub's own check, smoke test."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.running import ended, until, until_it_says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.systems.gridengine.cluster import Cluster

pytestmark = pytest.mark.slow
INIT = ("init", "--scheduler", "sge", "--queue", "all.q", "--cores-per-node", "8", "--memory-per-node", "16GB")
ANSWERS = ("--memory", "1GB", "--memory-resource", "mem_free", "--interface", "lo", "--yes")
SMALL = ("--columns", "100")


@pytest.fixture
def here(gridengine: Cluster) -> Iterator[Cluster]:
    """A cluster without jobs, and a section written by init."""
    gridengine.run("rm", "-rf", ".config", "dask-logs")
    made = gridengine.run("pegconf", *INIT, *ANSWERS)
    assert made[0] == 0, made
    yield gridengine
    gridengine.run("qdel", "-u", "pegtest")


def listed(here: Cluster) -> str:
    """What qstat lists of the user's unfinished jobs, once those that are being deleted are gone."""
    until(lambda: not here.run("qstat")[1])
    return here.run("qstat")[1]


def section(here: Cluster, *change: str) -> None:
    """Change the file by a sed expression."""
    changed = here.run("sed", "-i", *(word for one in change for word in ("-e", one)), ".config/dask/jobqueue.yaml")
    assert changed[0] == 0, changed


def test_init_writes_what_validate_and_qsub_find_right(here: Cluster) -> None:
    assert here.run("pegconf", "validate") == (0, "~/.config/dask/jobqueue.yaml: sge: nothing wrong found\n", "")
    code, script, _ = here.run("pegconf", "script")
    assert code == 0
    assert [line for line in script.splitlines() if line.startswith("#$")] == [
        "#$ -N dask-worker",
        "#$ -q all.q",
        "#$ -l mem_free=597M",
        "#$ -l h_rt=04:00:00",
        f"#$ -e {here.home}/dask-logs/",
        f"#$ -o {here.home}/dask-logs/",
        "#$ -cwd",
        "#$ -j y",
        "#$ -pe smp 2",
    ]
    # On an empty cluster (-w v) no host has a mem_free, which is a load value; now (-w p) it has.
    suitable = (0, "verification: found suitable queue(s)\n", "")
    assert here.run("qsub", "-w", "p", given=script) == suitable
    assert here.run("pegconf", "init", "--scheduler", "sge", "--memory-resource", "h_vmem", "--yes")[0] == 0
    script = here.run("pegconf", "script")[1]
    assert here.run("qsub", "-w", "v", given=script) == suitable
    assert listed(here) == ""


def test_what_this_cluster_says_of_itself_is_enough_for_a_section_that_runs(here: Cluster) -> None:
    here.run("rm", "-rf", ".config")
    code, out, err = here.run("pegconf", "init", "--queue", "all.q", "--interface", "lo", "--memory", "1GB", "--yes")
    assert code == 0, (out, err)
    assert here.run("pegconf", "validate") == (0, "~/.config/dask/jobqueue.yaml: sge: nothing wrong found\n", "")
    code, out, err = here.run("pegconf", "smoke-test", *SMALL)
    assert code == 0, (out, err)


def test_four_workers_compute_and_no_job_is_left(here: Cluster) -> None:
    code, out, err = here.run("pegconf", "smoke-test", "--workers", "4", *SMALL)
    assert code == 0, (out, err)
    assert out.startswith("Section sge on Grid Engine: 4 workers in 2 jobs of 2 cores and 1.0 GB\n")
    assert out.endswith("No job of this test is left on Grid Engine.\n")
    assert listed(here) == ""
    assert list(here.home.glob("dask-logs/*")) == []


@pytest.mark.parametrize("resource", ["h_vmem", "none"])
def test_workers_start_within_the_memory_that_is_asked_for(here: Cluster, resource: str) -> None:
    assert here.run("pegconf", "init", "--scheduler", "sge", "--memory-resource", resource, "--yes")[0] == 0
    code, out, err = here.run("pegconf", "smoke-test", *SMALL)
    assert code == 0, (out, err)
    again = here.run("pegconf", "init", "--scheduler", "sge", "--yes")
    assert "says so already; nothing was written" in again[1]


def test_dask_jobqueue_itself_gets_the_slots_that_the_section_asks_for(here: Cluster) -> None:
    program = (
        "import subprocess\n"
        "from dask_jobqueue import SGECluster\n"
        "cluster = SGECluster()\n"
        "cluster.scale(jobs=1)\n"
        "client = cluster.get_client()\n"
        "client.wait_for_workers(2)\n"
        "print(subprocess.run(['qstat', '-r'], capture_output=True, text=True).stdout)\n"
        "client.close()\n"
        "cluster.close()\n"
    )
    code, out, err = here.run(sys.executable, "-c", program)
    assert code == 0, (out, err)
    assert "Granted PE:       smp 2" in out
    assert listed(here) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("s/queue: all.q/queue: nosuch.q/", 'because job requests unknown queue "nosuch.q"'),
        ("s/-pe smp 2/-pe nosuch 2/", 'the requested parallel environment "nosuch" does not exist'),
        ("s/mem_free=597M/nosuch=597M/", 'unknown resource "nosuch"'),
    ],
)
def test_what_qsub_refuses_is_told_in_its_own_words(here: Cluster, change: str, said: str) -> None:
    section(here, change)
    code, out, err = here.run("pegconf", "smoke-test", *SMALL)
    assert code == 1, (out, err)
    assert "It does not run: qsub refused the job: Unable to run job: " in out
    assert said in out
    assert listed(here) == ""


def test_why_a_job_ended_is_named_and_none_is_left(here: Cluster) -> None:
    section(here, "s/job-extra-directives: .*/job-extra-directives: ['-pe smp 2', '-wd \\/no\\/such\\/folder']/")
    code, out, err = here.run("pegconf", "smoke-test", *SMALL)
    assert code == 1, (out, err)
    said = "ended before its workers connected: can't chdir to /no/such/folder: No such file or directory [PEG604]"
    assert said in out
    assert listed(here) == ""


def test_a_job_that_only_waits_is_no_failure_and_is_cancelled(here: Cluster) -> None:
    section(here, "s/-pe smp 2/-h/")
    code, out, err = here.run("pegconf", "smoke-test", "--timeout", "20", *SMALL)
    assert code == 4, (out, err)
    assert "It has not started: 1 of 1 job accepted still wait" in out
    assert listed(here) == ""


DRIVEN = """\
import time
from dask_jobqueue import SGECluster
if __name__ == "__main__":
    cluster = SGECluster()
    cluster.scale(jobs=1)
    client = cluster.get_client()
    client.wait_for_workers(2)
    print("2 workers", flush=True)
    time.sleep(1000)
"""
COMPUTING = "sequentially, on one worker"


def test_a_driver_whose_time_is_up_leaves_no_job(here: Cluster) -> None:
    program = here.home / "forever.py"
    written = here.run("sh", "-c", f"cat > {program}", given=DRIVEN)
    assert written[0] == 0, written
    script = here.run("pegconf", "script", "--driver", str(program), "--cores", "1", "--memory", "500MB")
    assert "#$ -notify" in script[1], script
    assert here.run("qsub", "-l", "h_rt=00:01:00", given=script[1])[0] == 0
    assert until(lambda: "2 workers" in here.run("sh", "-c", "cat dask-logs/*.o* 2>/dev/null")[1])
    assert len(here.run("qstat")[1].splitlines()) == 4
    assert listed(here) == ""


def test_ctrl_c_while_workers_compute_leaves_nothing(here: Cluster) -> None:
    with here.start("pegconf", "smoke-test", "--workers", "4", "--columns", "6000") as process:
        until_it_says(process, COMPUTING)
        psutil.Process(process.pid).children()[0].send_signal(signal.SIGINT)
        ran = ended(process)
    assert ran.code == 130, ran
    assert "Traceback" not in ran.err
    assert listed(here) == ""


def test_a_job_that_is_deleted_while_it_computes_is_named(here: Cluster) -> None:
    with here.start("pegconf", "smoke-test", "--workers", "4", "--columns", "6000") as process:
        until_it_says(process, COMPUTING)
        victim = here.run("qstat")[1].splitlines()[2].split()[0]
        assert here.run("qdel", victim)[0] == 0
        ran = ended(process)
    assert ran.code == 1, ran
    assert f"job {victim} ended while its workers computed" in ran.out
    assert listed(here) == ""


def test_a_job_of_the_user_that_is_not_the_tests_stays(here: Cluster) -> None:
    assert here.run("qsub", "-N", "mine", "-o", "/dev/null", "-j", "y", "-b", "y", "sleep", "300")[0] == 0
    assert here.run("pegconf", "smoke-test", *SMALL)[0] == 0
    left = [line.split()[2] for line in here.run("qstat")[1].splitlines()[2:]]
    assert left == ["mine"]

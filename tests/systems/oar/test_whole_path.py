"""The whole way on a real OAR, as an ordinary user: init, validate, script, smoke test, and an empty queue."""

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
NODE = ("--queue", "default", "--cores-per-node", "8", "--memory-per-node", "16GB", "--memory", "1GB")
SMALL = ("--columns", "100")


@pytest.fixture
def here(oar: Cluster) -> Iterator[Cluster]:
    """A cluster without jobs, and a section written by init."""
    oar.run("rm", "-rf", ".config", "dask-logs")
    made = oar.run("pegconf", "init", *NODE, "--interface", "lo", "--yes")
    assert made[0] == 0, made
    yield oar
    oar.run("oardel", "--sql", "job_user = 'pegtest'")


def listed(here: Cluster) -> str:
    """What oarstat lists of unfinished jobs, once those that are being deleted are gone."""
    until(lambda: not here.run("oarstat")[1].strip())
    return here.run("oarstat")[1].strip()


def change(here: Cluster, expression: str) -> None:
    """Change the file by a sed expression."""
    changed = here.run("sed", "-i", "-e", expression, ".config/dask/jobqueue.yaml")
    assert changed[0] == 0, changed


def test_init_writes_what_validate_finds_right(here: Cluster) -> None:
    assert here.run("pegconf", "validate") == (0, "~/.config/dask/jobqueue.yaml: oar: nothing wrong found\n", "")
    code, script, _ = here.run("pegconf", "script")
    assert code == 0
    assert [line for line in script.splitlines() if line.startswith("#OAR")] == [
        "#OAR -n dask-worker",
        "#OAR -q default",
        "#OAR -l /nodes=1/core=2,walltime=04:00:00",
        f"#OAR -O {here.home}/dask-logs/OAR.%jobid%.out",
        f"#OAR -E {here.home}/dask-logs/OAR.%jobid%.err",
        "#OAR -p mem_core>=477",
    ]


def test_four_workers_compute_and_no_job_is_left(here: Cluster) -> None:
    code, out, err = here.run("pegconf", "smoke-test", "--workers", "4", *SMALL)
    assert code == 0, (out, err)
    assert out.startswith("Section oar on OAR: 4 workers in 2 jobs of 2 cores and 1.0 GB\n")
    assert out.endswith("No job of this test is left on OAR.\n")
    assert listed(here) == ""
    assert list(here.home.glob("dask-logs/*")) == []


def test_without_a_property_memory_is_not_asked_for(here: Cluster) -> None:
    assert here.run("pegconf", "init", "--memory-property", "not_applicable", "--yes")[0] == 0
    assert "mem_core" not in here.run("pegconf", "script")[1]
    code, out, err = here.run("pegconf", "smoke-test", *SMALL)
    assert code == 0, (out, err)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("s/queue: default/queue: nosuch/", "oarsub refused the job: ERROR : The queue nosuch does not exist"),
        ("s/core=2/core=9/", "oarsub refused the job: There are not enough resources for your request"),
        (
            "s/python: null/python: \\/no\\/such\\/python/",
            "/no/such/python does not exist on the compute node [PEG613]",
        ),
        (
            "s/job-script-prologue: \\[\\]/job-script-prologue: [exit 3]/",
            "ended before its workers connected: Exited with exit code 3. [PEG604]",
        ),
    ],
)
def test_a_cause_is_named(here: Cluster, expression: str, said: str) -> None:
    change(here, expression)
    code, out, err = here.run("pegconf", "smoke-test", *SMALL)
    assert code == 1, (out, err)
    assert said in out
    assert listed(here) == ""


def test_ctrl_c_while_workers_compute_leaves_nothing(here: Cluster) -> None:
    with here.start("pegconf", "smoke-test", "--workers", "4", "--columns", "6000") as process:
        until_it_says(process, "sequentially, on one worker")
        psutil.Process(process.pid).children()[0].send_signal(signal.SIGINT)
        ran = ended(process)
    assert ran.code == 130, ran
    assert "Traceback" not in ran.err
    assert listed(here) == ""


def test_dask_jobqueue_itself_runs_the_section(here: Cluster) -> None:
    program = (
        "from dask_jobqueue import OARCluster\n"
        "cluster = OARCluster()\n"
        "cluster.scale(jobs=1)\n"
        "client = cluster.get_client()\n"
        "client.wait_for_workers(2)\n"
        "print('sum', sum(client.gather(client.map(lambda x: x + 1, range(10)))))\n"
        "client.close()\n"
        "cluster.close()\n"
    )
    code, out, err = here.run(sys.executable, "-c", program)
    assert (code, out) == (0, "sum 55\n"), err
    assert listed(here) == ""


def test_a_probe_job_answers_and_leaves_nothing(here: Cluster) -> None:
    here.run("rm", "-rf", ".config")
    code, out, err = here.run("pegconf", "init", *NODE, "--probe", "--yes")
    assert code == 0, (out, err)
    assert "Seen on node01 by the probe job" in err
    assert "with distributed" in err
    assert (listed(here), list(here.home.glob(".peg-*"))) == ("", [])


def test_a_probe_job_that_is_refused_is_told_in_its_own_words(here: Cluster) -> None:
    here.run("rm", "-rf", ".config")
    code, out, err = here.run("pegconf", "init", *NODE, "--queue", "nosuch", "--probe", "--yes")
    assert code == 0, (out, err)
    assert "--probe: oarsub took no probe job: ERROR : The queue nosuch does not exist" in " ".join(err.split())
    assert (listed(here), list(here.home.glob(".peg-*"))) == ("", [])

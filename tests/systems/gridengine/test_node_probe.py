"""`pegconf init --probe` on a real Grid Engine, as an ordinary user."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import psutil
import pytest
import yaml

from tests.running import ended, until, until_it_says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.systems.gridengine.cluster import Cluster

pytestmark = pytest.mark.slow
PROBE = ("pegconf", "init", "--queue", "all.q", "--memory", "1GB", "--probe", "--yes")


@pytest.fixture
def here(gridengine: Cluster) -> Iterator[Cluster]:
    """A cluster without jobs and without a configuration."""
    gridengine.run("rm", "-rf", ".config", "dask-logs")
    yield gridengine
    gridengine.run("qdel", "-u", "pegtest")


def nothing_left(here: Cluster) -> bool:
    """Whether there is neither a job nor a file of the probe's."""
    until(lambda: not here.run("qstat")[1])
    return (here.run("qstat")[1], list(here.home.glob(".peg-*"))) == ("", [])


def test_the_interface_that_a_job_has_seen_is_written(here: Cluster) -> None:
    code, out, err = here.run(*PROBE)
    assert code == 0, (out, err)
    root = yaml.safe_load(here.run("cat", ".config/dask/jobqueue.yaml")[1])
    assert root["pegconf"]["sections"]["sge"]["interface-verified"] is True
    links = here.run("ip", "-o", "-4", "addr")[1]
    assert f" {root['jobqueue']['sge']['interface']} " in links
    said = " ".join(err.split())
    assert "this host has it too" in said
    assert "QUEUE=all.q" in said
    assert nothing_left(here)


def test_a_job_that_is_refused_is_told_in_its_own_words(here: Cluster) -> None:
    node = ("--cores-per-node", "8", "--memory-per-node", "16GB")
    code, out, err = here.run(*(word.replace("all.q", "nosuch.q") for word in PROBE), *node)
    assert code == 0, (out, err)
    assert "--probe: qsub took no probe job: Unable to run job: " in err
    assert 'requests unknown queue "nosuch.q"' in err
    assert nothing_left(here)


def test_a_job_that_only_waits_is_cancelled_also_by_ctrl_c(here: Cluster) -> None:
    assert here.run("qmod", "-d", "*", root=True)[0] == 0
    try:
        code, out, err = here.run(*PROBE, "--probe-timeout", "20")
        assert code == 0, (out, err)
        assert "the probe job still waits after 20 s" in err
        assert nothing_left(here)
        with here.start(*PROBE, "--dry-run") as process:
            until_it_says(process, "probe job: pending")
            psutil.Process(process.pid).children()[0].send_signal(signal.SIGINT)
            ran = ended(process)
        assert ran.code == 130, ran
        assert nothing_left(here)
    finally:
        here.run("qmod", "-e", "*", root=True)

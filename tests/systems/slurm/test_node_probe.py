"""`pegconf init --probe` on a real Slurm, as an ordinary user."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
import yaml

from pegconf.site import interfaces
from pegconf.site.interfaces import links
from tests.running import ended, until_it_says

if TYPE_CHECKING:
    from tests.systems.slurm.daemons import Slurm
    from tests.systems.slurm.people import SlurmUser

pytestmark = pytest.mark.slow
PROBE = ("init", "--probe", "--yes")


def nothing_left(user: SlurmUser) -> bool:
    """Whether there is neither a job nor a file of the probe's."""
    user.slurm.wait_until_empty()
    return list(user.home.glob(".peg-*")) == []


def test_the_interface_that_a_job_has_seen_is_written(slurm_user: SlurmUser) -> None:
    code, out, err = slurm_user.runs(*PROBE)
    assert code == 0, (out, err)
    pair = interfaces.best(links(), links(), {})
    assert pair is not None
    root = yaml.safe_load(slurm_user.file.read_text(encoding="utf-8"))
    assert root["jobqueue"]["slurm"]["interface"] == pair.node
    assert root["pegconf"]["sections"]["slurm"]["interface-verified"] is True
    said = " ".join(err.split())
    assert "from a probe job on sc01; this host has it too" in said
    assert "SLURM_JOB_PARTITION=general" in said
    assert "taken is 16 cores and 67.1 GB, from sinfo" in said
    assert slurm_user.runs("validate")[0] == 0
    assert nothing_left(slurm_user)


def test_where_the_node_cannot_connect_back_this_is_the_end_of_it(slurm_user: SlurmUser) -> None:
    """Inside a job srun listens on that node's address, and the other daemon answers to the cluster's own."""
    words = ("srun", "-n1", str(slurm_user.python.with_name("pegconf")), *PROBE)
    code, out, err = slurm_user.runs_other(*words)
    assert code == 0, (out, err)
    assert "--probe: the probe job ended without its answer: " in err
    assert "; going on with what is known" in err
    assert nothing_left(slurm_user)


def test_what_slurm_refuses_is_told_in_its_own_words(slurm_user: SlurmUser) -> None:
    node = ("--cores-per-node", "16", "--memory-per-node", "64GB")
    code, out, err = slurm_user.runs(*PROBE, "--queue", "nosuch", *node)
    assert code == 0, (out, err)
    assert "--probe: Slurm took no probe job: srun: error: " in err
    assert "nvalid partition" in err
    assert slurm_user.file.exists()
    assert nothing_left(slurm_user)


def test_a_job_that_only_waits_costs_its_answer(slurm: Slurm, slurm_user: SlurmUser) -> None:
    slurm.run("scontrol", "update", "PartitionName=general", "State=DOWN")
    try:
        code, out, err = slurm_user.runs(*PROBE, "--queue", "general", "--probe-timeout", "20")
    finally:
        slurm.run("scontrol", "update", "PartitionName=general", "State=UP")
    assert code == 0, (out, err)
    assert (
        "the probe job still waits after 20 s: PartitionDown (the queue is closed); going on with what is known" in err
    )
    assert nothing_left(slurm_user)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["INT", "TERM", "HUP"]
)
def test_a_signal_during_the_wait_leaves_nothing(
    slurm: Slurm, slurm_user: SlurmUser, number: signal.Signals, code: int
) -> None:
    slurm.run("scontrol", "update", "PartitionName=general", "State=DOWN")
    try:
        process = slurm_user.start(*PROBE, "--queue", "general")
        until_it_says(process, "probe job: pending")
        process.send_signal(number)
        ran = ended(process)
    finally:
        slurm.run("scontrol", "update", "PartitionName=general", "State=UP")
    assert ran.code == code, ran
    assert "the probe job is cancelled" in ran.err
    assert not slurm_user.file.exists()
    assert nothing_left(slurm_user)

"""`pegconf init --probe` on the stand-in LSF."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pegconf.site import interfaces
from pegconf.site.interfaces import links
from tests.running import ended, until_it_says
from tests.systems.standin_lsf.cluster import Fault

if TYPE_CHECKING:
    from tests.conftest import Person
    from tests.systems.network.hosts import Network
    from tests.systems.standin_lsf.control import StandInLsf

PROBE = ("init", "--project", "insarlab", "--probe", "--yes")


def folders(person: Person) -> tuple[str, ...]:
    return ("--log-directory", f"{person.home}/logs")


def written(person: Person) -> tuple[dict[str, Any], dict[str, Any]]:
    """The section and its entry in `pegconf:`."""
    root = yaml.safe_load(person.file.read_text())
    return root["jobqueue"]["lsf"], root["pegconf"]["sections"]["lsf"]


def of_this_machine() -> str:
    """The interface that a node and a host of the same interfaces share."""
    pair = interfaces.best(links(), links(), {})
    assert pair is not None
    return pair.node


def nothing_left(person: Person, lsf: StandInLsf) -> bool:
    """Whether there is neither a job nor a file of the probe's."""
    lsf.wait_until_empty()
    return list(person.home.glob(".peg-*")) == []


def test_the_interface_that_a_job_has_seen_is_written(user: Person, lsf: StandInLsf) -> None:
    ran = user.runs(*PROBE, *folders(user))
    assert ran.code == 0, ran.err
    section, entry = written(user)
    assert section["interface"] == of_this_machine()
    assert entry["interface-verified"] is True
    said = " ".join(ran.err.split())
    assert "queue general, project insarlab, at most 5 min, 0.08 core-hours" in said
    assert f"from a probe job on {socket.gethostname()}; this host has it too" in said
    assert "LSB_QUEUE=general" in said
    assert user.runs("validate").code == 0
    assert nothing_left(user, lsf)


@pytest.mark.slow
def test_a_dry_run_submits_its_job_and_writes_nothing(user: Person, lsf: StandInLsf) -> None:
    ran = user.runs(*PROBE, "--dry-run", *folders(user))
    assert ran.code == 0, ran.err
    assert yaml.safe_load(ran.out)["jobqueue"]["lsf"]["interface"] == of_this_machine()
    assert (len(lsf.jobs()), user.file.exists()) == (1, False)
    assert nothing_left(user, lsf)


@pytest.mark.slow
def test_asked_again_the_file_stays(user: Person, lsf: StandInLsf) -> None:
    assert user.runs(*PROBE, *folders(user)).code == 0
    before = user.file.read_text(encoding="utf-8")
    again = user.runs("init", "--probe", "--yes")
    assert "says so already; nothing was written" in again.out, again.err
    assert user.file.read_text(encoding="utf-8") == before
    assert nothing_left(user, lsf)


@pytest.mark.slow
def test_an_interface_that_the_node_does_not_have_is_said(user: Person, lsf: StandInLsf) -> None:
    ran = user.runs(*PROBE, "--interface", "ib7", *folders(user))
    assert ran.code == 0, ran.err
    assert f"{socket.gethostname()} has no interface ib7; it has " in ran.err
    section, entry = written(user)
    assert (section["interface"], entry["interface-verified"]) == ("ib7", False)
    assert nothing_left(user, lsf)


def test_a_job_that_only_waits_costs_its_answer(user: Person, lsf: StandInLsf) -> None:
    lsf.change(hold_pending=True)
    ran = user.runs(*PROBE, "--probe-timeout", "20", *folders(user))
    assert ran.code == 0, ran.err
    assert "the probe job still waits after 20 s: Job slot limit reached" in ran.err
    assert "; going on with what is known" in ran.err
    assert written(user)[1]["interface-verified"] is False
    assert [job.status for job in lsf.jobs()] == ["EXIT"]
    assert nothing_left(user, lsf)


def test_a_refused_job_is_told_in_lsfs_own_words(user: Person, lsf: StandInLsf) -> None:
    lsf.change(projects=("other",))
    ran = user.runs(*PROBE, *folders(user))
    assert ran.code == 0, ran.err
    said = "bsub took no probe job: Project <insarlab> does not exist. Request aborted by esub. Job not submitted."
    assert f"--probe: {said}; going on with what is known" in ran.err
    assert user.file.exists()
    assert nothing_left(user, lsf)


@pytest.mark.slow
def test_a_bsub_that_hangs_is_ended(user: Person, lsf: StandInLsf) -> None:
    lsf.fault("bsub", Fault(hang=True))
    ran = user.runs(*PROBE, "--probe-timeout", "3", *folders(user))
    assert ran.code == 0, ran.err
    assert "LSF lists no probe job after 3 s; going on with what is known" in ran.err
    lsf.fault("bsub")
    assert nothing_left(user, lsf)


def test_without_a_project_where_one_is_required_nothing_is_submitted(user: Person, lsf: StandInLsf) -> None:
    ran = user.runs("init", "--probe", "--yes")
    assert (ran.code, lsf.jobs()) == (2, [])
    assert "--probe submits a job, which needs a project here" in ran.err


def test_where_there_is_no_batch_system_no_job_can_be_submitted(person: Person) -> None:
    ran = person.runs("init", "--site", "pegasus", "--project", "p", "--probe", "--yes")
    assert (ran.code, person.file.exists()) == (2, False)
    assert "--probe: bsub, bjobs, bkill: not on this machine, so no job of LSF can be submitted" in ran.err


def test_a_machine_alone_has_no_compute_node(person: Person) -> None:
    ran = person.runs("init", "--scheduler", "local", "--probe", "--yes")
    assert (ran.code, person.file.exists()) == (2, False)
    assert "--probe: on this machine alone there is no compute node to ask" in ran.err


@pytest.mark.slow
def test_a_python_that_the_node_does_not_have_is_said(user: Person, lsf: StandInLsf) -> None:
    ran = user.runs(*PROBE, "--python", "/no/such/python", *folders(user))
    assert ran.code == 0, ran.err
    assert f"{socket.gethostname()}: the Python /no/such/python does not exist there" in ran.err
    assert nothing_left(user, lsf)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["INT", "TERM", "HUP"]
)
@pytest.mark.parametrize("waits", [True, False], ids=["pending", "running"])
def test_a_signal_leaves_nothing(
    user: Person, lsf: StandInLsf, number: signal.Signals, code: int, *, waits: bool
) -> None:
    lsf.change(hold_pending=waits, dispatch_delay=0.0)
    if not waits:
        # It runs, and its answer is not seen.
        lsf.fault("bpeek", Fault(silent=True))
    process = user.start(*PROBE, *folders(user))
    until_it_says(process, "probe job: pending" if waits else "probe job: running")
    process.send_signal(number)
    ran = ended(process)
    assert ran.code == code, ran
    assert f"stopped by {number.name}; the probe job is cancelled" in ran.err
    assert not user.file.exists()
    assert nothing_left(user, lsf)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "said"),
    [(Fault(delay=3.0), "probe job: being submitted"), (Fault(delay_after=6.0, acts=True), "probe job: ")],
    ids=["before", "after"],
)
def test_a_signal_while_bsub_is_under_way_leaves_nothing(
    user: Person, lsf: StandInLsf, fault: Fault, said: str
) -> None:
    lsf.fault("bsub", fault)
    process = user.start(*PROBE, *folders(user))
    until_it_says(process, said)
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert ran.code == 130, ran
    assert nothing_left(user, lsf)


@pytest.mark.slow
def test_the_fast_network_that_both_sides_have_is_taken(
    network: Network, network_lsf: StandInLsf, network_user: Person
) -> None:
    ran = network_user.runs(*PROBE, *folders(network_user))
    assert ran.code == 0, ran.err
    section, entry = written(network_user)
    assert (section["interface"], section["scheduler-options"], entry["interface-verified"]) == (
        "ib0",
        {"dashboard_address": "127.0.0.1:8787"},
        True,
    )
    assert " ".join(ran.err.split()).count("from a probe job on n001; this host has it too") == 1
    assert nothing_left(network_user, network_lsf)


@pytest.mark.slow
def test_where_no_interface_is_on_both_sides_each_gets_its_own(
    network: Network, network_lsf: StandInLsf, network_user: Person
) -> None:
    login = network["login4"]
    login.lose("ib0")
    login.run("ip", "link", "set", "eth0", "down")
    login.run("ip", "link", "set", "eth0", "name", "eno1")
    login.run("ip", "link", "set", "eno1", "up")
    ran = network_user.runs(*PROBE, *folders(network_user))
    assert ran.code == 0, ran.err
    section, _ = written(network_user)
    assert section["interface"] == "eth0"
    assert section["scheduler-options"] == {"dashboard_address": "127.0.0.1:8787", "interface": "eno1"}
    assert "for the scheduler on this host eno1 is taken" in " ".join(ran.err.split())
    assert network_user.runs("validate").out == "~/.config/dask/jobqueue.yaml: lsf: nothing wrong found\n"
    before = network_user.file.read_text(encoding="utf-8")
    assert "says so already" in network_user.runs("init", "--yes").out
    assert network_user.file.read_text(encoding="utf-8") == before
    assert nothing_left(network_user, network_lsf)


@pytest.mark.slow
def test_a_host_that_the_node_does_not_reach_is_said(
    network: Network, network_lsf: StandInLsf, network_user: Person
) -> None:
    for interface in ("eth0", "ib0"):
        network["login4"].answer_nothing_to(network["n001"].address(interface))
        network["login4"].answer_nothing_to(network["n002"].address(interface))
    ran = network_user.runs(*PROBE, *folders(network_user))
    assert ran.code == 0, ran.err
    assert "n001 reached no address of this host (10.1.0.4, 10.2.0.4, 10.9.0.4)" in ran.err
    assert nothing_left(network_user, network_lsf)

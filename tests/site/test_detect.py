from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import pytest

from pegconf.batch.facts import Detected, FoundQueue, Machine, Said, commonest, likely_default
from pegconf.core.model import Node, Queue
from pegconf.site import detect, files, merge
from pegconf.site.interfaces import interface_names, speeds
from tests.stand_in_commands import command
from tests.systems.standin_lsf import control, presets
from tests.systems.standin_lsf.cluster import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.systems.standin_lsf.control import StandInLsf

GIB = 1024**3
MIB = 1024**2
HOUR = 3600


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[StandInLsf]:
    """The cluster on which the transcripts were recorded."""
    standing = control.start(tmp_path / "recorded", presets.recorded())
    yield standing
    standing.stop()


def environment(standing: StandInLsf) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LSB_", "LSF_"))}
    return standing.environment(kept)


def detected(standing: StandInLsf, seconds: float = detect.SECONDS) -> Detected:
    found = detect.detect(environment(standing), "lsf", seconds)
    assert found is not None
    return found


def test_pegasus(lsf: StandInLsf) -> None:
    site = detect.as_site(detected(lsf))
    assert (site.cluster, site.scheduler, site.default_queue, site.memory_unit) == ("pegasus", "lsf", "general", "mb")
    assert [(queue.name, queue.default_walltime, queue.max_walltime, queue.node) for queue in site.queues] == [
        ("general", 24 * HOUR, 168 * HOUR, Node(16, 15, 32 * GIB))
    ]
    assert site.reserve_per_core


def test_the_recorded_cluster(recorded: StandInLsf) -> None:
    site = detect.as_site(detected(recorded))
    assert (site.cluster, site.default_queue, site.reserve_per_core) == ("lsftest", "general", False)
    assert {queue.name: (queue.node, queue.gpus) for queue in site.queues} == {
        "short": (Node(16, 16, 64852 * MIB), 0),
        "gpu": (Node(32, 32, 261460 * MIB), 4),
        "parallel": (Node(16, 16, 64852 * MIB), 0),
        "general": (Node(16, 16, 64852 * MIB), 0),
        "bigmem": (Node(64, 64, 1047892 * MIB), 0),
    }
    conf = f"{environment(recorded)['LSF_ENVDIR']}/lsf.conf"
    assert [(fact.about, fact.source, fact.keys) for fact in site.facts if fact.keys != ("interface",)] == [
        ("the batch system LSF", "volclava project 2.2, Nov 23 2026", ("scheduler",)),
        ("the cluster's name", "from lsid", ("cluster",)),
        ("the default queue", "from bparams -l", ("default-queue",)),
        ("the unit of limits", f"from LSF_UNIT_FOR_LIMITS in {conf}", ("memory-unit",)),
        ("whether memory is reserved per core", "from bparams -l", ("reserve-per-core",)),
        ("queues and their walltimes", "from bqueues -l", ()),
        ("the nodes of each queue", "from lshosts -w and bhosts -w", ()),
    ]


def test_a_closed_default_queue_is_not_offered(recorded: StandInLsf) -> None:
    recorded.change_queue("general", opened=False)
    site = detect.as_site(detected(recorded))
    general = site.queue("general")
    assert general is not None
    assert (site.default_queue, general.now) == ("short", "closed now: it refuses jobs")
    assert "a guess: the default queue general takes no jobs of yours now" in {fact.source for fact in site.facts}


def test_a_queue_of_others_is_marked(recorded: StandInLsf) -> None:
    recorded.change(user="bob")
    recorded.change_queue("gpu", users=("nobody_at_all",))
    gpu = detect.as_site(detected(recorded)).queue("gpu")
    assert gpu is not None
    assert gpu.now == "not for you"


@pytest.mark.parametrize("fault", [Fault(hang=True), Fault(exit_code=255, text="busy"), Fault(silent=True)])
@pytest.mark.parametrize("command", ["lshosts", "bparams", "bhosts"])
def test_a_command_in_trouble_costs_only_its_own_facts(recorded: StandInLsf, command: str, fault: Fault) -> None:
    recorded.fault(command, fault)
    site = detect.as_site(detected(recorded, seconds=10))
    assert [queue.max_walltime for queue in site.queues] == [HOUR // 4, 48 * HOUR, 12 * HOUR, 24 * HOUR, 168 * HOUR]
    assert site.default_queue == "general"


def test_a_daemon_that_is_down_is_said_and_no_command_is_waited_for(recorded: StandInLsf) -> None:
    recorded.change(lim_down=True)
    found = detected(recorded)
    assert (found.queues, "LIM is down" in found.silence) == ((), True)


def test_lsid_that_hangs_is_said(recorded: StandInLsf) -> None:
    recorded.fault("lsid", Fault(hang=True))
    assert detected(recorded, seconds=1).silence.startswith("lsid gave no answer in time")


def test_a_host_that_is_down_counts_for_nothing(recorded: StandInLsf) -> None:
    for name in ("node01", "node02"):
        recorded.change_host(name, reports=False)
    general = detect.as_site(detected(recorded)).queue("general")
    assert general is not None
    assert general.node == Node(16, 16, 130388 * MIB)


def test_another_locale_changes_nothing(recorded: StandInLsf) -> None:
    german = {**environment(recorded), "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    assert detect.detect(german, "lsf") == detected(recorded)


def test_it_is_asked_until_nothing_new_is_wanted_and_each_line_once(tmp_path: Path) -> None:
    answer = "case $1 in -help) echo SGE 8.1.9;; *) echo q1;; esac"
    for name in ("qconf", "qsub", "qstat"):
        command(tmp_path, name, f"echo {name} $* >> {tmp_path}/asked; {answer}")
    found = detect.detect({"PATH": str(tmp_path)}, "sge")
    assert found is not None
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert set(asked[:2]) == {"qstat -help", "qconf -sql"}
    assert sorted(asked[2:]) == [
        "qconf -sc",
        "qconf -sconf",
        "qconf -sp q1",
        "qconf -spl",
        "qconf -sprjl",
        "qconf -sq q1",
        "qconf -sul",
        f"qconf -suser {pwd.getpwuid(os.getuid()).pw_name}",
    ]
    assert asked[-1] == "qconf -sp q1"


def test_nothing_is_detected_without_commands(tmp_path: Path) -> None:
    assert detect.detect({"PATH": str(tmp_path)}) is None
    assert detect.detect({}) is None


def test_a_command_that_is_no_program_tells_nothing(tmp_path: Path) -> None:
    for name in ("lsid", "bsub", "sbatch", "sinfo", "qsub", "qconf"):
        (tmp_path / name).write_text("not a program\n")
        (tmp_path / name).chmod(0o755)
    found = detect.detect({"PATH": str(tmp_path)})
    assert found is not None
    assert (found.queues, found.silence) == ((), "lsid ended with exit code 127: lsid: Exec format error")


@pytest.mark.parametrize(
    ("script", "scheduler", "said"),
    [("echo 'pbs_version = 22.05.11'", "pbs", "pbspro"), ("echo 'Version: 6.1.2'", "pbs", "torque")],
)
def test_pbs_is_recognised_where_it_lists_no_queues(tmp_path: Path, script: str, scheduler: str, said: str) -> None:
    for name in ("qsub", "qstat"):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    found = detect.detect({"PATH": str(tmp_path)})
    assert found is not None
    assert (found.scheduler, found.value("flavour"), found.queues) == (scheduler, said, ())


def test_the_commonest_of_machines_and_words_on_the_others() -> None:
    small, alike, big = Machine(16, 16, 64 * GIB), Machine(16, 16, 64 * GIB - MIB), Machine(64, 60, 1024 * GIB, gpus=2)
    assert commonest([small, alike, big]) == (
        Node(16, 16, 64 * GIB - MIB),
        0,
        "2 of 3 nodes; others have 64 cores and 1099.5 GB",
    )
    assert commonest([big]) == (Node(64, 60, 1024 * GIB), 2, "")
    assert commonest([small, big], uncertain=True) == (None, 0, "")
    assert commonest([]) == (None, 0, "")


def test_the_likely_default_has_a_telling_name_and_is_open() -> None:
    nodes = (Machine(16, 16, 64 * GIB, count=9),)
    general, big = FoundQueue("general.q", "", machines=nodes[:1]), FoundQueue("big.q", "", machines=nodes * 2)
    assert likely_default([big, general]) == general
    closed = FoundQueue("all.q", "", machines=nodes, closed="disabled now")
    forbidden = FoundQueue("normal", "", machines=nodes, allowed=False)
    assert likely_default([closed, forbidden, big]) == big
    assert likely_default([closed]) is None


@pytest.mark.parametrize(("name", "slug"), [("My_Cluster.1", "my-cluster-1"), ("2nd", "cluster-2nd"), ("été", "t")])
def test_a_cluster_s_name_as_a_site_s(name: str, slug: str) -> None:
    assert detect.slug(name) == slug


def test_interfaces_with_their_speeds_the_fastest_first() -> None:
    found = detect.with_interface(Detected("lsf"), {"ib0": 100_000, "eth0": 0})
    assert found.facts["interface"] == Said("ib0", "this host has ib0 (100 Gbit/s), eth0")
    assert set(speeds()) <= set(interface_names()) - {"lo"}


def test_the_cluster_wins_over_its_site_file_with_a_note() -> None:
    pegasus = files.load("pegasus")
    queues = (
        FoundQueue("normal", "from bqueues -l normal", max_walltime=168 * HOUR),
        FoundQueue("bigmem", "from bqueues -l bigmem", max_walltime=96 * HOUR),
    )
    live = detect.as_site(Detected("lsf", queues=queues, facts={"default-queue": Said("normal", "from bparams -l")}))
    merged, notes = merge.merge(pegasus, live, ("lo", "ib0"))
    assert (merged.default_queue, merged.interface, merged.project_required) == ("normal", "ib0", True)
    assert [queue.name for queue in merged.queues] == ["normal", "bigmem"]
    assert merged.queue("normal") == Queue(
        "normal",
        Node(16, 16, 50 * 10**9),
        24 * HOUR,
        168 * HOUR,
        as_of="after 2024-04",
        source="from bqueues -l normal",
    )
    assert merged.outdated == ("bigmem",)
    assert set(notes) >= {
        "its file says the default queue is general; the cluster says normal",
        "its file has queues that the cluster has not: general, parallel, debug, interactive",
        "its file says 5 d at most in bigmem; the cluster 4 d",
    }

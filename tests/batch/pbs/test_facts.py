from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.batch.facts import Detected, FoundQueue, Heard, Machine, Said
from pegconf.batch.pbs import facts, listings
from pegconf.batch.pbs.jobs import PBS
from pegconf.batch.pbs.moab import MOAB
from pegconf.core.command_output import Answer
from pegconf.core.model import Node
from pegconf.site import detect
from tests.recorded import said
from tests.stand_in_commands import command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KIB = 1024
GIB = 1024**3
HOUR = 3600
C = Machine(32, 32, 131900060 * KIB)
G = Machine(32, 32, 252 * GIB, gpus=4)
N = Machine(16, 16, 65847500 * KIB)


def detected(kind: str, changed: Mapping[str, str] | None = None, groups: tuple[str, ...] = ("users",)) -> Detected:
    """What is read from the samples of one kind; a command that is changed to nothing has failed."""
    versions = {"pbspro": "pbs_version = 22.05.11\n", "torque": "Version: 6.1.2\n"}
    texts = {
        facts.VERSION: versions[kind],
        facts.QUEUES: said(f"{kind}-qstat-Q-f"),
        facts.SERVER: said(f"{kind}-qstat-B-f"),
        facts.NODES: said(f"{kind}-pbsnodes-a"),
    } | dict(changed or {})
    found = facts.read(answered(texts, groups), "alice", {})
    assert found is not None
    return found


def answered(texts: Mapping[str, str], groups: tuple[str, ...] = ()) -> Heard:
    return Heard({line: Answer(line, 0 if text else 1, text) for line, text in texts.items()}, groups=groups)


def test_what_is_asked_once_qstat_is_that_of_a_pbs() -> None:
    assert PBS.fact_lines(Heard(), "alice") == ("qstat --version",)
    assert PBS.fact_lines(answered({facts.VERSION: "SGE 8.1.9\n"}), "alice") == ("qstat --version",)
    pro = Heard({facts.VERSION: Answer(facts.VERSION, 0, "", "pbs_version = 22.05.11\n")})
    assert PBS.fact_lines(pro, "alice") == ("qstat -Q -f", "qstat -B -f", "pbsnodes -a")
    assert facts.read(answered({facts.VERSION: "SGE 8.1.9\n"}), "alice", {}) is None
    lines = ("msub --version", "qstat --version", "qstat -Q -f", "qstat -B -f", "pbsnodes -a")
    assert MOAB.fact_lines(Heard(), "alice") == lines


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({"msub --version": ""}, None),
        ({"msub --version": "usage: msub\n"}, None),
        (
            {"msub --version": "msub version: 9.1.3\n"},
            Detected("moab", "msub version: 9.1.3", silence="no Torque or PBS below it answers qstat --version"),
        ),
    ],
)
def test_a_moab_without_a_torque_and_a_msub_that_is_none(texts: dict[str, str], found: Detected | None) -> None:
    assert MOAB.read_facts(answered(texts), "alice", {}) == found


@pytest.mark.parametrize(
    "said",
    [
        Answer("qstat", 1, "", "error: Unknown option --version"),
        Answer("qstat", 0, "SGE 8.1.9\nusage: qstat [options]\n"),
        Answer("qstat", None),
    ],
)
def test_a_qstat_that_does_not_say_so_is_not_pbs(said: Answer) -> None:
    """Grid Engine has commands of the same names, and a host may have both."""
    assert PBS.read_facts(Heard({"qstat --version": said}), "alice", {}) is None


def test_pbs_pro() -> None:
    base = FoundQueue("", "from qstat -Q -f", machines_source="from pbsnodes -a")
    assert detected("pbspro") == Detected(
        "pbs",
        "pbspro 22.05.11",
        (
            FoundQueue(
                "workq", base.source, 4 * HOUR, 100 * HOUR, "", None, (C, C), base.machines_source, uncertain=True
            ),
            FoundQueue(
                "gpu/a100",
                base.source,
                None,
                24 * HOUR,
                machines=(G,),
                machines_source=base.machines_source,
                notes=("at most 16 cores a job",),
            ),
            FoundQueue(
                "debug.1",
                base.source,
                None,
                HOUR // 2,
                "stopped now: it takes jobs and starts none",
                machines=(C, C, G),
                machines_source=base.machines_source,
                uncertain=True,
            ),
            FoundQueue(
                "route",
                base.source,
                None,
                100 * HOUR,
                machines=(C, C, C, C, G),
                machines_source=base.machines_source,
                uncertain=True,
                notes=("hands jobs on to workq, debug.1",),
            ),
        ),
        facts={
            "flavour": Said("pbspro", "from qstat --version"),
            "cluster": Said("pbs01", "from qstat -B -f"),
            "default-queue": Said("workq", "from qstat -B -f"),
        },
    )


def test_torque() -> None:
    found = detected("torque")
    assert (found.version, found.value("cluster"), found.value("default-queue")) == (
        "torque 6.1.2",
        "torque.example.org",
        "batch",
    )
    batch, gpu, fat = found.queues
    other = Machine(16, 16, 65847512 * KIB)
    big = Machine(20, 20, 131900060 * KIB, gpus=4)
    assert (batch.default_walltime, batch.max_walltime, batch.machines) == (HOUR, 48 * HOUR, (N, other, big))
    assert (batch.uncertain, batch.notes) == (True, ("at most 4 nodes a job",))
    # Its own limit is none, and so the server's is its own too, where that has one.
    assert (gpu.default_walltime, gpu.max_walltime, gpu.machines, gpu.uncertain) == (2 * HOUR, None, (big,), False)
    assert (gpu.allowed, fat.closed, fat.machines) == (False, "disabled now: it refuses jobs", ())
    assert detected("torque", groups=("users", "gpuusers")).queues[1].allowed is None
    assert detect.as_site(found).queues[1].node == Node(20, 20, 131900060 * KIB)
    # Two shapes, of which it cannot be told which ones serve the queue.
    assert detect.as_site(found).queues[0].node is None


@pytest.mark.parametrize("kind", ["pbspro", "torque"])
def test_a_command_in_trouble_costs_only_its_own_facts(kind: str) -> None:
    without_nodes = detected(kind, {facts.NODES: ""})
    assert [queue.max_walltime for queue in without_nodes.queues] == [
        queue.max_walltime for queue in detected(kind).queues
    ]
    assert all(queue.machines == () for queue in without_nodes.queues)
    without_server = detected(kind, {facts.SERVER: ""})
    assert set(without_server.facts) == {"flavour"}
    assert detected(kind, {facts.QUEUES: ""}).silence == "qstat -Q -f ended with exit code 1"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("24:00:00", 24 * HOUR),
        ("100:00:00", 100 * HOUR),
        ("7:00:00:00", 168 * HOUR),
        ("3600", HOUR),
        ("30:00", HOUR // 2),
        ("00:00:00", None),
        ("-1", None),
        ("UNLIMITED", None),
        ("-", None),
        ("", None),
    ],
)
def test_walltimes(text: str, seconds: int | None) -> None:
    assert listings.seconds(text) == seconds


@pytest.mark.parametrize(
    ("memory", "amount"),
    [("64gb", 64 * GIB), ("65536mb", 64 * GIB), ("67108864kb", 64 * GIB), ("68719476736b", 64 * GIB), ("-", None)],
)
def test_sizes_and_what_is_no_size(memory: str, amount: int | None) -> None:
    text = f"n1\n     state = free\n     resources_available.ncpus = 8\n     resources_available.mem = {memory}\n"
    assert [node.machine for node in listings.nodes(text)] == ([Machine(8, 8, amount)] if amount else [])


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ("free", True),
        ("job-busy", True),
        ("job-exclusive,busy", True),
        ("resv-exclusive", True),
        ("down", False),
        ("free,offline", False),
        ("state-unknown,down", False),
        ("Stale", False),
        ("provisioning", False),
    ],
)
def test_only_nodes_that_take_jobs_count(state: str, counts: bool) -> None:
    text = f"n1\n     state = {state}\n     np = 8\n     status = physmem=8388608kb,ncpus=8\n"
    assert bool(listings.nodes(text)) is counts


def test_a_value_that_goes_on_in_the_next_line_is_one() -> None:
    text = "Queue: a/b.c\n    acl_users = alice,bob,ca\n\trol@host.example\n\t.org\n    Enabled = True\n"
    assert listings.described(text) == {"a/b.c": {"acl_users": "alice,bob,carol@host.example.org", "enabled": "True"}}


@pytest.mark.parametrize(
    ("users", "allowed"),
    [
        ("alice", None),
        ("+alice@*.example.org", None),
        ("bob,carol", False),
        ("-alice,*", False),
        ("*", None),
        ("", None),
    ],
)
def test_who_may_submit(users: str, allowed: bool | None) -> None:
    settings = {"acl_user_enable": "True", "acl_users": users}
    assert listings.allowed(settings, "alice", ("users",)) is allowed
    assert listings.allowed({**settings, "acl_user_enable": "False"}, "alice", ("users",)) is None


def test_a_node_of_one_queue_serves_no_other() -> None:
    shape = "     state = free\n     resources_available.ncpus = {0}\n     resources_available.mem = {0}gb\n"
    nodes = f"n1\n{shape.format(8)}\nn2\n{shape.format(64)}     queue = big\n"
    listed = "".join(f"Queue: {name}\n    queue_type = Execution\n" for name in ("work", "big"))
    found = detected("pbspro", {facts.NODES: nodes, facts.QUEUES: listed})
    assert [(queue.machines, queue.uncertain) for queue in found.queues] == [
        ((Machine(8, 8, 8 * GIB),), False),
        ((Machine(64, 64, 64 * GIB),), False),
    ]
    # The server's limit counts for queues without one.
    assert [queue.max_walltime for queue in found.queues] == [168 * HOUR] * 2


def test_moab_above_torque_and_a_command_that_hangs(tmp_path: Path) -> None:
    command(tmp_path, "msub", "echo 'msub version: 9.1.3'")
    command(tmp_path, "qsub", "exit 1")
    (tmp_path / "queues").write_text(said("torque-qstat-Q-f"))
    command(
        tmp_path,
        "qstat",
        f"case $1 in -Q) /bin/cat {tmp_path}/queues;; -B) exec /bin/sleep 60;; *) echo 'Version: 6.1.2';; esac",
    )
    found = detect.detect({"PATH": str(tmp_path)}, seconds=1.5)
    assert found is not None
    assert (found.scheduler, found.version) == ("moab", "msub version: 9.1.3")
    assert [queue.name for queue in found.queues] == ["batch", "gpu", "fat"]
    torque = detect.detect({"PATH": str(tmp_path)}, "pbs", seconds=1.5)
    assert torque is not None
    assert (torque.scheduler, torque.value("flavour"), len(torque.queues)) == ("pbs", "torque", 3)

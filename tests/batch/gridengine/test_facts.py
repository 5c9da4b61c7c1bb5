from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.batch.facts import Detected, Heard, Machine, Said, queue_of
from pegconf.batch.gridengine import facts, listings
from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.pbs import listings as pbs
from pegconf.core.command_output import Answer
from pegconf.core.model import Node
from tests.recorded import said

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1024**2
HOUR = 3600
ABOUT, FOR_USER = "qconf -sq general.q,parallel.q", "qselect -U alice"
PE_MPI = said("sge-pe").replace(" smp\n", " mpi\n").replace("$pe_slots", "$fill_up")


def detected(changed: Mapping[str, str] | None = None, environ: dict[str, str] | None = None) -> Detected:
    """What is read from the recorded output; a command that is changed to nothing has failed."""
    texts = {
        "qstat -help": "SGE 8.1.9\nusage: qstat [options]\n",
        "qconf -sql": "general.q\nparallel.q\n",
        ABOUT: said("sge-queues"),
        FOR_USER: "general.q@qn01\ngeneral.q@qn02\nparallel.q@qbig01\n",
        "qconf -spl": "mpi\nsmp\n",
        "qconf -sp smp": said("sge-pe"),
        "qconf -sp mpi": PE_MPI,
        "qconf -sc": said("sge-complexes"),
        "qhost -q": said("sge-qhost-q"),
    } | dict(changed or {})
    found = facts.read(answered(texts), "alice", environ or {})
    assert found is not None
    return found


def answered(texts: Mapping[str, str]) -> Heard:
    return Heard({command: Answer(command, 0 if text else 1, text) for command, text in texts.items()})


def test_what_is_asked_goes_by_what_was_answered() -> None:
    first = ("qstat -help", "qconf -sql")
    texts = {"qstat -help": "SGE 8.1.9\n", "qconf -sql": "general.q\nparallel.q\n"}
    second = (
        "qconf -spl",
        "qconf -sc",
        "qhost -q",
        "qconf -sconf",
        "qconf -sprjl",
        "qconf -sul",
        "qconf -suser alice",
        FOR_USER,
        ABOUT,
    )
    assert SGE.fact_lines(Heard(), "alice") == first
    assert SGE.fact_lines(answered({**texts, "qstat -help": "usage: qstat [-f]\n"}), "alice") == first
    assert SGE.fact_lines(answered(texts), "alice") == second
    texts |= {"qconf -spl": "mpi\nsmp\n", "qconf -sconf": "enforce_project true\n", "qconf -sprjl": "insarlab\n"}
    third = ("qconf -sp mpi", "qconf -sp smp", "qconf -sprj insarlab")
    assert SGE.fact_lines(answered(texts), "alice") == (*second, *third)


def test_a_qstat_of_another_kind_and_one_without_queues() -> None:
    assert facts.read(answered({"qstat -help": "usage: qstat [-f]\n"}), "alice", {}) is None
    assert detected({"qconf -sql": ""}) == Detected("sge", "SGE 8.1.9", silence="qconf -sql ended with exit code 1")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("SGE 8.1.9\nusage: qstat [options]\n", "SGE 8.1.9"),
        ("GE 6.2u5\nusage: qstat [options]\n", "GE 6.2u5"),
        ("UGE 8.6.18\n", "UGE 8.6.18"),
        ("OGS/GE 2011.11p1\n", "OGS/GE 2011.11p1"),
        ("usage: qstat [-f] [-J] [-p] [-t] [-x] [-E] [-F format]\n", None),
        ("error: unable to read qmaster name\n", None),
        ("", None),
    ],
)
def test_which_qstat_it_is(text: str, version: str | None) -> None:
    assert listings.version(text) == version


@pytest.mark.parametrize(
    ("text", "flavour"),
    [
        ("pbs_version = 22.05.11\n", "pbspro"),
        ("Version: 6.1.2\nCommit: 661e092552de43a785c15d39a3634a541d86898e\n", "torque"),
        ("SGE 8.1.9\n", None),
    ],
)
def test_which_pbs_it_is(text: str, flavour: str | None) -> None:
    assert pbs.flavour(text) == flavour


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("24:00:00", 24 * HOUR),
        ("86400", 24 * HOUR),
        ("INFINITY", None),
        ("12:00:00,[@long=24:00:00]", 24 * HOUR),
        ("12:00:00,[qn01=INFINITY]", None),
    ],
)
def test_walltimes(text: str, seconds: int | None) -> None:
    assert listings.seconds(text) == seconds


def test_queues_with_their_nodes_and_parallel_environment() -> None:
    queues = {queue.name: queue_of(queue) for queue in detected().queues}
    assert {name: (queue.max_walltime, queue.node) for name, queue in queues.items()} == {
        "general.q": (24 * HOUR, Node(16, 16, 64819 * MIB)),
        "parallel.q": (12 * HOUR, Node(16, 16, 64819 * MIB)),
    }
    assert queues["parallel.q"].node_source == "from qhost -q; 2 of 3 nodes; others have 16 cores and 1098.8 GB"
    assert [queue.details for queue in queues.values()] == [{"parallel-environment": "smp"}] * 2


def test_what_the_cluster_says_with_its_sources() -> None:
    assert detected(environ={"SGE_CLUSTER_NAME": "p6444"}).facts == {
        "cluster": Said("p6444", "from SGE_CLUSTER_NAME"),
        "memory-resource": Said("h_vmem", "from qconf -sc"),
        "reserve-per-core": Said("yes", "from qconf -sc"),
        "default-queue": Said("general.q", "a guess: Grid Engine itself names no default"),
    }


def test_the_cluster_s_name_stands_in_its_cell() -> None:
    environ = {"SGE_ROOT": "/opt/sge"}
    (file,) = SGE.fact_files(environ)
    assert file == "/opt/sge/default/common/cluster_name"
    assert facts.cluster_name({file: "p6444\n"}, environ) == ("p6444", f"from {file}")
    assert facts.cluster_name({}, environ) == ("", "")
    assert SGE.fact_files({"SGE_CELL": "cell2"}) == ("/var/lib/gridengine/cell2/common/cluster_name",)


def test_a_failing_command_costs_only_its_own_facts() -> None:
    found = detected({"qhost -q": "", "qconf -sc": "", "qconf -sp smp": "", FOR_USER: ""})
    assert [(queue.machines, queue.allowed, queue.max_walltime) for queue in found.queues] == [
        ((), None, 24 * HOUR),
        ((), None, 12 * HOUR),
    ]
    assert found.queues[0].notes == ("has no parallel environment that keeps a job on one host",)


def test_a_host_that_is_down_has_no_memory_and_counts_for_nothing() -> None:
    text = said("sge-qhost-q").replace(
        "63.3G    2.4G    8.0G     0.0\n   general.q", "-       -       -       -\n   general.q", 1
    )
    machines, _ = listings.machines(text)
    assert machines["general.q"] == [Machine(16, 16, 64819 * MIB)]


def test_older_columns_of_qhost() -> None:
    text = (
        "HOSTNAME                ARCH         NCPU  LOAD  MEMTOT  MEMUSE  SWAPTO  SWAPUS\n"
        "qn01                    lx26-amd64      8  0.22   31.3G    2.4G    8.0G     0.0\n"
        "   all.q                BIP   0/1/8         au\n"
    )
    machines, states = listings.machines(text)
    assert machines == {"all.q": [Machine(8, 8, 32051 * MIB)]}
    assert listings.closed(states["all.q"]) == "unreachable now"


@pytest.mark.parametrize(
    ("row", "resource"),
    [
        ("h_vmem h_vmem MEMORY <= YES JOB 2G 0\n", ("h_vmem", "JOB")),
        ("h_vmem h_vmem MEMORY <= YES NO 0 0\nmem_free mf MEMORY <= YES YES 0 0\n", ("mem_free", "YES")),
        ("mem_free mf MEMORY <= NO YES 0 0\n", None),
        ("", None),
    ],
)
def test_the_resource_that_holds_memory_back(row: str, resource: tuple[str, str] | None) -> None:
    assert listings.memory_resource(row) == resource

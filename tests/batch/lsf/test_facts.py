from __future__ import annotations

import pytest

from pegconf.batch.facts import Detected, Heard, Said, queue_of
from pegconf.batch.lsf import facts, listings, lsf_conf
from pegconf.batch.lsf.jobs import LSF
from pegconf.core.command_output import Answer
from pegconf.core.model import Node
from tests.recorded import said

MIB = 1024**2
HOUR = 3600
EVERYONE = frozenset({"vm", "node01", "node02", "big01"})
GROUPS = {"cpunodes": ("node01", "node02"), "inner": ("cpunodes/", "big01"), "loop": ("loop/",)}
RECORDED = {
    "lsid": "lsf-lsid",
    "bqueues -l": "lsf-bqueues-l",
    "bqueues -u alice": "lsf-bqueues-u",
    "lshosts -w": "lsf-lshosts-w",
    "lshosts -s": "lsf-lshosts-s",
    "bhosts -w": "lsf-bhosts-w",
    "bmgroup -w": "lsf-bmgroup",
    "bparams -l": "lsf-bparams-l",
}
# In the words of IBM's command reference (LSF 10.1, bqueues -l): several limits in a line, and hosts named with them.
IBM = """
QUEUE: night/long
  -- For long jobs

PARAMETERS/STATISTICS
PRIO NICE STATUS          MAX JL/U JL/P JL/H NJOBS  PEND   RUN SSUSP USUSP  RSV PJOBS
 30   20  Open:Inact        -    -    -    -     0     0     0     0     0    0     0

DEFAULT LIMITS:
 CPULIMIT             RUNLIMIT
 20.0 min of hostA    30.0 min of hostA

MAXIMUM LIMITS:
 RUNLIMIT
 342800 min of hostA

 TASKLIMIT
 1 8 64

USERS: all ~guest
HOSTS:  nodes/+2 hostA hostB
        hostC
RES_REQ:  select[type==any]
"""


def heard(**changed: str) -> Heard:
    """The recorded answers; a command that is changed to nothing has failed."""
    texts = {command: said(name) for command, name in RECORDED.items()} | changed
    return Heard({command: Answer(command, 0 if text else 1, text) for command, text in texts.items()})


def detected(**changed: str) -> Detected:
    return facts.read(heard(**changed), "alice", {})


def test_lsid_is_asked_alone_until_it_answers() -> None:
    assert LSF.fact_lines(Heard(), "alice") == ("lsid",)
    assert LSF.fact_lines(Heard({"lsid": Answer("lsid", 255, "", "LIM is down")}), "alice") == ("lsid",)
    assert LSF.fact_lines(heard(), "alice") == (
        "bqueues -l",
        "lshosts -w",
        "bhosts -w",
        "bmgroup -w",
        "lshosts -s",
        "lshosts -gpu -w",
        "bparams -a",
        "bparams -l",
        "lsadmin showconf lim",
        "badmin showconf mbd",
        "bqueues -u alice",
    )


@pytest.mark.parametrize(
    ("changed", "silent"),
    [
        ({"lsid": ""}, Detected("lsf", silence="lsid ended with exit code 1")),
        (
            {"bqueues -l": ""},
            Detected("lsf", "volclava project 2.2, Nov 23 2026", silence="bqueues -l ended with exit code 1"),
        ),
    ],
)
def test_without_a_cluster_or_queues_it_is_silent(changed: dict[str, str], silent: Detected) -> None:
    assert detected(**changed) == silent


def test_what_the_environment_says_comes_first() -> None:
    environ = {"LSB_DEFAULTQUEUE": "gpu", "LSB_DEFAULTPROJECT": "insarlab"}
    found = facts.read(heard(), "alice", environ)
    assert (found.facts["default-queue"], found.accounts) == (Said("gpu", "from LSB_DEFAULTQUEUE"), ("insarlab",))
    assert found.accounts_source == "from LSB_DEFAULTPROJECT"


def test_the_cluster_s_name() -> None:
    assert listings.cluster_name(said("lsf-lsid")) == "lsftest"
    assert listings.cluster_name("volclava project 2.2, Nov 23 2026\n") is None


def test_queues_with_their_limits() -> None:
    found = {queue.name: queue for queue in listings.queues(said("lsf-bqueues-l"))}
    assert {name: (queue.default_walltime, queue.max_walltime) for name, queue in found.items()} == {
        "short": (None, HOUR // 4),
        "gpu": (2 * HOUR, 48 * HOUR),
        "parallel": (None, 12 * HOUR),
        "general": (HOUR, 24 * HOUR),
        "bigmem": (4 * HOUR, 168 * HOUR),
    }
    assert [name for name, queue in found.items() if queue.is_default] == ["general"]
    assert (found["parallel"].fewest_slots, found["parallel"].most_slots) == (2, 48)
    assert (found["general"].most_slots, found["general"].most_memory) == (16, 64 * 1024**3)
    assert (found["gpu"].users, found["gpu"].hosts) == (("root", "staff/"), ("gpunodes/",))
    assert found["gpu"].requirement == "select[gpuhost]"


def test_ibm_s_words_a_slash_in_the_name_and_a_wrapped_line() -> None:
    (queue,) = listings.queues(IBM)
    assert (queue.name, queue.status) == ("night/long", "Open:Inact")
    assert (queue.default_walltime, queue.max_walltime) == (1800, 342800 * 60)
    assert (queue.normalised_to, queue.fewest_slots, queue.most_slots) == ("hostA", 1, 64)
    assert queue.hosts == ("nodes/+2", "hostA", "hostB", "hostC")


def test_a_limit_in_other_words_is_absent_and_not_wrong() -> None:
    (queue,) = listings.queues(
        IBM.replace(" 342800 min of hostA", " unlimited").replace("30.0 min of hostA", "see below")
    )
    assert (queue.default_walltime, queue.max_walltime) == (None, None)


def test_hosts_and_one_that_is_down() -> None:
    assert listings.hosts(said("lsf-lshosts-w"))[4] == listings.LsfHost("big01", 64, 1047892 * MIB, ("cs", "bigmem"))
    assert listings.hosts(said("lsf-lshosts-w-starting"))[2] == listings.LsfHost("node02", None, None, ("cs",))
    ibm = "hostA  LINUX86 Intel_EM64T  60.0    16  63.3G   3.9G    Yes (mg)\n"
    assert listings.hosts(ibm) == (listings.LsfHost("hostA", 16, 64819 * MIB, ("mg",)),)


@pytest.mark.parametrize(
    ("words", "hosts"),
    [
        ("all", EVERYONE),
        ("all ~vm", EVERYONE - {"vm"}),
        ("all ~cpunodes/", {"vm", "big01"}),
        ("cpunodes/", {"node01", "node02"}),
        ("cpunodes/+3 big01+1", {"node01", "node02", "big01"}),
        ("inner/", {"node01", "node02", "big01"}),
        ("all hosts used by the LSF system", EVERYONE),
        ("others", None),
        ("cpunodes/ node@remote", None),
        ("loop/", None),
    ],
)
def test_the_hosts_of_a_queue(words: str, hosts: set[str] | None) -> None:
    assert listings.members(tuple(words.split()), EVERYONE, GROUPS) == hosts


def test_nodes_of_each_queue_the_commonest_first() -> None:
    queues = {queue.name: queue_of(queue) for queue in detected().queues}
    assert {name: (queue.node, queue.gpus) for name, queue in queues.items()} == {
        "short": (Node(16, 16, 64852 * MIB), 0),
        "gpu": (Node(32, 32, 261460 * MIB), 4),
        "parallel": (Node(16, 16, 64852 * MIB), 0),
        "general": (Node(16, 16, 64852 * MIB), 0),
        "bigmem": (Node(64, 64, 1047892 * MIB), 0),
    }
    assert (
        queues["general"].node_source
        == "from lshosts -w and bhosts -w; 2 of 3 nodes; others have 16 cores and 136.7 GB"
    )
    assert queues["gpu"].source == "from bqueues -l gpu"


def test_what_the_cluster_says_with_its_sources() -> None:
    assert detected().facts == {
        "cluster": Said("lsftest", "from lsid"),
        "default-queue": Said("general", "from bparams -l"),
        "reserve-per-core": Said("no", "from bparams -l"),
    }


IBM_GPUS = """\
HOST_NAME   gpu_id                    gpu_model   gpu_driver   gpu_factor      numa_id
gpu01            0     TeslaV100_PCIE_32GB_name       396.37          7.0            8
                 1     TeslaV100_PCIE_32GB_name       396.37          7.0            8
vm               -                            -            -            -            -
"""


def test_gpus_in_ibms_own_table() -> None:
    assert listings.gpu_table(IBM_GPUS) == {"gpu01": 2}
    (gpu,) = (queue_of(queue) for queue in detected(**{"lshosts -gpu -w": IBM_GPUS}).queues if queue.name == "gpu")
    assert gpu.gpus == 2


def test_a_failing_command_costs_only_its_own_facts() -> None:
    without = detected(**{"lshosts -w": "", "bparams -l": "", "bqueues -u alice": ""})
    assert without.facts == {
        "cluster": Said("lsftest", "from lsid"),
        "default-queue": Said("general", "from bqueues -l"),
    }
    general = next(queue for queue in without.queues if queue.name == "general")
    assert (general.machines, general.allowed, general.max_walltime) == ((), None, 24 * HOUR)


def test_a_cluster_that_starts_shows_one_slot_a_host_and_the_cores_count() -> None:
    starting = detected(**{"lshosts -w": said("lsf-lshosts-w-starting"), "bhosts -w": said("lsf-bhosts-w-starting")})
    nodes = {queue.name: queue_of(queue).node for queue in starting.queues}
    assert (nodes["general"], nodes["gpu"]) == (Node(16, 16, 64852 * MIB), None)


def test_who_may_use_a_queue_and_whether_it_is_open() -> None:
    closed = said("lsf-bqueues-l").replace("40    0  Open:Active  ", "40    0  Closed:Active")
    bob = "\n".join(line for line in said("lsf-bqueues-u").splitlines() if not line.startswith("gpu"))
    found = {queue.name: queue for queue in detected(**{"bqueues -l": closed, "bqueues -u alice": bob}).queues}
    assert (found["gpu"].allowed, found["general"].allowed) == (False, True)
    assert queue_of(found["gpu"]).now == "closed now: it refuses jobs; not for you"


def test_a_requirement_that_is_not_understood_leaves_no_node_where_they_differ() -> None:
    text = said("lsf-bqueues-l").replace(
        "HOSTS:  cpunodes/ \n", "HOSTS:  cpunodes/ \nRES_REQ:  select[maxmem>100000]\n"
    )
    nodes = {queue.name: queue_of(queue).node for queue in detected(**{"bqueues -l": text}).queues}
    assert (nodes["general"], nodes["bigmem"]) == (None, Node(64, 64, 1047892 * MIB))


@pytest.mark.parametrize(
    ("text", "per_core"),
    [
        ("    RESOURCE_RESERVE_PER_TASK = N\n", False),
        ("    RESOURCE_RESERVE_PER_TASK = Y\n", True),
        ("    RESOURCE_RESERVE_PER_SLOT = y\n", True),
        ("    MBD_SLEEP_TIME = 2 (seconds)\n", None),
    ],
)
def test_how_reservations_count(text: str, per_core: bool | None) -> None:
    assert listings.reserve_per_core(listings.parameters(text)) == per_core


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("LSF_UNIT_FOR_LIMITS=MB\n", "mb"),
        ('# LSF_UNIT_FOR_LIMITS=MB\nLSF_UNIT_FOR_LIMITS = "GB"  # since 2024\n', "gb"),
        ("LSF_UNIT_FOR_LIMITS=MB\nLSF_UNIT_FOR_LIMITS=KB\n", "kb"),
        ("LIM configuration at Mon Nov 23 07:46:51\n LSF_UNIT_FOR_LIMITS = GB\n", "gb"),
        ("LSF_VERSION=10.1\n", None),
    ],
)
def test_the_unit_of_limits(text: str, unit: str | None) -> None:
    assert lsf_conf.unit_in(text) == unit


@pytest.mark.parametrize(
    ("environ", "paths"),
    [
        ({}, ("/etc/lsf.conf",)),
        ({"LSF_CONFDIR": "/b/", "LSF_ENVDIR": "/a"}, ("/a/lsf.conf", "/b/lsf.conf", "/etc/lsf.conf")),
    ],
)
def test_where_lsf_conf_may_be(environ: dict[str, str], paths: tuple[str, ...]) -> None:
    assert LSF.fact_files(environ) == paths


@pytest.mark.parametrize(
    ("version", "conf", "unit"),
    [
        (
            "IBM Spectrum LSF Standard 10.1.0.12",
            "LSF_UNIT_FOR_LIMITS=GB\n",
            ("gb", "LSF_UNIT_FOR_LIMITS in /a/lsf.conf"),
        ),
        (
            "IBM Spectrum LSF Standard 10.1.0.12",
            "",
            ("kb", "/a/lsf.conf, which does not set LSF_UNIT_FOR_LIMITS: LSF's own is kb"),
        ),
        (
            "",
            "LSF_VERSION=10.1\n",
            ("kb", "/a/lsf.conf, which does not set LSF_UNIT_FOR_LIMITS: LSF's own is kb"),
        ),
        (
            "volclava project 2.2, Nov 23 2026",
            "LSF_UNIT_FOR_LIMITS=KB\n",
            ("mb", "/a/lsf.conf, which sets no other LSF_UNIT_FOR_LIMITS: volclava's own is mb"),
        ),
        ("volclava project 2.2, Nov 23 2026", "LSF_UNIT_FOR_LIMITS=GB\n", ("gb", "LSF_UNIT_FOR_LIMITS in /a/lsf.conf")),
        ("openlava project 4.0, Mar 1 2018", "", None),
    ],
)
def test_the_unit_that_lsf_conf_tells_depends_on_whose_lsf_it_is(
    version: str, conf: str, unit: tuple[str, str] | None
) -> None:
    assert lsf_conf.unit_of({"/a/lsf.conf": conf, "/etc/lsf.conf": "LSF_UNIT_FOR_LIMITS=TB\n"}, version) == unit


def test_the_unit_of_lsf_conf_is_a_fact_of_the_cluster_and_an_offer_of_init() -> None:
    files = {"/a/lsf.conf": "LSF_UNIT_FOR_LIMITS=GB\n"}
    told = facts.read(Heard(heard().answers, files), "alice", {}).facts["memory-unit"]
    assert told == Said("gb", "from LSF_UNIT_FOR_LIMITS in /a/lsf.conf")
    assert LSF.usual("memory-unit", {}, files) == ("gb", "LSF_UNIT_FOR_LIMITS in /a/lsf.conf")


def test_without_lsf_conf_the_unit_is_offered_and_no_fact() -> None:
    assert "memory-unit" not in detected().facts
    assert LSF.usual("memory-unit", {}, {"/etc/hosts": ""}) == ("mb", "a guess: no lsf.conf can be read here")
    assert LSF.usual("queue", {}, {}) is None


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("", "/a/lsf.cluster.*"), ('LSF_CONFDIR="/shared/conf"  # of all hosts\n', "/shared/conf/lsf.cluster.*")],
)
def test_the_file_that_is_called_after_the_cluster(text: str, pattern: str) -> None:
    assert LSF.name_files({"/a/lsf.conf": text}, {"LSF_ENVDIR": "/a"}) == ((pattern, ""),)

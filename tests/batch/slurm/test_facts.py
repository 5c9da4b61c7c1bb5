from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.batch.facts import Detected, Heard, Machine, Said, queue_of
from pegconf.batch.slurm import facts
from pegconf.batch.slurm.jobs import SLURM
from pegconf.core.command_output import Answer
from pegconf.core.model import Node
from tests.recorded import said
from tests.recorded.transcripts import transcripts

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1024**2
HOUR = 3600
PARTITIONS = "scontrol show partition"


VERSION, ASSOC, WHOSE = "sinfo -V", *SLURM.fact_lines(Heard(), "alice")[4:]


def detected(
    changed: Mapping[str, str] | None = None,
    mine: tuple[str, ...] = ("bio", "climate"),
    environ: Mapping[str, str] | None = None,
) -> Detected | None:
    """What is read from the recorded output; a command that is changed to nothing has failed."""
    config = "Configuration data as of 2026-11-23T08:24:31\nClusterName             = slurmtest\n"
    texts = {facts.SINFO: said("slurm-sinfo"), "scontrol show config": config, PARTITIONS: said("slurm-partitions")}
    texts |= {VERSION: "slurm-wlm 22.05.8\n", ASSOC: "".join(f"{account}|alice||\n" for account in mine)}
    texts |= changed or {}
    heard = Heard({command: Answer(command, 0 if text else 1, text) for command, text in texts.items()})
    return facts.read(heard, "alice", environ or {})


def found(
    changed: Mapping[str, str] | None = None,
    mine: tuple[str, ...] = ("bio", "climate"),
    environ: Mapping[str, str] | None = None,
) -> Detected:
    there = detected(changed, mine, environ)
    assert there is not None
    return there


def test_what_is_asked() -> None:
    assert SLURM.fact_lines(Heard(), "alice") == (
        "sinfo -V",
        "sinfo -e -h -o %P|%a|%l|%L|%D|%c|%X|%Y|%Z|%m|%d|%f|%G|%t|%N",
        "scontrol show config",
        "scontrol show partition",
        "sacctmgr -n -P show assoc where user=alice format=account,user,partition,qos",
        "sacctmgr -n -P show user alice format=user,defaultaccount",
    )


def test_without_a_version_it_is_not_here_and_without_partitions_silent() -> None:
    assert detected({VERSION: ""}) is None
    assert detected({facts.SINFO: ""}) == Detected("slurm", "slurm-wlm 22.05.8", silence="sinfo ended with exit code 1")


@pytest.mark.parametrize(
    ("default", "environ", "accounts", "source"),
    [
        ("", {}, ("bio", "climate"), "from sacctmgr"),
        ("alice|climate\n", {}, ("climate", "bio"), "from sacctmgr"),
        ("alice|climate\n", {"SBATCH_ACCOUNT": "own"}, ("own", "bio", "climate"), "from SBATCH_ACCOUNT"),
    ],
)
def test_the_account_that_counts_first(
    default: str, environ: dict[str, str], accounts: tuple[str, ...], source: str
) -> None:
    there = found({WHOSE: default}, environ=environ)
    assert (there.accounts, there.accounts_source) == (accounts, source)


def test_the_files_that_say_what_the_cluster_is_called() -> None:
    pattern = r"^\s*ClusterName\s*=\s*([\w.-]+)"
    assert SLURM.name_files({}, {"SLURM_CONF": "/shared/slurm.conf"}) == (
        ("/shared/slurm.conf", pattern),
        ("/etc/slurm/slurm.conf", pattern),
        ("/run/slurm/conf/slurm.conf", pattern),
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1-00:00:00", 24 * HOUR),
        ("7-12", 180 * HOUR),
        ("12:00:00", 12 * HOUR),
        ("15:00", 900),
        ("5:00", 300),
        ("30", 1800),
        ("infinite", None),
        ("n/a", None),
        ("UNLIMITED", None),
        ("", None),
    ],
)
def test_times(text: str, seconds: int | None) -> None:
    assert facts.parse_time(text) == seconds


@pytest.mark.parametrize(
    ("gres", "gpus"),
    [
        ("gpu:a100:4", 4),
        ("gpu:2", 2),
        ("gpu:a100:4(S:0-1)", 4),
        ("gpu:a100:2,gpu:v100:1", 3),
        ("nvme:1,gres:gpu:v100:8", 8),
        ("(null)", 0),
        ("gpu_mem:80", 0),
    ],
)
def test_gpus(gres: str, gpus: int) -> None:
    assert facts.gpus(gres) == gpus


def test_partitions_with_their_limits() -> None:
    listed = {one.name: (one.default_walltime, one.max_walltime) for one in facts.partitions(said("slurm-sinfo"))}
    assert listed == {
        "general": (HOUR, 24 * HOUR),
        "parallel": (2 * HOUR, 12 * HOUR),
        "short": (300, 900),
        "bigmem": (4 * HOUR, 168 * HOUR),
        "gpu": (2 * HOUR, 48 * HOUR),
        "exclusive": (None, None),
    }


def test_memory_beyond_six_digits_is_whole() -> None:
    bigmem = next(one for one in facts.partitions(said("slurm-sinfo")) if one.name == "bigmem")
    assert bigmem.machines == (Machine(64, 64, 1030000 * MIB),)


def test_nodes_of_each_partition() -> None:
    queues = {queue.name: queue_of(queue) for queue in found().queues}
    assert queues["general"].node == Node(16, 16, 64000 * MIB)
    assert queues["general"].node_source == "from sinfo; 2 of 3 nodes; others have 32 cores and 67.1 GB"
    assert queues["general"].note == "at most 67.1 GB a node; where a core has 2 threads, each counts as a core"
    assert (queues["gpu"].node, queues["gpu"].gpus) == (Node(32, 32, 256000 * MIB), 4)
    assert queues["exclusive"].note == "a job gets, and is charged for, whole nodes"


def test_what_the_cluster_says_with_its_sources() -> None:
    assert found().facts == {
        "cluster": Said("slurmtest", "from scontrol show config"),
        "default-queue": Said("general", "from sinfo"),
    }


def test_without_scontrol_the_partitions_are_still_there() -> None:
    there = found({PARTITIONS: "", "scontrol show config": ""})
    assert there.facts == {"default-queue": Said("general", "from sinfo")}
    assert queue_of(there.queues[0]).node == Node(16, 16, 64000 * MIB)


@pytest.mark.parametrize(
    ("settings", "mine", "allowed"),
    [
        ("AllowAccounts=ALL", ("bio",), True),
        ("AllowAccounts=physics", ("bio",), False),
        ("AllowAccounts=physics,bio", ("bio",), True),
        ("AllowAccounts=ALL DenyAccounts=bio", ("bio",), False),
        ("AllowAccounts=physics", (), None),
    ],
)
def test_who_may_use_a_partition(settings: str, mine: tuple[str, ...], allowed: bool | None) -> None:
    text = f"PartitionName=general {settings}\n"
    assert found({PARTITIONS: text}, mine).queues[0].allowed == allowed


RIGHTS = (
    "bio|alice|bigmem|normal",
    "physics|alice||normal,short",
    "climate|bob||long",
)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ("AllowAccounts=ALL AllowQos=ALL", True),
        ("AllowAccounts=bio AllowQos=ALL", False),
        ("AllowAccounts=climate AllowQos=ALL", False),
        ("AllowAccounts=ALL DenyAccounts=physics AllowQos=ALL", False),
        ("AllowAccounts=ALL AllowQos=short,long", True),
        ("AllowAccounts=ALL AllowQos=long", False),
        ("AllowAccounts=ALL DenyQos=normal,short", False),
        ("AllowAccounts=ALL DenyQos=normal", True),
    ],
)
def test_where_associations_are_enforced_one_of_them_leads_into_a_partition(settings: str, allowed: bool) -> None:
    enforced = "AccountingStorageEnforce = associations,limits,qos\n"
    answers = {PARTITIONS: f"PartitionName=general {settings}\n", "scontrol show config": enforced}
    assert found(answers | {ASSOC: "\n".join(RIGHTS)}).queues[0].allowed is allowed


def test_where_no_qos_is_enforced_none_keeps_a_job_out() -> None:
    answers = {
        PARTITIONS: "PartitionName=general AllowAccounts=ALL AllowQos=long\n",
        "scontrol show config": "AccountingStorageEnforce = associations,limits\n",
    }
    assert found(answers | {ASSOC: "\n".join(RIGHTS)}).queues[0].allowed


def test_where_they_are_not_enforced_a_partition_is_for_every_account_that_it_names() -> None:
    answers = {PARTITIONS: "PartitionName=general AllowAccounts=bio AllowQos=long\n"}
    assert found(answers | {ASSOC: "\n".join(RIGHTS)}).queues[0].allowed


def test_what_sacctmgr_said_of_a_users_rights() -> None:
    (asked, answer), *_ = transcripts("slurm-accounts").items()
    assert "show assoc" in asked
    found = facts.associations(answer.out, "pegtest")
    assert [(one.account, one.partition, len(one.qos)) for one in found] == [
        ("shortgroup", "", 1),
        ("smallgroup", "", 1),
        ("climate", "bigmem", 1),
        ("research", "", 8),
    ]


def test_a_partition_that_is_down_and_a_number_that_is_a_range() -> None:
    listed = facts.partitions(said("slurm-sinfo").replace("bigmem|up", "bigmem|down").replace("|1|64|", "|1|64+|"))
    assert [(one.state, one.machines) for one in listed if one.name == "bigmem"] == [("down", ())]
    text = said("slurm-sinfo").replace("bigmem|up", "bigmem|down")
    closed = {queue.name: queue.closed for queue in found({facts.SINFO: text}).queues}
    assert (closed["bigmem"], closed["general"]) == ("down now: it takes jobs and starts none", "")


def test_accounts() -> None:
    assert facts.accounts(said("slurm-assoc"), "alice") == ("bio", "climate")
    assert facts.default_account(said("slurm-user")) == "research"
    assert facts.default_account("") is None


@pytest.mark.parametrize(
    ("state", "now"),
    [
        ("up", ""),
        ("down", "down now: it takes jobs and starts none"),
        ("drain", "draining now: it refuses jobs"),
        ("inact", "inactive now: it refuses jobs"),
        ("futures", "futures now"),
    ],
)
def test_whether_a_partition_starts_jobs_now(state: str, now: str) -> None:
    text = said("slurm-sinfo").replace("general*|up|", f"general*|{state}|")
    (general,) = (queue for queue in found({facts.SINFO: text}).queues if queue.name == "general")
    assert general.closed == now

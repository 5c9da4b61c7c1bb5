"""Slurm's words, on what Slurm 22.05.8 printed."""

from __future__ import annotations

import os

import pytest

from pegconf.batch.job import QueuedJob, State
from pegconf.batch.requested import Request
from pegconf.batch.slurm.jobs import SLURM
from pegconf.batch.slurm.request import directives, memory, parse_memory
from pegconf.config import catalogue
from pegconf.core import sizing
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node
from pegconf.core.units import GB


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 300),
        ("5:30", 330),
        ("90:90", 5490),
        ("12:00:00", 43200),
        ("1-", 86400),
        ("1-2", 93600),
        ("1-00", 86400),
        ("1-2:3", 93780),
        ("1-2:3:4", 93784),
        ("7-00:00:00", 604800),
        ("0:30", 30),
    ],
)
def test_reads_what_sbatch_accepts(text: str, seconds: int) -> None:
    assert SLURM.parse_walltime(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "1:",
        ":30",
        "1.5",
        "+5",
        "5 ",
        "-1:00",
        "1:2:3:4",
        "1-1:1:1:1",
        "",
        "4h",
        "n/a",
        "four hours",
        "\N{ARABIC-INDIC DIGIT ONE}",
        # Python reads no number of so many digits.
        *(form.format("9" * 5000) for form in ("{}", "{}:0", "{}:0:0", "{}-", "1-{}", "1-0:{}", "1-0:0:{}", "1:{}:0")),
    ],
)
def test_refuses_what_sbatch_refuses(text: str) -> None:
    with pytest.raises(RefusedError, match=r"is no walltime of Slurm: write \[days-\]hours:minutes:seconds"):
        SLURM.parse_walltime(text)


@pytest.mark.parametrize("text", ["0", "00:00", "0-0", "infinite", "INFINITE", "UNLIMITED", "-1"])
def test_refuses_what_means_no_limit(text: str) -> None:
    with pytest.raises(RefusedError, match="no limit"):
        SLURM.parse_walltime(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(60, "00:01:00"), (61, "00:01:01"), (14400, "04:00:00"), (86399, "23:59:59"), (604800, "7-00:00:00")],
)
def test_writes_what_it_reads(seconds: int, text: str) -> None:
    assert SLURM.format_walltime(seconds) == text
    assert SLURM.parse_walltime(text) == seconds


@pytest.mark.parametrize(
    ("amount", "text"), [(1, "1M"), (1024**2, "1M"), (5 * GB, "4769M"), (64000 * 1024**2, "64000M")]
)
def test_memory_is_never_less_than_meant(amount: int, text: str) -> None:
    assert memory(amount) == text
    assert parse_memory(text) >= amount


@pytest.mark.parametrize(
    ("text", "amount"), [("5", 5 * 1024**2), ("5g", 5 * 1024**3), ("5GB", 5 * 1024**3), ("1200K", 1228800), ("0", 0)]
)
def test_memory_as_sbatch_takes_it(text: str, amount: int) -> None:
    assert parse_memory(text) == amount


@pytest.mark.parametrize("text", ["5GiB", "5.5G", "5 G", "1P", "1b", ""])
def test_memory_that_sbatch_refuses(text: str) -> None:
    with pytest.raises(RefusedError):
        parse_memory(text)


def request(gpus: int = 0) -> Request:
    shape = sizing.shape(Node(16, 16, 64 * GB), 2, 4 * GB, 2)
    return Request(shape, 14400, catalogue.complete("slurm"), gpus=gpus)


def test_a_job_has_headroom_and_one_node() -> None:
    filled = SLURM.fill(request())
    assert filled.values == {"job-cpu": None, "job-mem": "4769M", "job-extra-directives": ["-N 1"]}
    assert filled.reserved == "--mem=4769M: 5.0 GB a job"
    assert parse_memory("4769M") >= 4 * GB * sizing.HEADROOM


def test_gpus_are_asked_for_where_there_are_any() -> None:
    assert SLURM.fill(request(gpus=2)).values["job-extra-directives"] == ["-N 1", "--gres=gpu:2"]


@pytest.mark.parametrize(
    ("old", "gpus", "new"),
    [
        ([], 0, ["-N 1"]),
        (["--qos=long"], 0, ["-N 1", "--qos=long"]),
        (["--qos=long", "-N 1"], 0, ["--qos=long", "-N 1"]),
        (["-N1"], 0, ["-N1"]),
        (["--nodes=1"], 0, ["--nodes=1"]),
        (["--gres=gpu:a100:1"], 0, ["-N 1", "--gres=gpu:a100:1"]),
        (["-N 1", "--gres=gpu:a100:1"], 2, ["-N 1", "--gres=gpu:a100:2"]),
        (["-N 1", "--gres=gpu:1", "-C ib"], 2, ["-N 1", "-C ib", "--gres=gpu:2"]),
    ],
)
def test_the_users_own_directives_stay(old: list[str], gpus: int, new: list[str]) -> None:
    assert directives(old, gpus) == new
    assert directives(new, gpus) == new


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Submitted batch job 17\n", "17"),
        ("Welcome to project 2019.\nSubmitted batch job 17 on cluster slurmtest\n", "17"),
        ("17\n", None),
        ("", None),
    ],
)
def test_the_job_id(printed: str, number: str | None) -> None:
    assert SLURM.job_id(printed) == number


def test_the_listing_has_no_widths_and_is_of_this_user() -> None:
    words = ["squeue", "-h", "--name=peg-1", "-u", str(os.getuid()), "-t", "all", "-o", "%i|%T|%N|%V|%j"]
    assert SLURM.list_named("peg-1") == words


def test_jobs_of_the_listing() -> None:
    printed = """\
20|FAILED|sc01|2026-11-23T18:23:34|peg-aaa
18|RUNNING|sc01|2026-11-23T18:23:34|peg-aaa
19|PENDING||2026-11-23T18:23:34|peg-aaa
25_3|COMPLETING|sc03|2026-11-23T18:23:34|with | in it
26|LATER_ADDED|sc03|2026-11-23T18:23:34|peg-aaa
slurm_load_jobs error: Unable to contact slurm controller (connect failure)
"""
    when = "2026-11-23T18:23:34"
    assert SLURM.parse_jobs(printed) == (
        QueuedJob("20", "peg-aaa", State.FAILED, "sc01", when),
        QueuedJob("18", "peg-aaa", State.RUNNING, "sc01", when),
        QueuedJob("19", "peg-aaa", State.PENDING, "", when),
        QueuedJob("25_3", "with | in it", State.RUNNING, "sc03", when),
        QueuedJob("26", "peg-aaa", State.UNKNOWN, "sc03", when),
    )


def test_no_job_is_not_the_same_as_no_answer() -> None:
    assert SLURM.parse_jobs("") == ()
    assert SLURM.says_none("slurm_load_jobs error: Invalid job id specified\n")
    assert not SLURM.says_none("slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n")


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("Resources\n", "Resources"),
        ("(Priority)\n", "Priority"),
        ("BeginTime\n", "BeginTime"),
        ("None\n", ""),
        ("", ""),
        (
            "PartitionTimeLimit\n",
            "PartitionTimeLimit (the walltime is over the partition's: it never starts as it is)",
        ),
        (
            "MaxMemPerLimit\n",
            "MaxMemPerLimit (the memory is over the partition's limit for a node: it never starts as it is)",
        ),
    ],
)
def test_why_a_job_waits(printed: str, reason: str) -> None:
    assert SLURM.parse_pending_reason(printed).text == reason


def shown(state: str, reason: str, code: str) -> str:
    return f"""\
JobId=18 JobName=peg-aaa
   UserId=pegtest(999) GroupId=pegtest(995) MCS_label=N/A
   Priority=4294901742 Nice=0 Account=whatever QOS=(null)
   JobState={state} Reason={reason} Dependency=(null)
   Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode={code}
   RunTime=00:00:20 TimeLimit=00:05:00 TimeMin=N/A
"""


@pytest.mark.parametrize(
    ("state", "reason", "code", "said"),
    [
        ("RUNNING", "None", "0:0", ""),
        ("PENDING", "PartitionTimeLimit", "0:0", ""),
        ("FAILED", "NonZeroExitCode", "3:0", "FAILED: NonZeroExitCode, exit code 3"),
        ("CANCELLED", "None", "0:15", "CANCELLED: signal 15"),
        ("TIMEOUT", "TimeLimit", "0:15", "TIMEOUT: TimeLimit, signal 15"),
        ("OUT_OF_MEMORY", "OutOfMemory", "0:125", "OUT_OF_MEMORY: OutOfMemory"),
        ("NODE_FAIL", "NodeDown", "0:0", "NODE_FAIL: NodeDown"),
        ("COMPLETED", "None", "0:0", "COMPLETED: exit code 0"),
    ],
)
def test_why_a_job_ended(state: str, reason: str, code: str, said: str) -> None:
    assert SLURM.parse_exit_reason(shown(state, reason, code)).text == said


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("CANCELLED by 1000|0:15\n", "CANCELLED by 1000: signal 15"),
        ("TIMEOUT|0:0\n", "TIMEOUT"),
        ("FAILED|1:0\n", "FAILED: exit code 1"),
        ("RUNNING|0:0\n", ""),
        ("Slurm accounting storage is disabled\n", ""),
        ("slurm_load_jobs error: Invalid job id specified\n", ""),
        ("", ""),
    ],
)
def test_why_a_job_ended_by_the_accounting(printed: str, said: str) -> None:
    assert SLURM.parse_exit_reason(printed).text == said


def test_cancelling_by_name_is_for_this_user_alone() -> None:
    assert SLURM.cancel_named("peg-1") == ["scancel", "--name=peg-1", "-u", str(os.getuid())]
    assert SLURM.cancel(["7", "8"]) == ["scancel", "7", "8"]

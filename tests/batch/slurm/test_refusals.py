"""What Slurm said where it took no job, why a job waits and who ended one (22.05, and Slurm's source)."""

from __future__ import annotations

import re

import pytest

from pegconf.batch.acceptance import Refused
from pegconf.batch.job import Ending, Pending, PendingReason
from pegconf.batch.slurm.jobs import SLURM

SCRIPT = (
    "-p general",
    "-A research",
    "-t 04:00:00",
    "--mem=4G",
    "--cpus-per-task=64",
    "-J dask-worker",
    "--qos=normal",
    "--gres=gpu:1",
    "--mem-per-cpu=2G",
    "-C bigmem",
    "--reservation=r1",
    "-w sc99",
    "-L matlab",
    "-d afterok:9",
    "-M far",
    "-N 2",
    "--nosuch=3",
    "-Z 3",
    "-o",
)
FAILURE = "sbatch: error: Batch job submission failed: "


@pytest.mark.parametrize(
    ("words", "directive", "kind"),
    [
        ("sbatch: unrecognized option '--nosuch=3'", "--nosuch=3", None),
        ("sbatch: option '--mem' is ambiguous; ambiguous option '--nosuch'", "--nosuch=3", None),
        ("sbatch: invalid option -- 'Z'", "-Z 3", None),
        ("sbatch: option requires an argument -- 'o'", "-o", None),
        ("sbatch: error: Invalid --time specification", "-t 04:00:00", Refused.WALLTIME),
        (f"{FAILURE}Requested time limit is invalid (missing or exceeds some limit)", "-t 04:00:00", Refused.WALLTIME),
        ("sbatch: error: Invalid --mem specification", "--mem-per-cpu=2G", None),
        (
            'sbatch: error: Invalid numeric value "abc" for --cpus-per-task.',
            "--cpus-per-task=64",
            None,
        ),
        ("sbatch: error: invalid partition specified: nosuch", "-p general", Refused.QUEUE),
        (f"{FAILURE}Invalid partition name specified", "-p general", Refused.QUEUE),
        (
            f"{FAILURE}Required partition not available (inactive or drain)",
            "-p general",
            Refused.QUEUE,
        ),
        (f"{FAILURE}User's group not permitted to use this partition", "-p general", Refused.QUEUE),
        (f"{FAILURE}Invalid account or account/partition combination specified", "-A research", Refused.ACCOUNT),
        (f"{FAILURE}Invalid qos specification", "--qos=normal", None),
        (f"{FAILURE}Invalid generic resource (gres) specification", "--gres=gpu:1", None),
        ("sbatch: error: no such generic resource", "--gres=gpu:1", None),
        ("sbatch: error: gres is not known", "--gres=gpu:1", None),
        ("sbatch: error: no GPU here", "--gres=gpu:1", None),
        (
            "sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.",
            "--mem-per-cpu=2G",
            None,
        ),
        (f"{FAILURE}Memory specification can not be satisfied", "--mem-per-cpu=2G", Refused.MEMORY),
        (f"{FAILURE}Invalid feature specification", "-C bigmem", None),
        (f"{FAILURE}Requested reservation is invalid", "--reservation=r1", None),
        (f"{FAILURE}Invalid node name specified", "-w sc99", None),
        (f"{FAILURE}Invalid license specification", "-L matlab", None),
        (f"{FAILURE}Job dependency problem", "-d afterok:9", None),
        ("sbatch: error: There is a problem talking to the database: --cluster is not known", "-M far", None),
        (f"{FAILURE}More processors requested than permitted", "--cpus-per-task=64", Refused.CORES),
        ("sbatch: error: CPU count per node can not be satisfied", "--cpus-per-task=64", Refused.CORES),
        ("sbatch: error: Invalid number of tasks", "--cpus-per-task=64", Refused.CORES),
        (f"{FAILURE}Node count specification invalid", "-N 2", None),
        ("sbatch: error: lua: dask-worker is no name here", "-J dask-worker", None),
        ("sbatch: error: lua: not today", None, None),
    ],
)
def test_a_refusal_is_about_a_directive(words: str, directive: str | None, kind: Refused | None) -> None:
    assert (SLURM.refusals.directive(words, SCRIPT), SLURM.refusals.kind(words)) == (directive, kind)


# sbatch(1).
NAMES = {
    "sbatch: error: invalid partition specified: nosuch": ("-p", "--partition"),
    f"{FAILURE}Invalid account or account/partition combination specified": ("-A", "--account"),
    f"{FAILURE}Requested time limit is invalid (missing or exceeds some limit)": ("-t", "--time"),
    f"{FAILURE}Invalid qos specification": ("-q", "--qos"),
    "sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.": (
        "--mem-per-cpu",
        "--mem-per-gpu",
    ),
    f"{FAILURE}Invalid generic resource (gres) specification": (
        *("--gres", "--gpus", "-G", "--gpus-per-node", "--gpus-per-task", "--gpus-per-socket", "--tres-per-task"),
    ),
    f"{FAILURE}Memory specification can not be satisfied": ("--mem", "--mem-per-cpu", "--mem-per-gpu"),
    f"{FAILURE}Invalid feature specification": ("-C", "--constraint"),
    f"{FAILURE}Requested reservation is invalid": ("--reservation",),
    f"{FAILURE}Invalid node name specified": ("-w", "--nodelist", "-x", "--exclude", "-F", "--nodefile"),
    f"{FAILURE}Invalid license specification": ("-L", "--licenses"),
    f"{FAILURE}Job dependency problem": ("-d", "--dependency"),
    "sbatch: error: There is a problem talking to the database: --cluster": ("-M", "--clusters", "--cluster"),
    f"{FAILURE}More processors requested than permitted": ("-c", "--cpus-per-task"),
    f"{FAILURE}Node count specification invalid": ("-N", "--nodes"),
}


@pytest.mark.parametrize(("words", "name"), [(words, name) for words, names in NAMES.items() for name in names])
def test_a_directive_is_known_by_each_of_its_names(words: str, name: str) -> None:
    assert SLURM.refusals.directive(words, (f"{name} 2", "-J dask-worker")) == f"{name} 2"


def test_without_a_directive_the_kind_is_told_all_the_same() -> None:
    """As recorded where a job without an account is refused."""
    words = f"{FAILURE}Invalid account or account/partition combination specified"
    assert (SLURM.refusals.directive(words, ("-t 04:00:00",)), SLURM.refusals.kind(words)) == (None, Refused.ACCOUNT)


@pytest.mark.parametrize(
    ("directive", "keys"),
    [
        ("--partition=general", ("queue",)),
        ("-A research", ("account", "project")),
        ("-t 04:00:00", ("walltime",)),
        ("--mem=4G", ("job-mem", "memory")),
        ("--cpus-per-task=64", ("job-cpu", "cores")),
        ("-J dask-worker", ("name",)),
        ("--qos=normal", ()),
    ],
)
def test_a_directive_is_made_of_a_key(directive: str, keys: tuple[str, ...]) -> None:
    assert SLURM.refusals.keys(directive) == keys


@pytest.mark.parametrize(
    "words",
    [
        "allocation failure: Unable to contact slurm controller (connect failure)",
        "sbatch: fatal: Could not establish a configuration source",
        "sbatch: error: Slurm backup: connection refused",
        "sbatch: error: Unable to connect: connection failure",
        "sbatch: error: Communication with the controller failed",
        "sbatch: error: Socket timed out on send/recv operation",
    ],
)
def test_a_daemon_that_is_down_is_no_refusal(words: str) -> None:
    assert re.search(SLURM.refusals.unreachable, words, re.IGNORECASE)
    assert not re.search(SLURM.refusals.unreachable, f"{FAILURE}Invalid qos specification", re.IGNORECASE)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("PartitionTimeLimit", "the walltime is over the partition's"),
        ("PartitionNodeLimit", "the number of nodes is over the partition's"),
        ("MaxMemPerLimit", "the memory is over the partition's limit for a node"),
        ("QOSMaxWallDurationPerJobLimit", "the walltime is over the qos's"),
        ("AssocMaxWallDurationPerJobLimit", "the walltime is over the account's"),
        ("QOSMaxCpuPerJobLimit", "the cores are over the qos's"),
        ("QOSMaxMemoryPerJob", "the memory is over the qos's"),
        ("QOSNotAllowed", "the qos may not be used in the partition"),
        ("InvalidQOS", "Slurm does not know the qos"),
        ("BadConstraints", "no node has what is asked for"),
        ("PartitionConfig", "no node of the partition has what is asked for"),
    ],
)
def test_a_job_that_never_starts(word: str, meaning: str) -> None:
    assert SLURM.parse_pending_reason(f"{word}\n") == PendingReason(
        f"{word} ({meaning}: it never starts as it is)", Pending.NEVER_STARTS
    )


@pytest.mark.parametrize(
    ("word", "kind", "meaning"),
    [
        ("Resources", Pending.WAITS, ""),
        ("Priority", Pending.WAITS, ""),
        ("PartitionDown", Pending.CLOSED, " (the queue is closed)"),
        ("PartitionInactive", Pending.CLOSED, " (the queue is closed)"),
        ("AccountNotAllowed", Pending.NOT_CHARGED, " (no job of the account starts there)"),
        ("InvalidAccount", Pending.NOT_CHARGED, " (no job of the account starts there)"),
        (
            "Job's account not permitted to use this partition (short allows climate not research)",
            Pending.NOT_CHARGED,
            " (no job of the account starts there)",
        ),
        ("Job's account not known", Pending.NOT_CHARGED, " (no job of the account starts there)"),
        ("QOSMaxJobsPerUserLimit", Pending.LIMITED, ""),
        ("QOSMaxCpuPerUserLimit", Pending.LIMITED, ""),
        ("AssocGrpCpuLimit", Pending.LIMITED, ""),
        ("AssocMaxJobsLimit", Pending.LIMITED, ""),
        ("QOSGrpJobsLimit", Pending.LIMITED, ""),
        ("QOSMaxMemoryPerUser", Pending.LIMITED, ""),
        ("QOSMaxGRESMinutesPerJob", Pending.LIMITED, ""),
        ("MaxJobsPerAccount", Pending.LIMITED, ""),
    ],
)
def test_why_a_job_waits(word: str, kind: Pending, meaning: str) -> None:
    # squeue prints a word of its own in parentheses, and takes those at the end of a sentence for them.
    shown = word.strip("()")
    assert SLURM.parse_pending_reason(f"{word}\n") == PendingReason(f"{shown}{meaning}", kind)


@pytest.mark.parametrize(
    ("printed", "ending"),
    [
        ("OUT_OF_MEMORY|0:125\n", Ending.MEMORY),
        ("TIMEOUT|0:0\n", Ending.WALLTIME),
        ("DEADLINE|0:0\n", Ending.WALLTIME),
        ("CANCELLED by 0|0:0\n", Ending.ADMINISTRATOR),
        ("CANCELLED by 1000|0:15\n", Ending.PERSON),
        ("PREEMPTED|0:0\n", Ending.PERSON),
        ("JobState=CANCELLED Reason=None Dependency=(null)\n ExitCode=0:15\n", Ending.PERSON),
        ("JobState=FAILED Reason=RaisedSignal:53(Real-time_signal_19)\n ExitCode=0:53\n", Ending.OUTPUT),
        ("FAILED|53:0\n", None),
        ("FAILED|1:0\n", None),
    ],
)
def test_who_ended_a_job(printed: str, ending: Ending | None) -> None:
    assert SLURM.parse_exit_reason(printed).ending is ending

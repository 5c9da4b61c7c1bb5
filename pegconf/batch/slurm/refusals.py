"""What Slurm says where it takes no job (22.05), why a job waits, and who ended one."""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Refusals, Refused, option
from pegconf.batch.job import Ending, Pending

PARTITION: Final = ("-p", "--partition")
ACCOUNT: Final = ("-A", "--account")
QOS: Final = ("-q", "--qos")
TIME: Final = ("-t", "--time")
CORES: Final = ("-c", "--cpus-per-task")
_GRES: Final = option(
    "--gres", "--gpus", "-G", "--gpus-per-node", "--gpus-per-task", "--gpus-per-socket", "--tres-per-task"
)

REFUSALS: Final = Refusals(
    unreachable=r"slurm controller|connection (?:failure|refused)|communication|timed out|configuration source",
    complaints=(
        Complaint(r"(?:unrecognized|ambiguous) option '(?P<what>[^'=]+)", r"(?<!\S){what}"),
        Complaint(r"invalid option -- '(?P<what>.)'", r"(?<!\S)-{what}"),
        Complaint(r"requires an argument(?: -- )?'?(?P<what>\S)'?", r"(?<!\S)-+{what}"),
        Complaint(r"Invalid --time\b|time limit", option(*TIME), Refused.WALLTIME),
        Complaint(r"(?:Invalid |value \S+ for )(?P<what>--[\w-]+)", r"(?<!\S){what}"),
        Complaint(
            r"partition specified|partition name|partition not available|use this partition",
            option(*PARTITION),
            Refused.QUEUE,
        ),
        Complaint(r"\baccount\b", option(*ACCOUNT), Refused.ACCOUNT),
        Complaint(r"\bqos\b", option(*QOS)),
        # It names --mem-per-gpu too.
        Complaint(r"mutually exclusive", option("--mem-per-cpu", "--mem-per-gpu")),
        Complaint(r"generic resource|\bgres\b|GPU", _GRES),
        Complaint(r"memory specification", option("--mem", "--mem-per-cpu", "--mem-per-gpu"), Refused.MEMORY),
        Complaint(r"feature specification", option("-C", "--constraint")),
        Complaint(r"reservation", option("--reservation")),
        Complaint(r"node name", option("-w", "--nodelist", "-x", "--exclude", "-F", "--nodefile")),
        Complaint(r"license", option("-L", "--licenses")),
        Complaint(r"dependency", option("-d", "--dependency")),
        Complaint(r"--cluster", option("-M", "--clusters", "--cluster")),
        Complaint(r"processors requested|CPU count|number of tasks", option(*CORES), Refused.CORES),
        Complaint(r"node count", option("-N", "--nodes")),
    ),
    writers=(
        (option(*PARTITION), ("queue",)),
        (option(*ACCOUNT), ("account", "project")),
        (option(*TIME), ("walltime",)),
        (option("--mem"), ("job-mem", "memory")),
        (option(*CORES), ("job-cpu", "cores")),
        (option("-J"), ("name",)),
    ),
)
# Where limits are not enforced at submission (EnforcePartLimits=NO, the default) such a job waits for ever (recorded).
NEVER_STARTS: Final = {
    "PartitionTimeLimit": "the walltime is over the partition's",
    "PartitionNodeLimit": "the number of nodes is over the partition's",
    "MaxMemPerLimit": "the memory is over the partition's limit for a node",
    "QOSMaxWallDurationPerJobLimit": "the walltime is over the qos's",
    "AssocMaxWallDurationPerJobLimit": "the walltime is over the account's",
    "QOSMaxCpuPerJobLimit": "the cores are over the qos's",
    "QOSMaxMemoryPerJob": "the memory is over the qos's",
    "QOSNotAllowed": "the qos may not be used in the partition",
    "InvalidQOS": "Slurm does not know the qos",
    "BadConstraints": "no node has what is asked for",
    "PartitionConfig": "no node of the partition has what is asked for",
}
# Slurm's words (squeue(1): JOB REASON CODES), or the sentence that stands in their place (job_mgr.c).
WAITING: Final = (
    (r"^Partition(?:Down|Inactive)$", Pending.CLOSED),
    (r"AccountNotAllowed|InvalidAccount|account not (?:known|permitted)", Pending.NOT_CHARGED),
    (rf"^(?-i:{'|'.join(NEVER_STARTS)})$", Pending.NEVER_STARTS),
    (r"(?:QOS|Assoc)(?:Max|Grp)\w+(?:PerUser|Limit|Job)|^Max\w+PerAccount", Pending.LIMITED),
)
# The state, who brought it about as the accounting alone knows (`CANCELLED by 0` is root), and what stands for a
# signal: 53 is slurmd's own, where it cannot open the output file (recorded).
ENDINGS: Final = (
    (r"^OUT_OF_MEMORY", Ending.MEMORY),
    (r"^(?:TIMEOUT|DEADLINE)", Ending.WALLTIME),
    (r"^CANCELLED by 0\b", Ending.ADMINISTRATOR),
    (r"^(?:CANCELLED|PREEMPTED)", Ending.PERSON),
    (r":53$", Ending.OUTPUT),
)

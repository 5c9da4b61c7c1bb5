"""How Slurm is asked whether it takes a script: `sbatch --test-only`, whose words go to standard error (22.05)."""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Trial, option

PARTITION: Final = ("-p", "--partition")
ACCOUNT: Final = ("-A", "--account")
QOS: Final = ("-q", "--qos")
TIME: Final = ("-t", "--time")
CORES: Final = ("-c", "--cpus-per-task")
_GRES: Final = option(
    "--gres", "--gpus", "-G", "--gpus-per-node", "--gpus-per-task", "--gpus-per-socket", "--tres-per-task"
)

NO_SUCH_NODE: Final = "Requested node configuration is not available"
"""No node of the partition has what is asked for; which part of it, Slurm does not say."""

TRIAL: Final = Trial(
    words=("sbatch", "--test-only"),
    commands=("sbatch",),
    unreachable=r"slurm controller|connection (?:failure|refused)|communication|timed out|configuration source",
    complaints=(
        Complaint(r"(?:unrecognized|ambiguous) option '(?P<what>[^'=]+)", r"(?<!\S){what}"),
        Complaint(r"invalid option -- '(?P<what>.)'", r"(?<!\S)-{what}"),
        Complaint(r"requires an argument(?: -- )?'?(?P<what>\S)'?", r"(?<!\S)-+{what}"),
        Complaint(r"Invalid --time\b|time limit", option(*TIME)),
        Complaint(r"(?:Invalid |value \S+ for )(?P<what>--[\w-]+)", r"(?<!\S){what}"),
        Complaint(r"partition specified|partition name|partition not available|use this partition", option(*PARTITION)),
        Complaint(r"\baccount\b", option(*ACCOUNT)),
        Complaint(r"\bqos\b", option(*QOS)),
        Complaint(r"generic resource|\bgres\b|GPU", _GRES),
        Complaint(r"mutually exclusive", option("--mem-per-cpu", "--mem-per-gpu")),
        Complaint(r"memory specification", option("--mem", "--mem-per-cpu", "--mem-per-gpu")),
        Complaint(r"feature specification", option("-C", "--constraint")),
        Complaint(r"reservation", option("--reservation")),
        Complaint(r"node name", option("-w", "--nodelist", "-x", "--exclude", "-F", "--nodefile")),
        Complaint(r"license", option("-L", "--licenses")),
        Complaint(r"dependency", option("-d", "--dependency")),
        Complaint(r"--cluster", option("-M", "--clusters", "--cluster")),
        Complaint(r"processors requested|CPU count|number of tasks", option(*CORES)),
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

"""What a section's job script asks Slurm for, and which key or directive says so."""

from __future__ import annotations

from pegconf.batch.requested import Amount, Place, Requested
from pegconf.batch.slurm.jobs import SLURM
from tests.batch.places import directive, extra


def test_the_keys_alone() -> None:
    values = {"cores": 4, "memory": "8GB", "queue": "general", "account": "lab", "walltime": "04:00:00"}
    assert SLURM.requested(values) == Requested(
        cores=4,
        memory=8000000000,
        walltime=14400,
        queue="general",
        account="lab",
        where={
            "account": Place("account"),
            "cores": Place("cores"),
            "memory": Place("memory"),
            "queue": Place("queue"),
            "walltime": Place("walltime"),
        },
        of_cores=(Amount("cores", 4, Place("cores"), text="4", right="null", of_node="-c"),),
        of_memory=(Amount("memory", 8000000000, Place("memory"), text="8GB", right="9537M", of_node="--mem"),),
    )


def test_keys_that_replace_others_and_extra_directives_that_come_later() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "job-cpu": 8,
        "job-mem": "9537M",
        "job-extra-directives": ["-c2 --mem=4G", "--mem-per-cpu 2G", "-N 2", "--gres=gpu:a100:2", "-A lab"],
    }
    assert SLURM.requested(values) == Requested(
        cores=2,
        memory=8589934592,
        nodes=2,
        gpus=2,
        account="lab",
        where={"account": extra(4), "cores": extra(0), "gpus": extra(3), "memory": extra(1), "nodes": extra(2)},
        of_cores=(
            Amount("job-cpu", 8, Place("job-cpu"), text="8", right="null", of_node="-c"),
            Amount("-c 2", 2, extra(0), text="2", right="-c 4", of_node="-c"),
        ),
        of_memory=(
            Amount("job-mem", 10000269312, Place("job-mem"), text="9537M", right="9537M", of_node="--mem"),
            Amount("--mem=4G", 4294967296, extra(0), text="4G", right="--mem=9537M", of_node="--mem"),
            Amount("--mem-per-cpu=2G", 2147483648, extra(1), text="2G", shares=4, right="--mem-per-cpu=2385M"),
        ),
    )


def test_the_old_names_of_keys_and_what_is_left_out() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "job-cpu": 0,
        "job-extra-directives": [],
        "job-extra": ["--cpus-per-task=3", "--mem=0"],
        "job-directives-skip": ["--mem="],
    }
    assert SLURM.requested(values) == Requested(
        cores=3,
        memory=0,
        where={"cores": Place("job-extra", 0), "memory": Place("job-extra", 1)},
        of_cores=(
            Amount("cores", 4, Place("cores"), text="4", right="null", of_node="-c"),
            Amount("-c 3", 3, Place("job-extra", 0), text="3", right="-c 4", of_node="-c"),
        ),
        of_memory=(Amount("--mem=0", 0, Place("job-extra", 1), text="0", right="--mem=9537M", of_node="--mem"),),
    )


def test_amounts_that_cannot_be_read() -> None:
    values = {
        "cores": None,
        "memory": None,
        "job-mem": "5GiB",
        "walltime": "long",
        "job-extra-directives": ["-c x", "--mem=4GiB"],
    }
    assert SLURM.requested(values) == Requested(
        cores=None,
        where={"cores": extra(0), "memory": extra(1), "walltime": Place("walltime")},
        of_cores=(Amount("-c x", None, extra(0), text="x", of_node="-c"),),
        of_memory=(
            Amount("job-mem", None, Place("job-mem"), text="5GiB", of_node="--mem"),
            Amount("--mem=4GiB", None, extra(1), text="4GiB", of_node="--mem"),
        ),
    )


def test_a_script() -> None:
    script = (
        "#!/bin/sh\n"
        "#SBATCH -p general --account=lab\n"
        "#SBATCH --cpus-per-task=4\n"
        "#SBATCH --mem=4G\n"
        "#SBATCH --mem=8G\n"
        "#SBATCH -t 04:00:00\n"
        "true -c 9\n"
    )
    assert SLURM.of_script(script) == Requested(
        cores=4,
        memory=8589934592,
        walltime=14400,
        queue="general",
        account="lab",
        where={
            "account": directive(0),
            "cores": directive(1),
            "memory": directive(3),
            "queue": directive(0),
            "walltime": directive(4),
        },
        of_cores=(Amount("-c 4", 4, directive(1), text="4", of_node="-c"),),
        of_memory=(
            Amount("--mem=4G", 4294967296, directive(2), text="4G", of_node="--mem"),
            Amount("--mem=8G", 8589934592, directive(3), text="8G", of_node="--mem"),
        ),
    )

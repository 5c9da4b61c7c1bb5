"""What the rules say of directives for Slurm, asked of a real one: which of two counts, what is refused."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.systems.slurm.daemons import Slurm

pytestmark = pytest.mark.slow
SCRIPT = """#!/usr/bin/env bash

#SBATCH -J worker
#SBATCH -p general
#SBATCH -n 1
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
#SBATCH -t 00:10:00
#SBATCH {extra}

true
"""


def submit(slurm: Slurm, extra: str, variables: Mapping[str, str] | None = None) -> tuple[str, str]:
    """What sbatch says to a script that ends with one extra directive, and what the held job then is."""
    environment = {**os.environ, **slurm.environment, **(variables or {})}
    words = ["sbatch", "--hold", "-o", "/dev/null"]
    done = subprocess.run(
        words,
        input=SCRIPT.format(extra=extra),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    found = re.search(r"Submitted batch job (\d+)", done.stdout)
    job = slurm.run("scontrol", "show", "job", found[1]) if found else ""
    if found:
        slurm.run("scancel", found[1])
    return done.stdout + done.stderr, job


@pytest.mark.parametrize(
    ("extra", "shown"),
    [
        ("-p bigmem", "Partition=bigmem"),
        ("-t 00:20:00", "TimeLimit=00:20:00"),
        ("-t 0", "TimeLimit=UNLIMITED"),
        ("-J other", "JobName=other"),
        ("--mem=5G", "MinMemoryNode=5G"),
        ("-c 4", "CPUs/Task=4"),
        ("-N 2", "NumNodes=1-1"),
        ("--array=1-3", "ArrayTaskId=1-3"),
        ("--quiet", "JobName=worker"),
    ],
)
def test_the_later_directive_counts(slurm: Slurm, extra: str, shown: str) -> None:
    said, job = submit(slurm, extra)
    assert shown in job, said


def test_memory_in_two_ways_is_refused(slurm: Slurm) -> None:
    said, job = submit(slurm, "--mem-per-cpu=1G")
    refusal = "sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.\n"
    assert (said, job) == (refusal, "")


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("SBATCH_PARTITION", "bigmem", "Partition=bigmem"),
        ("SBATCH_TIMELIMIT", "33", "TimeLimit=00:33:00"),
        ("SBATCH_JOB_NAME", "other", "JobName=other"),
        ("SBATCH_ACCOUNT", "other", "Account=other"),
        ("SBATCH_MEM_PER_NODE", "3G", "MinMemoryNode=3G"),
        ("SBATCH_ARRAY_INX", "1-3", "ArrayTaskId=1-3"),
        ("SBATCH_MEM_PER_CPU", "1G", "MinMemoryNode=2G"),
    ],
)
def test_variables_beat_the_script(slurm: Slurm, variable: str, value: str, shown: str) -> None:
    said, job = submit(slurm, "--comment=none", {variable: value})
    assert shown in job, said

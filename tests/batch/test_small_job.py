"""The smallest job in the words of each batch system."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pegconf.batch import systems
from pegconf.batch.small_job import SmallJob

JOB = SmallJob("peg-1", "# asks\necho here", "general", "insarlab", "00:05", "/home/me/.peg-1")


def lines(system: str, job: SmallJob = JOB) -> list[str]:
    """The script without its body."""
    made = systems.KNOWN[system].small_job(job)
    return [line for line in made.splitlines() if line not in job.body.splitlines()]


def test_lsf_stays_a_while_for_bpeek() -> None:
    assert systems.KNOWN["lsf"].small_job(JOB) == (
        "#!/bin/sh\n"
        "#BSUB -J peg-1\n"
        "#BSUB -o /home/me/.peg-1/peg-1-%J.out\n"
        "#BSUB -q general\n"
        "#BSUB -P insarlab\n"
        "#BSUB -n 1\n"
        "#BSUB -W 00:05\n"
        '#BSUB -R "rusage[mem=500]"\n'
        "# asks\n"
        "echo here\n"
        "sleep 60\n"
    )


def test_a_deadline_is_for_those_that_know_one() -> None:
    late = replace(JOB, deadline="--deadline=2026-11-25T02:00:00")
    slurm = systems.KNOWN["slurm"]
    assert slurm.attached is not None
    assert slurm.attached(late)[-3:] == ["--deadline=2026-11-25T02:00:00", "/bin/sh", "-s"]
    assert lines("lsf", replace(JOB, deadline="-t 11:25:02:00"))[-2:] == ["#BSUB -t 11:25:02:00", "sleep 60"]


@pytest.mark.parametrize(
    ("unit", "reserved"),
    [("kb", ['#BSUB -R "rusage[mem=500]"']), ("gb", ['#BSUB -R "rusage[mem=1]"']), ("tb", [])],
)
def test_lsf_reserves_in_the_clusters_unit(unit: str, reserved: list[str]) -> None:
    assert [line for line in lines("lsf", replace(JOB, details={"memory-unit": unit})) if "-R" in line] == reserved


def test_slurm_prints_the_output_where_srun_runs() -> None:
    slurm = systems.KNOWN["slurm"]
    assert slurm.small_job(JOB) == JOB.body
    assert slurm.attached is not None
    assert " ".join(slurm.attached(replace(JOB, account=None))) == (
        "env -u SLURM_JOB_ID -u SLURM_JOBID srun --job-name=peg-1 --partition=general -N1 -n1 -c1 --time=00:05 "
        "--mem=477M /bin/sh -s"
    )


@pytest.mark.parametrize(
    ("resource", "asked"),
    [("none", []), ("mem_free", ["#$ -l mem_free=500M"]), ("h_vmem", ["#$ -l h_vmem=2G"])],
)
def test_grid_engine_gives_memory_by_the_sites_resource(resource: str, asked: list[str]) -> None:
    assert lines("sge", replace(JOB, details={"memory-resource": resource})) == [
        "#!/bin/sh",
        "#$ -N peg-1",
        "#$ -S /bin/sh",
        "#$ -j y",
        "#$ -o /home/me/.peg-1/",
        "#$ -q general",
        "#$ -P insarlab",
        "#$ -l h_rt=00:05",
        *asked,
    ]


@pytest.mark.parametrize(
    ("system", "flavour", "shape"),
    [
        ("pbs", "pbspro", "select=1:ncpus=1:mem=500mb"),
        ("pbs", "torque", "nodes=1:ppn=1,mem=500mb"),
        ("moab", "", "nodes=1:ppn=1,mem=500mb"),
    ],
)
def test_pbs_and_its_relatives(system: str, flavour: str, shape: str) -> None:
    assert lines(system, replace(JOB, account=None, details={"flavour": flavour})) == [
        "#!/bin/sh",
        "#PBS -N peg-1",
        "#PBS -S /bin/sh",
        "#PBS -j oe",
        "#PBS -o /home/me/.peg-1/",
        "#PBS -q general",
        f"#PBS -l {shape}",
        "#PBS -l walltime=00:05",
    ]


def test_oar_takes_the_directives_as_options() -> None:
    assert systems.KNOWN["oar"].command_line(systems.KNOWN["oar"].small_job(replace(JOB, queue=None))) == [
        *("oarsub", "-n", "peg-1", "--project", "insarlab", "-l", "/nodes=1/core=1,walltime=00:05"),
        *("-O", "/home/me/.peg-1/OAR.%jobid%.out", "-E", "/home/me/.peg-1/OAR.%jobid%.err", "echo here\n"),
    ]


def test_htcondor_carries_the_script_and_the_output() -> None:
    assert systems.KNOWN["htcondor"].small_job(JOB).splitlines() == [
        "batch_name = peg-1-0",
        "universe = vanilla",
        "executable = /home/me/.peg-1/script",
        "should_transfer_files = YES",
        "when_to_transfer_output = ON_EXIT",
        "output = /home/me/.peg-1/worker-$(ClusterId).$(ProcId).out",
        "error = /home/me/.peg-1/worker-$(ClusterId).$(ProcId).err",
        "request_cpus = 1",
        "request_memory = 500MB",
        "request_disk = 100MB",
        "queue",
    ]

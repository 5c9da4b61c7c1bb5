"""A job of one core and little memory in each batch system's words, whose output comes back in the simplest way.

Slurm writes an output file on the compute node, so `srun` brings the output back through its own connections instead
(srun(1)). LSF's output files do not exist before the job's end: `bpeek` shows what it has printed, as long as it runs.
PBS and Torque bring the output to the host of qsub, HTCondor to that of condor_submit, by themselves. Grid Engine and
OAR write it on the compute node (qsub(1): -o, oarsub(1): -O), so there the folder must be one that it shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.slurm.request import memory
from pegconf.core.units import MB

if TYPE_CHECKING:
    from pegconf.batch.base import SmallJob

MEGABYTES: Final = 500
"""Python with distributed holds about a fifth of that."""
_LINGERS: Final = "sleep 60"
"""How long the job stays for bpeek, unless it is cancelled before."""
# Python and its threads map far more addresses than they use.
_ADDRESSES: Final = "2G"


def _script(prefix: str, directives: list[str], job: SmallJob, *more: str) -> str:
    lines = ["#!/bin/sh", *(f"{prefix} {directive}" for directive in directives if directive), job.body, *more]
    return "\n".join(lines) + "\n"


def _option(option: str, value: str | None) -> str:
    return f"{option}{value}" if value else ""


def lsf(job: SmallJob) -> str:
    """For bsub's standard input; rusage[mem=] counts megabytes, or LSF_UNIT_FOR_LIMITS where that is larger."""
    megabytes = {"gb": "1", "tb": ""}.get(job.details.get("memory-unit", "mb"), str(MEGABYTES))
    directives = [
        f"-J {job.name}",
        f"-o {job.folder}/{job.name}-%J.out",
        _option("-q ", job.queue),
        _option("-P ", job.account),
        "-n 1",
        f"-W {job.walltime}",
        f'-R "rusage[mem={megabytes}]"' if megabytes else "",
        job.deadline,
    ]
    return _script("#BSUB", directives, job, _LINGERS)


def slurm(job: SmallJob) -> str:
    """For the standard input of `attached_to_slurm`."""
    return job.body


def attached_to_slurm(job: SmallJob) -> list[str]:
    """A job of its own also inside another one, whose variables would make it a step of that (srun(1))."""
    asked = ["-N1", "-n1", "-c1", f"--time={job.walltime}", f"--mem={memory(MEGABYTES * MB)}"]
    place = [_option("--partition=", job.queue), _option("--account=", job.account)]
    command = ["env", "-u", "SLURM_JOB_ID", "-u", "SLURM_JOBID", "srun", f"--job-name={job.name}"]
    return [*command, *filter(None, place), *asked, *filter(None, [job.deadline]), "/bin/sh", "-s"]


def grid_engine(job: SmallJob) -> str:
    """For qsub's standard input; without -S a site's own shell would run it, csh on many."""
    resource = job.details.get("memory-resource", "none")
    amount = _ADDRESSES if resource.startswith(("h_", "s_")) else f"{MEGABYTES}M"
    directives = [
        f"-N {job.name}",
        "-S /bin/sh",
        "-j y",
        f"-o {job.folder}/",
        _option("-q ", job.queue),
        _option("-P ", job.account),
        f"-l h_rt={job.walltime}",
        f"-l {resource}={amount}" if resource != "none" else "",
    ]
    return _script("#$", directives, job)


def pbs(job: SmallJob) -> str:
    """For qsub's standard input; `select` is PBS Pro's word, and Torque's is `nodes`."""
    if job.details.get("flavour") == "torque":
        return moab(job)
    return _pbs(job, f"select=1:ncpus=1:mem={MEGABYTES}mb")


def moab(job: SmallJob) -> str:
    """For msub's standard input, or Torque's qsub's."""
    return _pbs(job, f"nodes=1:ppn=1,mem={MEGABYTES}mb")


def _pbs(job: SmallJob, shape: str) -> str:
    directives = [
        f"-N {job.name}",
        "-S /bin/sh",
        "-j oe",
        f"-o {job.folder}/",
        _option("-q ", job.queue),
        _option("-A ", job.account),
        f"-l {shape}",
        f"-l walltime={job.walltime}",
    ]
    return _script("#PBS", directives, job)


def oar(job: SmallJob) -> str:
    """For oarsub's command line, which takes the directives out of it."""
    directives = [
        f"-n {job.name}",
        _option("-q ", job.queue),
        _option("--project ", job.account),
        f"-l /nodes=1/core=1,walltime={job.walltime}",
        f"-O {job.folder}/OAR.%jobid%.out",
        f"-E {job.folder}/OAR.%jobid%.err",
    ]
    return _script("#OAR", directives, job)


def htcondor(job: SmallJob) -> str:
    """For condor_submit's standard input; HTCondor carries the script there and the output back."""
    lines = [
        f"batch_name = {job.name}-0",
        "universe = vanilla",
        f"executable = {job.folder}/script",
        "should_transfer_files = YES",
        "when_to_transfer_output = ON_EXIT",
        f"output = {job.folder}/worker-$(ClusterId).$(ProcId).out",
        f"error = {job.folder}/worker-$(ClusterId).$(ProcId).err",
        "request_cpus = 1",
        f"request_memory = {MEGABYTES}MB",
        "request_disk = 100MB",
        "queue",
    ]
    return "\n".join(lines) + "\n"

"""From `pegconf init` to the script, for the batch systems that are known from their manuals only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from pegconf.config import sections, sources
from pegconf.jobs import script as jobscript
from pegconf.validate import engine

if TYPE_CHECKING:
    from tests.conftest import Person

NODE = ("--cores-per-node", "16", "--memory-per-node", "64GB", "--memory", "4GB", "--interface", "none")
FOLDERS = ("--log-directory", "~/logs")

WORKER = (
    "PYTHON -m distributed.cli.dask_worker tcp://SCHEDULER-ADDRESS:PORT --name WORKER-NAME --nthreads 1 "
    "--memory-limit 1.86GiB --nworkers 2 --nanny --death-timeout 60 --local-directory {scratch}{lifetime} "
    "--dashboard-address 127.0.0.1:0"
)
SHELL_WORKER = WORKER.format(scratch="/tmp/me", lifetime=" --lifetime 235m --lifetime-stagger 4m")

PBSPRO = f"""\
#!/usr/bin/env bash

#PBS -N dask-worker
#PBS -q q
#PBS -A insarlab
#PBS -l select=1:ncpus=2:mem=4769mb
#PBS -l walltime=04:00:00
#PBS -e HOME/logs/
#PBS -o HOME/logs/

{SHELL_WORKER}
"""
TORQUE = f"""\
#!/usr/bin/env bash

#PBS -N dask-worker
#PBS -q q
#PBS -A insarlab
#PBS -l nodes=1:ppn=2
#PBS -l walltime=04:00:00
#PBS -e HOME/logs/
#PBS -o HOME/logs/
#PBS -l mem=4769mb

{SHELL_WORKER}
"""
HTCONDOR = f"""\
#!/usr/bin/env condor_submit

MY.DaskWorkerName = "htcondor--$F(MY.JobId)--"
batch_name = WORKER-NAME
RequestCpus = MY.DaskWorkerCores
RequestMemory = 4769
RequestDisk = floor(MY.DaskWorkerDisk / 1024)
MY.JobId = "$(ClusterId).$(ProcId)"
MY.DaskWorkerCores = 2
MY.DaskWorkerMemory = 4000000000
MY.DaskWorkerDisk = 2000000000
LogDirectory = HOME/logs
Output = $(LogDirectory)/worker-$F(MY.JobId).out
Error = $(LogDirectory)/worker-$F(MY.JobId).err
Log = $(LogDirectory)/worker-$(ClusterId).log
Stream_Output = True
Stream_Error = True

Arguments = "-c '{WORKER.format(scratch="$_CONDOR_SCRATCH_DIR", lifetime="")}'"
Executable = /bin/sh

Queue
"""
OAR = f"""\
#!/usr/bin/env bash

#OAR -n dask-worker
#OAR -q q
#OAR --project insarlab
#OAR -l /nodes=1/core=2,walltime=04:00:00
#OAR -O HOME/logs/OAR.%jobid%.out
#OAR -E HOME/logs/OAR.%jobid%.err
#OAR -p memcore>=1908

{SHELL_WORKER}
"""
QUEUE = ("--queue", "q", "--project", "insarlab", "--local-directory", "/tmp/me")


@pytest.mark.parametrize(
    ("name", "options", "script"),
    [
        ("pbs", QUEUE, PBSPRO),
        ("pbs", (*QUEUE, "--flavour", "torque"), TORQUE),
        ("moab", QUEUE, TORQUE),
        ("htcondor", (), HTCONDOR),
        ("oar", (*QUEUE, "--memory-property", "memcore"), OAR),
    ],
    ids=["pbspro", "torque", "moab", "htcondor", "oar"],
)
def test_init_then_validate_then_script(person: Person, name: str, options: tuple[str, ...], script: str) -> None:
    made = person.runs("init", "--scheduler", name, *NODE, *FOLDERS, *options, "--yes")
    assert made.code == 0, made.err

    loaded = sources.load(os.environ, person.file)
    # Other tests may hold the dashboard's port at the moment.
    report = engine.check(loaded, interfaces=("lo",), wanted=lambda code: code != "PEG312")
    assert report.findings == ()

    section = sections.choose(sections.collect(loaded, None), None)
    built = jobscript.build(section, sources.readable(loaded))
    plain = built.replace(str(person.home), "HOME").replace(sys.executable, "PYTHON")
    assert plain.rstrip("\n") + "\n" == script

    text = person.file.read_text()
    again = person.runs("init", "--scheduler", name, "--yes")
    assert (again.code, person.file.read_text()) == (0, text), again.err


def test_what_a_batch_system_does_not_have_is_said(person: Person) -> None:
    made = person.runs("init", "--scheduler", "htcondor", *NODE, "--queue", "q", "--walltime", "04:00", "--yes")
    assert made.code == 0, made.err
    assert "--queue means nothing to HTCondor, and is left out" in made.err
    assert "--walltime means nothing to HTCondor, and is left out" in made.err
    assert "queue" not in yaml.safe_load(person.file.read_text())["jobqueue"]["htcondor"]


def test_a_smoke_test_of_htcondor_needs_htcondor(person: Person) -> None:
    person.runs("init", "--scheduler", "htcondor", *NODE, "--yes")
    ran = person.runs("smoke-test", "htcondor", "--on", "local")
    assert ran.code == 2
    assert "a job's script is no shell script with HTCondor" in ran.err

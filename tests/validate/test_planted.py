"""Nineteen planted defects of which no other tool finds more than thirteen, and a file with none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Person

CLEAN = """\
jobqueue:
  lsf:
    name: dask-worker
    cores: 4
    memory: 8GB
    processes: 2
    python: null
    interface: lo
    death-timeout: 60
    local-directory: /tmp
    shared-temp-directory: null
    extra: null
    worker-command: distributed.cli.dask_worker
    worker-extra-args: ['--lifetime', '225m', '--lifetime-stagger', '4m', '--dashboard-address', '127.0.0.1:0']
    shebang: '#!/usr/bin/env bash'
    queue: general
    project: insarlab
    walltime: '04:00'
    env-extra: null
    job-script-prologue: ['module load gdal']
    ncpus: null
    mem: null
    job-extra: null
    job-extra-directives: ['-R "rusage[mem=10000]"']
    job-directives-skip: []
    log-directory: /tmp
    lsf-units: mb
    use-stdin: true
    scheduler-options: {dashboard_address: '127.0.0.1:8790'}
"""
SLURM = """\
jobqueue:
  slurm:
    cores: 4
    memory: 8GB
    walltime: {}
"""
PLANTED = {
    "tab indentation": (CLEAN.replace("    cores: 4", "\tcores: 4"), "PEG001"),
    "duplicate section": (CLEAN + "  lsf:\n    cores: 2\n", "PEG005"),
    "unknown key": (CLEAN.replace("    walltime:", "    wall-time:"), "PEG101"),
    "jobqueue misspelt": (CLEAN.replace("jobqueue:", "jobqueu:"), "PEG008"),
    "cores in quotes": (CLEAN.replace("cores: 4", "cores: '4'"), "PEG121"),
    "memory without a unit": (CLEAN.replace("memory: 8GB", "memory: 8"), "PEG211"),
    "memory in a unit that is none": (CLEAN.replace("memory: 8GB", "memory: 8 gigs"), "PEG211"),
    "Slurm's walltime in base 60": (SLURM.format("12:00:00"), "PEG201"),
    "LSF's walltime with seconds": (CLEAN.replace("'04:00'", "'04:00:00'"), "PEG202"),
    "more processes than cores": (CLEAN.replace("processes: 2", "processes: 8"), "PEG222"),
    "job-extra-directives as text": (CLEAN.replace("""['-R "rusage[mem=10000]"']""", "-R foo"), "PEG122"),
    "job-script-prologue as text": (CLEAN.replace("['module load gdal']", "'module load gdal'"), "PEG122"),
    "the old job-extra": (
        CLEAN.replace("job-extra: null", "job-extra: ['-x']").replace("""['-R "rusage[mem=10000]"']""", "[]"),
        "PEG103",
    ),
    "a named section with too few keys": (CLEAN + "  insar:\n    cores: 2\n    memory: 4GB\n", "PEG111"),
    "a variable in log-directory": (CLEAN.replace("log-directory: /tmp", "log-directory: $HOME/logs"), "PEG251"),
    "mem as text": (CLEAN.replace("mem: null", "mem: 8GB"), "PEG213"),
    "an interface that this host has not": (CLEAN.replace("interface: lo", "interface: ib77"), "PEG301"),
    "more memory than any node has": (CLEAN.replace("memory: 8GB", "memory: 900TB"), "PEG211"),
    "job-script-prologue null": (CLEAN.replace("['module load gdal']", "null"), "PEG123"),
}


def found(person: Person, text: str) -> tuple[int, list[str]]:
    """The exit code and the codes that the command finds in a file."""
    ran = person.runs("validate", str(person.write(text)), "--format", "json")
    return ran.code, [finding["code"] for finding in json.loads(ran.out)["findings"]]


def test_there_are_nineteen() -> None:
    assert len(PLANTED) == 19
    assert all(text != CLEAN for text, _ in PLANTED.values())


def test_the_clean_one_has_none(person: Person) -> None:
    assert found(person, CLEAN) == (0, [])


@pytest.mark.parametrize("defect", PLANTED)
def test_a_defect_is_found(person: Person, defect: str) -> None:
    text, code = PLANTED[defect]
    ended, codes = found(person, text)
    assert code in codes
    assert ended == (0 if code in {"PEG103", "PEG301"} else 1)

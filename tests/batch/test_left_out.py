"""What may stand in for a directive that a job of several cores needs and that job-directives-skip leaves out."""

from __future__ import annotations

import pytest

from tests.validate.rules.test_every_rule import look

CORES = "#SBATCH --cpus-per-task=8 is left out, for 8 cores"
SLOTS = "#BSUB -n 8 is left out, for 8 cores"
ONE_HOST = '#BSUB -R "span[hosts=1]" is left out, for 8 cores'


@pytest.mark.parametrize(
    ("system", "skipped", "instead", "expected"),
    [
        ("slurm", "--cpus-per-task", "--qos=long", [CORES]),
        ("slurm", "--cpus-per-task", "-c 8", []),
        ("slurm", "--cpus-per-task", "--cpus-per-task 8", []),
        ("slurm", "--cpus-per-task", "--exclusive", []),
        ("lsf", "-n 8", "-x", [SLOTS]),
        ("lsf", "-n 8", "-n 16", []),
        ("lsf", "-n 8", "-nnodes 1", []),
        ("lsf", "span", "-x", [ONE_HOST]),
        ("lsf", "span", '-R "span[ptile=8]"', []),
        ("lsf", "span", "-nnodes 1", []),
    ],
)
def test_what_stands_in_for_it(system: str, skipped: str, instead: str, expected: list[str]) -> None:
    keys = f"cores: 8, memory: 16GB, job-directives-skip: ['{skipped}'], job-extra-directives: ['{instead}']"
    found = look(f"jobqueue:\n  {system}: {{{keys}}}\n").findings
    assert [one.message for one in found if one.code == "PEG220"] == expected

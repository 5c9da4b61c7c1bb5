"""GPUs are asked for in each batch system's own words, one worker process for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Person

NODE = ("--cores-per-node", "16", "--memory-per-node", "64GB", "--interface", "none", "--log-directory", "~/logs")
JOB = ("--cores", "4", "--memory", "8GB", "--gpus", "2", "--yes")
QUEUE = ("--queue", "gpu", "--project", "insarlab", "--local-directory", "/tmp/me")


@pytest.mark.parametrize(
    ("system", "options", "words"),
    [
        ("lsf", QUEUE, '#BSUB -gpu "num=2"'),
        ("slurm", QUEUE, "#SBATCH --gres=gpu:2"),
        ("pbs", QUEUE, "#PBS -l select=1:ncpus=4:mem=9537mb:ngpus=2"),
        ("pbs", (*QUEUE, "--flavour", "torque"), "#PBS -l nodes=1:ppn=4:gpus=2"),
        ("htcondor", (), "request_gpus = 2"),
        ("oar", QUEUE, "#OAR -l /nodes=1/gpu=2/core=2,walltime=04:00:00"),
    ],
)
def test_init_asks_for_them_in_the_script(person: Person, system: str, options: tuple[str, ...], words: str) -> None:
    made = person.runs("init", "--scheduler", system, *NODE, *options, *JOB)
    assert made.code == 0, made
    script = person.runs("script").out
    assert words in script.splitlines()
    assert "--nthreads 2 " in script
    assert "--nworkers 2 " in script
    text = person.file.read_text()
    assert "gpus: 2" in text
    again = person.runs("init", "--scheduler", system, "--yes")
    assert (again.code, person.file.read_text()) == (0, text), again
    checked = person.runs("validate")
    assert checked.code == 0, checked


def test_grid_engine_has_no_word_of_its_own(person: Person) -> None:
    made = person.runs("init", "--scheduler", "sge", *NODE, *QUEUE, *JOB)
    assert (made.code, list(person.home.iterdir())) == (2, [])
    assert "Grid Engine has no word of its own for GPUs" in made.err


@pytest.mark.parametrize("number", ["-1", "two", "1.5"])
def test_a_number_of_gpus_that_cannot_be(person: Person, number: str) -> None:
    made = person.runs("init", "--scheduler", "slurm", *NODE, *QUEUE, "--gpus", number, "--yes")
    assert made.code == 2
    assert "--gpus" in made.err

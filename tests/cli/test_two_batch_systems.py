"""Sections of two batch systems in one file: each command uses the right one's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.conftest import Person
    from tests.running import Ran


def add_slurm(person: Person, *more: str) -> Ran:
    folders = ("--log-directory", f"{person.home}/logs", "--local-directory", f"{person.home}/scratch")
    node = ("--cores-per-node", "16", "--memory-per-node", "64GB", "--interface", "lo", "--memory", "2GB")
    return person.runs("init", "--name", "big", "--scheduler", "slurm", "--queue", "q", *node, *folders, *more, "--yes")


@pytest.fixture
def both(person: Person) -> Person:
    """Somebody with a section for LSF, and one called `big` for Slurm."""
    folders = ("--log-directory", f"{person.home}/logs", "--local-directory", f"{person.home}/scratch")
    lsf = ("--interface", "lo", "--memory", "2GB", "--login", "me@host", *folders)
    ran = person.runs("init", "--site", "pegasus", "--project", "insarlab", *lsf, "--yes")
    assert ran.code == 0, ran.err
    ran = add_slurm(person)
    assert ran.code == 0, ran.err
    return person


def test_each_section_knows_its_batch_system(both: Person) -> None:
    written = yaml.safe_load(both.file.read_text())
    assert list(written["jobqueue"]) == ["lsf", "big"]
    assert {name: entry["scheduler"] for name, entry in written["pegconf"]["sections"].items()} == {
        "lsf": "lsf",
        "big": "slurm",
    }
    assert (written["jobqueue"]["big"]["account"], written["jobqueue"]["lsf"]["project"]) == (None, "insarlab")


def test_validate_finds_both_right(both: Person) -> None:
    ran = both.runs("validate", "--script", "--ignore", "PEG312")
    assert (ran.code, ran.out) == (0, "~/.config/dask/jobqueue.yaml: lsf, big: nothing wrong found\n")


@pytest.mark.parametrize(("name", "beginning"), [("lsf", "lsf:  # lsf\n"), ("big", "big:  # slurm\n")])
def test_show_says_which(both: Person, name: str, beginning: str) -> None:
    assert both.runs("show", name).out.startswith(beginning)


@pytest.mark.parametrize(
    ("words", "sign", "queue"),
    [((), "#BSUB", "-q general"), (("lsf",), "#BSUB", "-q general"), (("big",), "#SBATCH", "-p q")],
)
def test_script_has_the_words_of_the_one_that_is_named(
    both: Person, words: tuple[str, ...], sign: str, queue: str
) -> None:
    lines = both.runs("script", *words).out.splitlines()
    assert f"{sign} {queue}" in lines
    assert {line.split()[0] for line in lines if line.startswith("#") and line[1] != "!"} == {sign}


def test_asked_again_a_section_stays_with_its_batch_system(both: Person) -> None:
    before = both.file.read_bytes()
    ran = both.runs("init", "--name", "big", "--yes")
    assert (ran.code, both.file.read_bytes()) == (0, before), ran
    assert "says so already; nothing was written" in ran.out


def test_a_name_does_not_change_its_batch_system(both: Person) -> None:
    ran = both.runs("init", "--name", "big", "--scheduler", "sge", "--queue", "q", "--yes", "--cores-per-node", "8")
    assert ran.code == 2
    before = both.file.read_bytes()
    ran = both.runs(*("init", "--name", "big", "--scheduler", "local", "--yes"))
    assert (ran.code, both.file.read_bytes()) == (2, before)
    assert f"the section big in {both.file} is for slurm" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize(("words", "title"), [((), "LSF"), (("big",), "Slurm")])
def test_smoke_test_runs_the_one_that_is_named(both: Person, words: tuple[str, ...], title: str) -> None:
    both.leave_the_port()
    ran = both.runs("smoke-test", *words, "--on", "local", "--columns", "100")
    assert ran.code == 0, ran
    assert ran.out.splitlines()[-1] == f"{title} itself was NOT tested: the jobs were processes of this machine."

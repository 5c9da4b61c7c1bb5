"""A batch system that pegconf does not know goes the whole path, with nothing of pegconf changed for it."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pegconf.batch.base import BatchSystem
from tests import running
from tests.docs.pages import CHECKOUT
from tests.stand_in_commands import command
from tests.systems.standin_lsf import processes
from tests.systems.toy import commands
from tests.systems.toy.system import Toy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.running import Ran


@dataclass(frozen=True)
class Passenger:
    """A user of a host that has the toy's commands; `state` is where its jobs are."""

    person: Person
    state: Path

    def runs(self, *words: str) -> Ran:
        """Run pegconf, which knows the toy, to its end."""
        return running.run(
            [sys.executable, "-m", "tests.systems.toy.launch", *words],
            env={**self.person.environment, "PYTHONPATH": str(CHECKOUT)},
            cwd=self.person.home,
        )

    def configured(self, **changed: str) -> None:
        """Have init write the file, and change values of keys in it."""
        made = self.runs("init", "--interface", "lo", "--local-directory", "/tmp/toy", "--yes")
        assert made.code == 0, made
        self.person.leave_the_port()
        text = self.person.file.read_text(encoding="utf-8")
        for key, value in changed.items():
            text = re.sub(rf"(?m)^(    {key.replace('_', '-')}: ).*$", rf"\g<1>{value}", text)
        self.person.file.write_text(text, encoding="utf-8")

    @property
    def jobs(self) -> list[str]:
        """The titles of all jobs that were ever accepted, by ticket."""
        return [file.read_text(encoding="utf-8") for file in sorted(self.state.glob("*/title"))]

    @property
    def living(self) -> set[int]:
        """The processes that know of the toy's jobs."""
        return processes.marked("TOY_STATE", str(self.state)).keys() - processes.ancestors()


@pytest.fixture
def passenger(person: Person, tmp_path: Path) -> Passenger:
    """A user of the toy."""
    folder, state = tmp_path / "bin", tmp_path / "toy"
    folder.mkdir()
    state.mkdir()
    for one in commands.COMMANDS:
        command(folder, one.__name__, f'exec {sys.executable} {commands.__file__} {one.__name__} "$@"')
    path = f"{folder}{os.pathsep}{person.environment['PATH']}"
    environment = {**person.environment, "PATH": path, "TOY_STATE": str(state)}
    return Passenger(type(person)(person.home, environment), state)


def test_it_is_like_no_other() -> None:
    assert Toy.__bases__ == (BatchSystem,)


def test_init_finds_it_and_what_it_has(passenger: Passenger) -> None:
    made = passenger.runs("init", "--interface", "lo", "--yes")
    assert made.code == 0, made
    assert made.err.startswith("Known of the Toy cluster Lummerland")
    table = [" ".join(line.split()) for line in made.err.splitlines()]
    assert {
        "batch system toy 1.0",
        "walltime 4h00m",
        "cores of a node 2 from toylanes",
        "memory of a node 4GB from toylanes",
    } <= set(table)
    assert "  from tests.systems.toy.cluster import ToyCluster\n  cluster = ToyCluster()\n" in made.out
    text = passenger.person.file.read_text(encoding="utf-8")
    ours = re.findall(r"(?m)^    ((?:cores|memory|queue|ram|walltime): \S+)", text)
    assert ours == ["cores: 2", "memory: '3GB'", "queue: slow", "ram: 3750", "walltime: '4h00m'"]


def test_of_what_init_wrote_validate_says_nothing(passenger: Passenger) -> None:
    passenger.configured()
    checked = passenger.runs("validate")
    assert (checked.code, checked.out, checked.err) == (
        0,
        "~/.config/dask/jobqueue.yaml: toy: nothing wrong found\n",
        "",
    )


def test_what_is_wrong_is_said_in_its_words(passenger: Passenger) -> None:
    passenger.configured(walltime="'04:00:00'", job_extra_directives="['--freeze', '--stay', '--lane quick']")
    checked = passenger.runs("validate", "--format", "json")
    assert checked.code == 1
    assert [(one["code"], one["message"], one["effect"]) for one in json.loads(checked.out)["findings"]] == [
        ("PEG202", "walltime '04:00:00' is not one; Toy reads <hours>h<minutes>m", "toysub refuses it"),
        ("PEG248", "'--freeze' holds every job", "no job starts until toythaw releases it"),
        (
            "PEG294",
            "'--stay' makes the submit command wait for the job",
            "dask-jobqueue does not learn the job's id, and cannot cancel it",
        ),
        (
            "PEG246",
            "'--lane quick' contradicts queue, which is 'slow'",
            "the extra one comes later in the script, and counts",
        ),
    ]


def test_script_is_its_job_script(passenger: Passenger) -> None:
    passenger.configured()
    script = passenger.runs("script")
    assert (script.code, script.out.splitlines()[:8]) == (
        0,
        [
            "#!/usr/bin/env bash",
            "",
            "#TOY --title dask-worker",
            "#TOY --lane slow",
            "#TOY --slots 2",
            "#TOY --ram 3750",
            "#TOY --span 4h00m",
            f"#TOY --log {passenger.person.home}/dask-logs",
        ],
    )


@pytest.mark.slow
def test_two_workers_compute_and_no_job_and_no_process_is_left(passenger: Passenger) -> None:
    passenger.configured()
    ran = passenger.runs("smoke-test", "--workers", "2", "--columns", "100")
    assert ran.code == 0, ran
    lines = ran.out.splitlines()
    assert lines[0] == "Section toy on Toy: 2 workers in 1 job of 2 cores and 3.0 GB"
    assert lines[1].endswith("= 0.33 core-hours of the default project, queue slow")
    assert [line[:5] for line in lines if line.startswith(("yes", "NO"))] == ["yes  "] * 5
    assert lines[-1] == "No job of this test is left on Toy."
    (title,) = passenger.jobs
    assert title.startswith("peg-")
    assert (passenger.state / "t1" / "killed").exists()
    assert passenger.living == set()


@pytest.mark.slow
def test_a_job_that_it_refuses_is_named_with_its_words(passenger: Passenger) -> None:
    passenger.configured(queue="express")
    ran = passenger.runs("smoke-test", "--workers", "2", "--columns", "100")
    assert ran.code == 1, ran
    said = "toysub refused the job: toysub: go away: there is no lane by the name of express"
    assert f"It does not run: {said} [PEG631]" in ran.out.splitlines()
    assert ran.out.splitlines()[-1] == "No job of this test is left on Toy."
    assert (passenger.jobs, passenger.living) == ([], set())


@pytest.mark.slow
def test_a_job_that_does_not_start_is_cancelled_and_its_reason_said(passenger: Passenger) -> None:
    passenger.configured(job_extra_directives="['--freeze']")
    ran = passenger.runs("smoke-test", "--workers", "2", "--columns", "100", "--timeout", "20")
    assert ran.code == 1, ran
    assert "It does not run: 1 of 1 job accepted still wait, and the job never starts as it is [PEG609]" in ran.out
    assert "  | Toy says: frozen by its owner" in ran.out.splitlines()
    assert ran.out.splitlines()[-1] == "No job of this test is left on Toy."
    assert (passenger.state / "t1" / "killed").exists()
    assert passenger.living == set()

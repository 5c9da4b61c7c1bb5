"""Every command from outside: bad input gets a sentence, a way out and the right exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import pegconf
from tests import example
from tests.running import Ran

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person

READERS = ("show", "script", "smoke-test")


def test_the_version(person: Person) -> None:
    assert person.runs("--version") == Ran(0, f"pegconf {pegconf.__version__}\n", "")


@pytest.mark.parametrize("command", READERS)
def test_no_configuration_at_all(person: Person, command: str) -> None:
    ran = person.runs(command)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "pegconf: there is no section under jobqueue:\n         write one with: pegconf init\n"


@pytest.mark.parametrize("command", [*READERS, "tunnel"])
def test_a_missing_file(person: Person, command: str) -> None:
    ran = person.runs(command, "--file", "nowhere.yaml")
    assert ran == Ran(3, "", "pegconf: there is no file nowhere.yaml\n         write one with: pegconf init\n")


@pytest.mark.parametrize("command", [*READERS, "tunnel"])
def test_a_folder_in_the_files_place(person: Person, command: str) -> None:
    person.file.mkdir(parents=True)
    ran = person.runs(command)
    assert (ran.code, ran.out) == (3, "")
    assert f"{person.file} is a folder, not a file" in ran.err


@pytest.mark.parametrize("command", [*READERS, "tunnel"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"jobqueue: {lsf: {cores: 2}\n\tqueue: x", ":2:1: "),
        (b"jobqueue: \xff\xfe", "byte 0xff is not UTF-8 text"),
        (b"- a\n- b\n", "holds no mapping"),
        (b"[" * 100_000, "nest more than 64 deep"),
    ],
)
def test_a_file_that_dask_would_die_of(person: Person, command: str, data: bytes, said: str) -> None:
    person.write("").write_bytes(data)
    ran = person.runs(command)
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", READERS)
def test_a_section_that_does_not_exist(person: Person, tmp_path: Path, command: str) -> None:
    person.write(example.configuration(tmp_path))
    ran = person.runs(command, "insar")
    assert ran == Ran(3, "", "pegconf: there is no section 'insar'\n         the sections are: lsf\n")


@pytest.mark.parametrize("command", ["script", "smoke-test"])
def test_a_section_whose_batch_system_cannot_be_told(person: Person, command: str) -> None:
    person.write("jobqueue: {insar: {cores: 2, memory: 4GB}}\n")
    ran = person.runs(command)
    assert (ran.code, ran.out) == (3, "")
    assert "the batch system of section 'insar' cannot be told" in ran.err


@pytest.mark.parametrize("workers", ["0", "-1", "abc", "1.5"])
def test_numbers_of_workers_that_cannot_be(person: Person, tmp_path: Path, workers: str) -> None:
    person.write(example.configuration(tmp_path))
    ran = person.runs("smoke-test", "--workers", workers)
    assert (ran.code, ran.out) == (2, "")
    assert "--workers" in ran.err


def test_the_tunnel_needs_a_login(person: Person) -> None:
    ran = person.runs("tunnel", "--configured")
    assert ran == Ran(
        2, "", "pegconf: no login is known\n         give --login user@host, or write one with: pegconf init\n"
    )


def test_the_tunnel_without_any_file(person: Person) -> None:
    ran = person.runs("tunnel", "--configured", "--login", "dwg11@pegasus.ccs.miami.edu")
    assert (ran.code, ran.err) == (0, "")
    options = "-o ExitOnForwardFailure=yes -o ServerAliveInterval=30 -L 127.0.0.1:8787:127.0.0.1:8787"
    assert ran.out.splitlines() == [
        f"ssh -N {options} dwg11@pegasus.ccs.miami.edu",
        "# run this on your own computer and leave it running, then open http://127.0.0.1:8787/status",
    ]


def test_the_browser_is_for_the_laptop(person: Person) -> None:
    ran = person.runs("tunnel", "--open", "--login", "dwg11@pegasus.ccs.miami.edu")
    assert (ran.code, ran.out) == (2, "")
    assert "pegconf tunnel --run --open" in ran.err


def test_the_script_of_a_file_of_ones_own_choice(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(example.configuration(tmp_path / "logs"), encoding="utf-8")
    ran = person.runs("script", "--file", str(file))
    assert ran.code == 0, ran
    assert ran.out.startswith("#!/usr/bin/env bash\n\n#BSUB -J dask-worker\n")
    assert list(person.home.iterdir()) == []
    assert not (tmp_path / "logs").exists()

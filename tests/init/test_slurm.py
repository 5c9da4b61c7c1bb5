"""A section for Slurm from options alone, on a machine that need not have Slurm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from tests.conftest import Person
    from tests.running import Ran

NODE = ("--cores-per-node", "16", "--memory-per-node", "64GB", "--cores", "4", "--memory", "8GB")


def configure(person: Person, *more: str) -> Ran:
    folders = ("--log-directory", f"{person.home}/logs", "--local-directory", f"{person.home}/scratch")
    asked = ("--scheduler", "slurm", "--queue", "general", "--interface", "lo", *NODE, *folders)
    return person.runs("init", *asked, *more, "--yes")


def section(person: Person) -> dict[str, object]:
    made: dict[str, object] = yaml.safe_load(person.file.read_text(encoding="utf-8"))["jobqueue"]["slurm"]
    return made


def test_what_slurm_is_asked_for(person: Person) -> None:
    assert configure(person, "--project", "insarlab", "--walltime", "1-12").code == 0
    made = section(person)
    expected = {
        "account": "insarlab",
        "walltime": "1-12:00:00",
        "job-cpu": None,
        "job-mem": "9537M",
        "job-extra-directives": ["-N 1"],
        "project": None,
    }
    assert {key: made.get(key) for key in expected} == expected
    assert "lsf" not in person.file.read_text(encoding="utf-8")
    checked = person.runs("validate", "--ignore", "PEG312")
    assert (checked.code, checked.out) == (0, "~/.config/dask/jobqueue.yaml: slurm: nothing wrong found\n")


def test_asked_again_without_options_the_file_stays(person: Person) -> None:
    assert configure(person, "--project", "none").code == 0
    before = person.file.read_text(encoding="utf-8")
    again = person.runs("init", "--yes")
    assert (again.code, person.file.read_text(encoding="utf-8")) == (0, before)
    assert "says so already; nothing was written" in again.out


def test_what_the_user_added_stays(person: Person) -> None:
    assert configure(person, "--project", "none").code == 0
    person.write(person.file.read_text(encoding="utf-8").replace("['-N 1']", "['--qos=long', '-N 1', '-C ib']"))
    assert person.runs("init", "--memory", "16GB", "--yes").code == 0
    assert section(person)["job-extra-directives"] == ["--qos=long", "-N 1", "-C ib"]
    assert section(person)["job-mem"] == "19074M"


def test_a_walltime_that_slurm_does_not_read_is_refused(person: Person) -> None:
    refused = configure(person, "--walltime", "4h")
    assert refused.code == 2
    assert "'4h' is no walltime of Slurm: write [days-]hours:minutes:seconds, such as 04:00:00" in refused.err

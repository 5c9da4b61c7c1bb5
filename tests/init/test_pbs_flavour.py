"""Which PBS is here, from what its qstat says of itself: init chooses without being told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.conftest import Person
from tests.stand_in_commands import command

if TYPE_CHECKING:
    from pathlib import Path

NODE = ("--queue", "q", "--cores-per-node", "16", "--memory-per-node", "64GB", "--memory", "4GB", "--interface", "lo")


def init(person: Person, commands: Path, version: str, *more: str) -> tuple[int, str]:
    """Run init where qstat prints that version; its exit code, and what it says on standard error in one line."""
    commands.mkdir(exist_ok=True)
    command(commands, "qsub", "exit 1")
    command(commands, "qstat", f"printf '{version}'")
    there = Person(person.home, {**person.environment, "PATH": f"{commands}:/bin", "PBS_EXEC": "/opt/pbs"})
    folders = ("--log-directory", f"{person.home}/logs", "--local-directory", f"{person.home}/scratch")
    ran = there.runs("init", *NODE, *folders, *more, "--yes")
    return ran.code, " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("version", "asked"),
    [
        ("pbs_version = 22.05.11\\n", {"resource-spec": "select=1:ncpus=2:mem=4769mb", "job-extra-directives": []}),
        (
            "Version: 6.1.2\\nCommit: 661e092552de43a785c15d39a3634a541d86898e\\n",
            {"resource-spec": "nodes=1:ppn=2", "job-extra-directives": ["-l mem=4769mb"]},
        ),
    ],
)
def test_the_section_is_for_the_pbs_that_is_here(
    person: Person, tmp_path: Path, version: str, asked: dict[str, object]
) -> None:
    code, said = init(person, tmp_path / "bin", version)
    assert code == 0, said
    section = yaml.safe_load(person.file.read_text())["jobqueue"]["pbs"]
    assert {key: section[key] for key in asked} == asked


def test_an_option_beats_what_is_here(person: Person, tmp_path: Path) -> None:
    code, said = init(person, tmp_path / "bin", "pbs_version = 22.05.11\\n", "--flavour", "torque")
    assert code == 0, said
    assert yaml.safe_load(person.file.read_text())["jobqueue"]["pbs"]["resource-spec"] == "nodes=1:ppn=2"


def test_a_qstat_that_says_neither_decides_nothing(person: Person, tmp_path: Path) -> None:
    code, said = init(person, tmp_path / "bin", "SGE 8.1.9\\n", "--scheduler", "pbs")
    assert code == 0, said
    assert yaml.safe_load(person.file.read_text())["jobqueue"]["pbs"]["resource-spec"].startswith("select=1:")

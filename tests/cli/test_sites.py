from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from pegconf.core import resources
from pegconf.core.model import Node
from pegconf.site import files
from tests.conftest import Person
from tests.systems.standin_lsf import control, presets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def somebody(person: Person, tmp_path: Path) -> Iterator[Person]:
    """A user on the cluster on which the transcripts were recorded, which no shipped site describes."""
    standing = control.start(tmp_path / "recorded", presets.recorded())
    yield Person(person.home, standing.environment(person.environment))
    standing.stop()


def folder(person: Person) -> Path:
    made = person.home / ".config" / "pegconf" / "sites"
    made.mkdir(parents=True, exist_ok=True)
    return made


def test_the_known_sites_are_listed(person: Person) -> None:
    ran = person.runs("sites")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[:2] for line in ran.out.splitlines()] == [["pegasus", "lsf"], ["triton", "lsf"]]


def test_a_broken_one_is_said_and_the_others_are_listed(person: Person) -> None:
    file = folder(person) / "ours.yaml"
    file.write_text("name: ours\n")
    ran = person.runs("sites")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert ran.err.startswith(f"pegconf: {file}: the file: 'title' is a required property")


def test_one_is_shown_with_its_sources_and_dates(person: Person) -> None:
    ran = person.runs("sites", "pegasus")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Pegasus, University of Miami")
    assert "  general              16 cores (15 for jobs), 32GB; at most 7 d;" in ran.out
    assert "  2019: the memory unit mb\n      inferred from -M 4000" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("olympus",), 2, "there is no site 'olympus'\n         the sites are: pegasus, triton\n"),
        (("pegasus", "--from-here"), 2, "--from-here describes this cluster and takes no name"),
        (("./no.yaml",), 3, "no.yaml"),
    ],
)
def test_wrong_usage_is_one_sentence(person: Person, words: tuple[str, ...], code: int, said: str) -> None:
    ran = person.runs("sites", *words)
    assert (ran.code, ran.out, said in ran.err, "Traceback" in ran.err) == (code, "", True, False), ran.err


def test_a_site_file_made_here_fits_the_schema_and_serves_init_and_validate(somebody: Person) -> None:
    made = somebody.runs("sites", "--from-here")
    assert made.code == 0, made.err
    jsonschema.validate(yaml.safe_load(made.out), resources.schema("site"))
    assert made.out.startswith("# What the LSF cluster lsftest said of itself on 20")
    file = folder(somebody) / "ours.yaml"
    file.write_text(made.out)
    gpu = files.read(file).queue("gpu")
    assert gpu is not None
    assert (gpu.node, gpu.gpus, gpu.max_walltime) == (Node(32, 32, 261460 * 1024**2), 4, 48 * 3600)

    logs = ("--log-directory", f"{somebody.home}/logs", "--local-directory", f"{somebody.home}/scratch")
    for word, kept in (("ours", "ours"), (str(file), str(file))):
        ran = somebody.runs("init", "--site", word, "--queue", "gpu", *logs, "--yes")
        assert ran.code == 0, ran.err
        entry = yaml.safe_load(somebody.file.read_text())["pegconf"]["sections"]["lsf"]
        assert (entry["site"], entry["cluster"]) == (kept, "lsftest")
        checked = somebody.runs("validate")
        assert (checked.code, "PEG132" in checked.out) == (0, False), checked.out
        somebody.file.unlink()


def test_validate_says_that_a_site_file_is_gone(person: Person) -> None:
    person.write(
        "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: /nowhere/ours.yaml}}}\n"
        "jobqueue: {lsf: {cores: 2, memory: 4GB}}\n"
    )
    ran = person.runs("validate", "--select", "PEG132")
    said = " ".join(ran.out.split())
    assert "the site file of '/nowhere/ours.yaml' cannot be read, or does not fit the schema" in said


def test_without_a_batch_system_there_is_nothing_to_write_down(person: Person) -> None:
    ran = person.runs("sites", "--from-here")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("pegconf: no batch system answers here")

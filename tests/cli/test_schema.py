"""`pegconf schema`, and what the schema says of files that work and of files that do not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue
from pegconf.core import resources
from pegconf.init import existing_file, plan
from tests.example import PEGASUS_ANSWERS
from tests.running import Ran

if TYPE_CHECKING:
    from tests.conftest import Person

SCHEMA = resources.schema("jobqueue")
SECTION = SCHEMA["definitions"]["section"]


def refused(data: Any) -> list[str]:
    """The places that the schema refuses."""
    errors = jsonschema.Draft7Validator(SCHEMA).iter_errors(data)
    return sorted(".".join(str(part) for part in error.absolute_path) for error in errors)


def test_it_is_printed(person: Person) -> None:
    ran = person.runs("schema")
    assert (ran.code, json.loads(ran.out), ran.err) == (0, SCHEMA, "")


def test_its_path_is_printed(person: Person) -> None:
    assert person.runs("schema", "--path") == Ran(0, f"{resources.JOBQUEUE_SCHEMA}\n", "")


def test_a_line_for_editors_is_printed(person: Person) -> None:
    said = f"# yaml-language-server: $schema={resources.JOBQUEUE_SCHEMA.as_uri()}\n"
    assert person.runs("schema", "--modeline") == Ran(0, said, "")


def test_not_both(person: Person) -> None:
    ran = person.runs("schema", "--path", "--modeline")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("pegconf: --path and --modeline print different things\n")


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_each_key_may_have_underscores() -> None:
    assert SECTION["patternProperties"] == {
        f"^(?=.*_){name.replace('-', '[-_]')}$": {"$ref": f"#/definitions/section/properties/{name}"}
        for name in SECTION["properties"]
        if "-" in name
    }


def test_old_names_are_marked() -> None:
    marked = {name for name, entry in SECTION["properties"].items() if entry.get("deprecated")}
    assert marked == {name for name, key in catalogue.keys().items() if key.renamed_to}
    for name in marked:
        assert f"Use {catalogue.keys()[name].renamed_to}." in SECTION["properties"][name]["description"]


def test_the_batch_systems_have_sections_of_their_own() -> None:
    assert set(SCHEMA["properties"]["jobqueue"]["properties"]) == set(KNOWN)


def test_wrong_types_in_any_section_and_any_spelling() -> None:
    sections = {"lsf": {"cores": "2"}, "insar": {"log_directory": 7, "job_extra-directives": "-P x"}}
    assert refused({"jobqueue": sections}) == [
        "jobqueue.insar.job_extra-directives",
        "jobqueue.insar.log_directory",
        "jobqueue.lsf.cores",
    ]


def test_what_else_dask_reads_is_left_alone() -> None:
    assert refused({"distributed": {"comm": {"timeouts": {"connect": "60s"}}}, "jobqueue": None}) == []


def test_what_was_asked_has_a_form() -> None:
    assert refused({"pegconf": {"version": 2, "sections": {"lsf": {"scheduler": "lfs"}}}}) == [
        "pegconf.sections.lsf.scheduler",
        "pegconf.version",
    ]


def checked(file: Path) -> subprocess.CompletedProcess[str]:
    """What check-jsonschema, which reads YAML 1.2, says of a file."""
    words = ["--schemafile", str(resources.JOBQUEUE_SCHEMA), str(file)]
    command = str(Path(sys.executable).parent / "check-jsonschema")
    return subprocess.run([command, *words], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("system", KNOWN)
def test_complete_sections_fit(tmp_path: Path, system: str) -> None:
    complete = catalogue.complete(system)
    spelled = {name.replace("-", "_"): value for name, value in complete.items()}
    file = tmp_path / "jobqueue.yaml"
    file.write_text(yaml.safe_dump({"jobqueue": {system: complete, "insar": spelled}}), encoding="utf-8")
    assert (checked(file).returncode, checked(file).stdout) == (0, "ok -- validation done\n")


def test_what_init_writes_fits(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text(plan.plan(existing_file.existing(file), PEGASUS_ANSWERS, only_named=False).text, encoding="utf-8")
    assert (checked(file).returncode, checked(file).stdout) == (0, "ok -- validation done\n")
    file.write_text(file.read_text(encoding="utf-8").replace("cores: 2 ", "cores: two ", 1), encoding="utf-8")
    assert (checked(file).returncode, "$.jobqueue.lsf.cores" in checked(file).stdout) == (1, True)

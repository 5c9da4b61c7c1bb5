"""Which files and variables dask reads, compared with dask itself where that is possible."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pegconf.config import sources
from pegconf.config.sections import collect
from pegconf.config.sources import Variable
from pegconf.core.errors import CannotGoOnError

DASK = "import json, dask.config; print(json.dumps(dask.config.collect().get('jobqueue'), default=str))"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".config" / "dask").mkdir(parents=True)
    (tmp_path / "root").mkdir()
    return tmp_path


def environ(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "DASK_ROOT_CONFIG": str(home / "root"), **more}


def write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def by_dask(variables: dict[str, str]) -> object:
    done = subprocess.run([sys.executable, "-c", DASK], env=variables, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return {
        section.replace("_", "-"): {name.replace("_", "-"): value for name, value in keys.items()}
        for section, keys in found.items()
    }


def by_pegconf(variables: dict[str, str]) -> object:
    found = collect(sources.load(variables))
    return {section.name: {name: setting.plain for name, setting in section.settings.items()} for section in found}


@pytest.mark.parametrize(
    "texts",
    [
        ("{lsf: {cores: 1, queue: a}}", "{lsf: {cores: 2}}"),
        ("{lsf: {cores: 1}, slurm: {cores: 1}}", "{lsf: {queue: x}}"),
        ("{lsf: {scheduler-options: {a: 1}}}", "{lsf: {scheduler-options: {b: 2}}}"),
        ("{lsf: {scheduler-options: {a: 1}}}", "{lsf: {scheduler-options: null}}"),
        ("{lsf: {log_directory: /a, log-directory: /b}}",),
        ("{lsf: {log-directory: /a}}", "{lsf: {log_directory: /b}}"),
        ("{lsf: {a_b: {x: 1, y: 1}, a-b: {x: 2, z: 2}}}",),
        ("{lsf: {x: [1]}}", "{lsf: {x: {a: 1}}}", "{lsf: {x: [2]}}"),
        ("{in-sar: {cores: 1}}", "{in_sar: {cores: 2}}"),
    ],
)
def test_files_are_merged_as_dask_does(home: Path, texts: tuple[str, ...]) -> None:
    for number, text in enumerate(texts):
        write(home / ".config" / "dask" / f"{number}.yaml", f"jobqueue: {text}")
    assert by_pegconf(environ(home)) == by_dask(environ(home))


@pytest.mark.parametrize(
    ("names", "variables"),
    [
        (["root/z.yaml", ".config/dask/a.yml"], {}),
        ([".config/dask/zz.yaml", ".config/dask/jobqueue.yaml"], {}),
        ([".config/dask/a.json", ".config/dask/a.yaml.bak"], {}),
        ([".config/dask/a.yaml"], {"DASK_JOBQUEUE__LSF__CORES": "7", "DASK_JOBQUEUE_LSF_QUEUE": "no"}),
        ([".config/dask/a.yaml"], {"DASK_JOBQUEUE__LSF__WALLTIME": "12:00"}),
        (["more/x.yaml", ".config/dask/a.yaml"], {"DASK_CONFIG": "more"}),
        (["x.yaml", ".config/dask/a.yaml"], {"DASK_CONFIG": "x.yaml"}),
    ],
)
def test_files_are_found_as_dask_does(home: Path, names: list[str], variables: dict[str, str]) -> None:
    for number, name in enumerate(names):
        write(home / name, f'{{"jobqueue": {{"lsf": {{"cores": {number}}}}}}}')
    if "DASK_CONFIG" in variables:
        variables = {"DASK_CONFIG": str(home / variables["DASK_CONFIG"])}
    assert by_pegconf(environ(home, **variables)) == by_dask(environ(home, **variables))


@pytest.mark.parametrize("later", ["jobqueue:", "jobqueue: {lsf: }", "jobqueue: {lsf: [1]}", "jobqueue: 1"])
def test_a_mapping_takes_the_place_of_anything_else(home: Path, later: str) -> None:
    write(home / ".config/dask/a.yaml", "jobqueue: {lsf: {cores: 1}}")
    write(home / ".config/dask/b.yaml", later)
    assert by_pegconf(environ(home)) == by_dask(environ(home)) == {"lsf": {"cores": 1}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:00", "12:00"),
        ("4", 4),
        ("['-x']", ["-x"]),
        ("none", None),
        ("True", True),
        ("false", False),
        ("{[]: 1}", "{[]: 1}"),
        ("[" * 10_000, "[" * 10_000),
        ("0x" + "f" * 9_000, "0x" + "f" * 9_000),
    ],
)
def test_variables(text: str, value: object) -> None:
    assert sources.variables({"DASK_JOBQUEUE__LSF__X": text, "OTHER": "1"}) == (
        Variable("DASK_JOBQUEUE__LSF__X", ("jobqueue", "lsf", "x"), value),
    )


def test_one_file_alone(home: Path) -> None:
    write(home / "one.yaml", "jobqueue: {lsf: {cores: 1}}")
    write(home / ".config/dask/jobqueue.yaml", "jobqueue: {lsf: {cores: 2}}")
    loaded = sources.load(environ(home, DASK_JOBQUEUE__LSF__CORES="3"), home / "one.yaml")
    assert ([one.file for one in loaded.documents], loaded.variables) == ([home / "one.yaml"], ())


def test_a_folder_in_place_of_the_file(home: Path) -> None:
    (home / ".config/dask/jobqueue.yaml").mkdir()
    with pytest.raises(CannotGoOnError, match="is a folder, not a file"):
        sources.load(environ(home))


def test_a_folder_named_like_a_file_elsewhere_is_passed_over(home: Path) -> None:
    (home / "root" / "x.yaml").mkdir()
    assert sources.load(environ(home)).unreadable == (home / "root" / "x.yaml",)


def test_the_users_file() -> None:
    assert sources.user_file({"HOME": "/home/me"}) == Path("/home/me/.config/dask/jobqueue.yaml")

"""Files and variables that are read although nobody meant them, or meant and not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.config import sources
from pegconf.validate import engine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECTION = "jobqueue: {lsf: {cores: 2, memory: 4GB}}\n"
OTHER = "jobqueue: {lsf: {queue: general}}\n"


def found(
    home: Path, variables: Mapping[str, str] | None = None, files: Mapping[str, str] | None = None
) -> list[tuple[str, str, str | None]]:
    """What is said of a home with these variables and files."""
    folder = home / ".config" / "dask"
    folder.mkdir(parents=True)
    for name, text in (files or {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    environ = {"HOME": str(home), "DASK_ROOT_CONFIG": str(home / "etc"), **(variables or {})}
    report = engine.check(sources.load(environ), interfaces=("lo",))
    return [(one.code, one.message, one.fix) for one in report.findings if "PEG306" <= one.code <= "PEG310"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("jobqueue.yaml.bak.yaml", "PEG307"),
        ("zz.yaml", "PEG307"),
        ("jobqueue-old.yaml", "PEG307"),
        ("jobqueue (1).yml", "PEG307"),
        ("jobqueue-2026-05-01.json", "PEG307"),
        ("more.yaml", "PEG306"),
    ],
)
def test_another_file_with_the_section(tmp_path: Path, name: str, code: str) -> None:
    assert [one[0] for one in found(tmp_path, files={"jobqueue.yaml": SECTION, name: OTHER})] == [code]


def test_a_file_with_another_section_is_fine(tmp_path: Path) -> None:
    files = {"jobqueue.yaml": SECTION, "old.yaml": "jobqueue: {slurm: {cores: 1, memory: 4GB}}\n"}
    assert found(tmp_path, files=files) == []


def test_a_copy_that_wins(tmp_path: Path) -> None:
    files = {"jobqueue.yaml": SECTION, "jobqueue.yaml.bak.yaml": OTHER}
    assert found(tmp_path, files=files) == [
        (
            "PEG307",
            "jobqueue.yaml.bak.yaml is read, too, and has lsf as jobqueue.yaml has",
            "mv jobqueue.yaml.bak.yaml jobqueue.yaml.bak.yaml.bak, which dask does not read",
        )
    ]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("DASK_JOBQUEUE_LSF_QUEUE", "DASK_JOBQUEUE__LSF__QUEUE"),
        ("DASK_JOBQUEUE_LSF__LOG_DIRECTORY", "DASK_JOBQUEUE__LSF__LOG_DIRECTORY"),
        ("dask_jobqueue__lsf__queue", "DASK_JOBQUEUE__LSF__QUEUE"),
        ("DASK__JOBQUEUE__LSF__QUEUE", "DASK_JOBQUEUE__LSF__QUEUE"),
    ],
)
def test_a_variable_that_sets_nothing(tmp_path: Path, name: str, fix: str) -> None:
    assert found(tmp_path, {name: "short"}) == [("PEG308", f"{name} sets nothing", fix)]


def test_a_variable_that_names_no_key(tmp_path: Path) -> None:
    assert found(tmp_path, {"DASK_JOBQUEUE__QUEUE": "short", "DASK_JOBQUEUE__LSF": "{'cores': 2}"}) == [
        ("PEG309", "DASK_JOBQUEUE__QUEUE names no key of a section", "DASK_JOBQUEUE__LSF__QUEUE")
    ]


def test_a_variable_below_a_plain_value(tmp_path: Path) -> None:
    assert found(tmp_path, {"DASK_JOBQUEUE__LSF": "x", "DASK_JOBQUEUE__LSF__QUEUE": "y"})[0] == (
        "PEG309",
        "DASK_JOBQUEUE__LSF names no key of a section",
        None,
    )


def test_variables_as_they_should_be(tmp_path: Path) -> None:
    good = {"DASK_JOBQUEUE__LSF__QUEUE": "short", "DASK_JOBQUEUE__LSF__SCHEDULER_OPTIONS__PORT": "0"}
    assert found(tmp_path, {"DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "0.8", **good}) == []


def test_a_dask_config_that_does_not_exist(tmp_path: Path) -> None:
    assert found(tmp_path, {"DASK_CONFIG": "/no/such/place.yaml"}) == [
        ("PEG310", "DASK_CONFIG is '/no/such/place.yaml', which does not exist", None)
    ]


def test_the_folder_that_xdg_config_home_names(tmp_path: Path) -> None:
    (tmp_path / "xdg" / "dask").mkdir(parents=True)
    (tmp_path / "xdg" / "dask" / "jobqueue.yaml").write_text(SECTION, encoding="utf-8")
    assert [one[0] for one in found(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path / "xdg")})] == ["PEG310"]
    assert found(tmp_path / "other", {"XDG_CONFIG_HOME": str(tmp_path / "other" / ".config")}) == []

"""Configurations that people published: the verdict is dask-jobqueue's or has a reason, and --fix mends old names."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pegconf.config import sources
from pegconf.core.model import Severity
from pegconf.validate import engine, fix, fix_checks, report_text

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("PEGCONF_CORPUS", ROOT.parent / "shared" / "corpus"))


def index() -> dict[str, str]:
    """Each file with what dask-jobqueue 0.9.0 made of it."""
    listing = CORPUS / "INDEX.tsv"
    if not listing.is_file():
        return {}
    with listing.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row["notes"] for row in csv.DictReader(lines, delimiter="\t")}


_PLACEHOLDER = "a script is made of it, and its jobs have a placeholder in them"
BEYOND_THE_SCRIPT: dict[str, tuple[set[tuple[str, str]], str]] = {
    "lsf/janelia-cellmap__mesh-n-bone__lsf-config.yaml": (
        {("", "PEG106"), ("lsf", "PEG105")},
        f"{_PLACEHOLDER}; every share of memory is 0.0, which pauses and ends each worker",
    ),
    "multi/janelia-cellmap__mesh-n-bone__local-config.yaml": (
        {("", "PEG106"), ("local", "PEG102")},
        "its shares of memory are 0, which pauses and ends each worker, and its ncpus has no effect in a local section",
    ),
    "slurm/david0811__xarray_dask_example__keeling.yaml": ({("slurm", "PEG105")}, _PLACEHOLDER),
    "slurm/esm-tools__pymor__units-example.yaml": (
        {("slurm", "PEG101")},
        "a script is made of it, without the options that stand under worker-extra, which no release reads",
    ),
    "multi/dask__dask-jobqueue__defaults_0.2.0.yaml": (
        {(section, "PEG101") for section in ("pbs", "sge", "slurm", "moab")},
        "its threads has no effect since cores took its place",
    ),
    "htcondor/CoffeaTeam__lpcjobqueue__lpccondor.yaml": (
        {("lpccondor", "PEG005")},
        "a script is made of it, with the second of two job-extra, and what stands in the first is lost",
    ),
    **dict.fromkeys(
        (
            "slurm/geodesymiami__rsmas_insar__minsar_dask.yaml",
            "slurm/geodesymiami__rsmas_insar__minsar_dask_20200404.yaml",
        ),
        ({("stampede", "PEG222")}, "its processes are more than its cores, behind the keys that are missing"),
    ),
}
"""Errors in files that dask-jobqueue makes a script of, or stops before it meets them, each with the reason."""
REFUSED_BY_TYPE: dict[str, tuple[set[tuple[str, str]], str]] = {
    "slurm/Computational-Plant-Science__plantit-cli__flow_slurm.yaml": (
        {("slurm", "PEG121")},
        "TypeError: unsupported",
    ),
    "pbs/andrewbrettin__zos_predictability_aies__jobqueue.yaml": (
        {("pbs", "PEG242"), ("pbs", "PEG251")},
        "FileNotFoundError: [Errno 2] No such file or directory: ''",
    ),
    "multi/raybellwaves__dask-jobqueue__defaults_201805_flat.yaml": (
        {("", "PEG008")},
        'ValueError "You must specify how much cores',
    ),
}
"""Errors with the words that dask-jobqueue stops with there."""
INDEX = index()
FILES: list[Any] = [*INDEX] or [
    pytest.param("", id="none", marks=pytest.mark.skip(f"no corpus at {CORPUS} (PEGCONF_CORPUS)"))
]
MENDED = ("env-extra:", "job-extra:", "extra:", "header-skip:", "env_extra:", "job_extra:", "project:", "processes:")
"""What the lines begin with that --fix may change there."""

OF_LSF = {file: notes for file, notes in INDEX.items() if file.startswith("lsf/")}


@pytest.mark.parametrize("file", FILES)
def test_every_file_gets_a_verdict(file: str) -> None:
    report = engine.check(sources.load({}, CORPUS / file), interfaces=("lo",))
    assert report_text.summary(report)


@pytest.mark.parametrize("file", FILES)
def test_verdicts_agree_with_dask_jobqueue(file: str) -> None:
    """What it refuses is an error, what it runs is none, and what only the call can give is a warning."""
    outcome = INDEX[file].split(" | ")[0]
    report = engine.check(sources.load({}, CORPUS / file))
    errors = {(one.section or "", one.code) for one in report.findings if one.severity is Severity.ERROR}
    refused, words = REFUSED_BY_TYPE.get(file, (set(), ""))
    assert words in outcome
    more, _ = BEYOND_THE_SCRIPT.get(file, (set(), ""))
    assert errors == of_its_words(file, outcome) | refused | more


def of_its_words(file: str, outcome: str) -> set[tuple[str, str]]:
    """The errors that dask-jobqueue's own words ask for: it cannot be read, or a key is missing."""
    if "NOT PARSABLE" in outcome:
        return {("", "PEG001")}
    if "nothing of it is read" in outcome:
        # A program that has a clusters: of its own keeps its sections there; one of dask-jobqueue's at the top is lost.
        return {("", "PEG008")} if file in OF_LSF else set()
    named = [name for names in re.findall(r"([\w+-]+): KeyError", outcome) for name in names.split("+")]
    return {(name, "PEG111") for name in named if name != "cluster"}


def test_every_difference_is_of_a_file() -> None:
    """So that a difference that is gone, or a file that is, does not stay in the lists."""
    if not INDEX:
        pytest.skip(f"no corpus at {CORPUS} (PEGCONF_CORPUS)")
    assert {*BEYOND_THE_SCRIPT, *REFUSED_BY_TYPE} <= set(INDEX)


@pytest.mark.parametrize("file", FILES)
def test_old_names_are_mended_and_the_rest_stays(file: str) -> None:
    """No old name is left, nothing new is found, comments are the same, and a second time changes nothing."""
    before = sources.load({}, CORPUS / file)
    made = fix.repair(before, engine.check, lambda _: "")
    new = made.after.documents[0]
    codes = {one.code for one in made.report.findings}
    assert not codes & {"PEG103", "PEG104"}
    assert {one.code for one in made.report.findings if one.severity is Severity.ERROR} <= {
        one.code for one in engine.check(before).findings if one.severity is Severity.ERROR
    }
    assert fix.repair(made.after, engine.check, lambda _: "").after == made.after
    if new.error is None:
        assert fix_checks.comments(new.text) == fix_checks.comments(before.documents[0].text)
    lines = Counter(before.documents[0].lines)
    gone = lines - Counter(new.lines)
    assert sum(gone.values()) <= len(made.fixed)
    assert all(any(line.lstrip().startswith(key) for key in MENDED) for line in gone)

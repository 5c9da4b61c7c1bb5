"""Configurations that people published: each gets a verdict, for LSF the one that dask-jobqueue gives, and --fix."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from pegconf import fix, fix_checks, sources, validate
from pegconf.model import Severity
from pegconf.reporters import text

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("PEGCONF_CORPUS", ROOT.parent / "shared" / "corpus"))


def index() -> dict[str, str]:
    """Each file with what dask-jobqueue 0.9.0 made of it."""
    listing = CORPUS / "INDEX.tsv"
    if not listing.is_file():
        return {}
    with listing.open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row["notes"] for row in csv.DictReader(lines, delimiter="\t")}


# What stops workers although dask-jobqueue makes a script: every share of memory is 0.0, and the project is a
# placeholder.
BEYOND_THE_SCRIPT = {
    "lsf/janelia-cellmap__mesh-n-bone__lsf-config.yaml": {("", "PEG106"), ("lsf", "PEG105")},
}
INDEX = index()
MENDED = ("env-extra:", "job-extra:", "extra:", "header-skip:", "env_extra:", "job_extra:", "project:", "processes:")
"""What the lines begin with that --fix may change there."""

OF_LSF = {file: notes for file, notes in INDEX.items() if file.startswith("lsf/")}


def test_the_corpus_is_there() -> None:
    if not INDEX:
        pytest.skip(f"no corpus at {CORPUS}; PEGCONF_CORPUS names another place")


@pytest.mark.parametrize("file", INDEX)
def test_every_file_gets_a_verdict(file: str) -> None:
    report = validate.check(sources.load({}, CORPUS / file), interfaces=("lo",))
    assert text.summary(report)


@pytest.mark.parametrize("file", OF_LSF)
def test_verdicts_agree_with_dask_jobqueue(file: str) -> None:
    """What it refuses is an error, what it runs is none, and what only the call can give is a warning."""
    outcome = OF_LSF[file].split(" | ")[0]
    report = validate.check(sources.load({}, CORPUS / file))
    errors = {(one.section or "", one.code) for one in report.findings if one.severity is Severity.ERROR}
    if "NOT PARSABLE" in outcome:
        assert errors == {("", "PEG001")}
    elif "nothing of it is read" in outcome:
        assert errors == {("", "PEG008")}
    else:
        assert errors == {
            (section, "PEG111") for section in re.findall(r"(\w+): KeyError", outcome) if section != "cluster"
        } | BEYOND_THE_SCRIPT.get(file, set())


@pytest.mark.parametrize("file", INDEX)
def test_old_names_are_mended_and_the_rest_stays(file: str) -> None:
    """No old name is left, nothing new is found, comments are the same, and a second time changes nothing."""
    before = sources.load({}, CORPUS / file)
    made = fix.repair(before, validate.check, lambda _: "")
    new = made.after.documents[0]
    codes = {one.code for one in made.report.findings}
    assert not codes & {"PEG103", "PEG104"}
    assert {one.code for one in made.report.findings if one.severity is Severity.ERROR} <= {
        one.code for one in validate.check(before).findings if one.severity is Severity.ERROR
    }
    assert fix.repair(made.after, validate.check, lambda _: "").after == made.after
    if new.error is None:
        assert fix_checks.comments(new.text) == fix_checks.comments(before.documents[0].text)
    lines = Counter(before.documents[0].lines)
    gone = lines - Counter(new.lines)
    assert sum(gone.values()) <= len(made.fixed)
    assert all(any(line.lstrip().startswith(key) for key in MENDED) for line in gone)

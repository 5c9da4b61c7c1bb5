"""What the reports look like, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pegconf.core import resources
from pegconf.core.model import Finding, Layer, Mark, Report, Severity, Skipped
from pegconf.validate import engine, report_json, report_text

HOME = Path("/home/me")
FILE = HOME / ".config" / "dask" / "jobqueue.yaml"
WALLTIME = Finding(
    "PEG201",
    Severity.ERROR,
    "walltime is the number 43200, not text",
    Mark(FILE, 9, 15, 8, "    walltime: 12:00:00"),
    "lsf",
    "walltime",
    "YAML reads this as base 60; the job would ask for -W 43200 (30 days)",
    "walltime: '12:00'",
)


def test_a_finding_on_a_wide_terminal() -> None:
    assert report_text.render(Report((WALLTIME,), files=(FILE,), sections=("lsf",)), home=HOME, width=100) == (
        "~/.config/dask/jobqueue.yaml:9:15: PEG201 error  walltime is the number 43200, not text\n"
        "  9 |     walltime: 12:00:00\n"
        "    |               ^~~~~~~~ YAML reads this as base 60; the job would ask for -W 43200 (30 days)\n"
        "    = write  walltime: '12:00'      pegconf explain PEG201\n"
        "\n"
        "1 error in 1 file"
    )


def test_a_finding_in_80_columns() -> None:
    assert report_text.render(Report((WALLTIME,), files=(FILE,), sections=("lsf",)), home=HOME) == (
        "~/.config/dask/jobqueue.yaml:9:15: PEG201 error  walltime is the number 43200,\n"
        "    not text\n"
        "  9 |     walltime: 12:00:00\n"
        "    |               ^~~~~~~~\n"
        "    |               YAML reads this as base 60; the job would ask for -W 43200\n"
        "    |               (30 days)\n"
        "    = write  walltime: '12:00'      pegconf explain PEG201\n"
        "\n"
        "1 error in 1 file"
    )


def test_colour_is_only_added() -> None:
    plain = report_text.render(Report((WALLTIME,)), width=100)
    painted = report_text.render(Report((WALLTIME,)), width=100, colour=True)
    assert "\x1b[31merror\x1b[0m" in painted
    assert painted.replace("\x1b[31m", "").replace("\x1b[0m", "") == plain


@pytest.mark.parametrize("column", [1, 50, 500_000, 999_990])
def test_a_long_line_is_cut_around_the_place(column: int) -> None:
    line = "x" * (column - 1) + "HERE" + "y" * (1_000_000 - column)
    shown = report_text.render(
        Report((Finding("PEG001", Severity.ERROR, "m", Mark(FILE, 1, column, 4, line)),)), home=HOME
    )
    _, source, under, *_ = shown.splitlines()
    assert len(source) <= 80
    assert source[under.index("^") : under.index("^") + 4] == "HERE"
    assert under.endswith("^~~~")


def test_a_value_of_a_megabyte_is_underlined_as_far_as_it_shows() -> None:
    mark = Mark(FILE, 1, 8, 1_000_000, "cores: '" + "x" * 1_000_000)
    lines = report_text.render(Report((Finding("PEG001", Severity.ERROR, "m", mark),)), home=HOME).splitlines()
    assert max(map(len, lines)) <= 80


def test_wide_characters_take_two_columns() -> None:
    mark = Mark(FILE, 1, 9, 2, "name: 計算 x")
    _, source, under, *_ = report_text.render(Report((Finding("PEG001", Severity.ERROR, "m", mark),))).splitlines()
    assert (source, under) == ("  1 | name: 計算 x", "    |           ^~")


def test_nothing_in_a_file_reaches_the_terminal_as_a_command() -> None:
    mark = Mark(FILE, 1, 1, 1, "\x1b[2Jgone\x07\ttab")
    shown = report_text.render(Report((Finding("PEG001", Severity.ERROR, "\x1b[31mred", mark, effect="\x07"),)))
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_a_fix_of_several_lines() -> None:
    finding = Finding("PEG113", Severity.WARNING, "cores and memory are not set", fix="cores: 2\nmemory: 4GB")
    assert report_text.render(Report((finding,))) == (
        "PEG113 warning  cores and memory are not set\n"
        "    = write  cores: 2\n"
        "             memory: 4GB\n"
        "    = pegconf explain PEG113\n"
        "\n"
        "1 warning in 1 file"
    )


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (
            Report(files=(FILE,), sections=("lsf", "insar")),
            "~/.config/dask/jobqueue.yaml: lsf, insar: nothing wrong found",
        ),
        (Report(files=(FILE, HOME / "b.yaml"), sections=("lsf",)), "2 files: lsf: nothing wrong found"),
        (
            Report(files=(FILE,), sections=tuple(f"s{number}" for number in range(1_000))),
            (
                f"~/.config/dask/jobqueue.yaml: {', '.join(f's{number}' for number in range(19))}, and 981 more: "
                "nothing wrong found"
            ),
        ),
        (
            Report(
                (WALLTIME, WALLTIME, Finding("PEG115", Severity.INFO, "m")),
                (
                    Skipped("lsf", Layer.MEANING, "errors in its keys: PEG101"),
                    Skipped("lsf", Layer.MACHINE, "errors in its keys: PEG101"),
                ),
                (FILE,),
                ("lsf",),
            ),
            "2 errors, 1 note in 1 file; section lsf not looked at further: errors in its keys: PEG101",
        ),
    ],
)
def test_the_last_line(report: Report, line: str) -> None:
    assert report_text.summary(report, HOME) == line


def test_json_fits_its_schema_and_holds_everything() -> None:
    content = "jobqueue:\n  lsf: {cores: 2, memory: 16, wall-time: x}\n  insar: {cores: 1}\n"
    report = engine.check_text(content, FILE, interfaces=("lo",))
    data = json.loads(report_json.as_json(report, ["there is no file b.yaml"]))
    schema = resources.schema("report")
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    assert len(data["findings"]) == len(report.findings) > 3
    assert data["stopped"] == ["there is no file b.yaml"]


def test_json_of_one_finding() -> None:
    assert json.loads(report_json.as_json(Report((WALLTIME,), files=(FILE,), sections=("lsf",)))) == {
        "findings": [
            {
                "code": "PEG201",
                "severity": "error",
                "message": "walltime is the number 43200, not text",
                "effect": "YAML reads this as base 60; the job would ask for -W 43200 (30 days)",
                "file": str(FILE),
                "line": 9,
                "column": 15,
                "section": "lsf",
                "key": "walltime",
                "fix": "walltime: '12:00'",
            }
        ],
        "skipped": [],
        "files": [str(FILE)],
        "sections": ["lsf"],
        "counts": {"error": 1, "warning": 0, "info": 0},
        "stopped": [],
    }


def test_github_annotations() -> None:
    odd = Finding("PEG115", Severity.INFO, "100 % of\nit", Mark(HOME / "a,b:c.yaml", 1, 2))
    assert report_json.as_github(Report((WALLTIME, odd)), HOME) == (
        "::error file=.config/dask/jobqueue.yaml,line=9,col=15,title=PEG201::walltime is the number 43200, not text "
        "(YAML reads this as base 60; the job would ask for -W 43200 (30 days))%0Awrite: walltime: '12:00'\n"
        "::notice file=a%2Cb%3Ac.yaml,line=1,col=2,title=PEG115::100 %25 of%0Ait"
    )

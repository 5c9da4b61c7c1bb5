from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pegconf.config import render

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text())
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4), max_leaves=6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("general", "general"),
        ("/scratch/dwg11", "/scratch/dwg11"),
        ("04:00", "'04:00'"),
        ("4GB", "'4GB'"),
        ("no", "'no'"),
        ("n", "'n'"),
        ("~", "'~'"),
        ("", "''"),
        ("1e3", "'1e3'"),
        ("it's # not", "'it''s # not'"),
        ("a: b", "'a: b'"),
        ("two\nlines", '"two\\u000alines"'),
        (True, "true"),
        (None, "null"),
        (5_000_000_000, "5000000000"),
    ],
)
def test_what_yaml_could_misread_is_quoted(value: Any, text: str) -> None:
    assert render.scalar(value) == text
    assert yaml.safe_load(text) == value


@given(st.dictionaries(st.text(min_size=1), VALUES, min_size=1, max_size=4))
def test_a_section_reads_back_as_its_values(values: dict[str, Any]) -> None:
    text = render.section("lsf", values, dict.fromkeys(values, "why"), indent=2, step=2)
    assert yaml.safe_load(text) == {"lsf": values}


@pytest.mark.parametrize("length", range(1, 60))
def test_a_comment_never_touches_its_value(length: int) -> None:
    values = {"cores": 2, "queue": "q" * 35, "project": "p" * length}
    text = render.section("lsf", values, dict.fromkeys(values, "why"), indent=2, step=2)
    assert yaml.safe_load(text) == {"lsf": values}


def test_comments_stand_in_one_column_and_above_where_there_is_no_room() -> None:
    values = {
        "cores": 2,
        "queue": "general",
        "job-extra-directives": ['-R "rusage[mem=2500]"', "-gpu num=1:mode=shared"],
    }
    comments = {"cores": "of one job", "queue": "where to", "job-extra-directives": "more directives"}
    assert render.section("lsf", values, comments, indent=2, step=2) == (
        "  lsf:\n"
        "    cores: 2        # of one job\n"
        "    queue: general  # where to\n"
        "    # more directives\n"
        "    job-extra-directives: ['-R \"rusage[mem=2500]\"', '-gpu num=1:mode=shared']\n"
    )


def test_a_long_list_goes_over_lines() -> None:
    values = {"job-script-prologue": ["export A=1" * 6, "export B=2" * 6]}
    assert render.section("x", values, {}, indent=0, step=2) == (
        "x:\n"
        "  job-script-prologue:\n"
        "    - 'export A=1export A=1export A=1export A=1export A=1export A=1'\n"
        "    - 'export B=2export B=2export B=2export B=2export B=2export B=2'\n"
    )


def test_what_was_asked_is_one_line_a_section() -> None:
    asked = {"version": 1, "login": "a@b", "sections": {"lsf": {"scheduler": "lsf", "interface-verified": False}}}
    assert render.mapping("pegconf", asked, indent=0, step=2) == (
        "pegconf:\n  version: 1\n  login: 'a@b'\n  sections:\n    lsf: {scheduler: lsf, interface-verified: false}\n"
    ).replace("'a@b'", "a@b")

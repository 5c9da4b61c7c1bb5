from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pegconf.config import edit_text, render
from pegconf.core.errors import CannotGoOnError

FILE = Path("jobqueue.yaml")
TWO_CORES = {"cores": 2}


def put(text: str, *path: str, value: dict[str, Any] | None = None) -> str:
    chosen = TWO_CORES if value is None else value
    return edit_text.put(
        text, path, chosen, lambda name, column, step: render.section(name, chosen, {}, column, step), FILE
    )


TEXT = """\
# the group's file
jobqueue:
    lsf:
        cores: 1   # one
        job-script-prologue:
          - |
            module load x

            module load y
        # memory: 2GB

    # for MintPy
    insar:
        cores: 3
        queue:

distributed:
    version: 2  # untouched
"""


def test_a_section_is_replaced_and_every_other_byte_stays() -> None:
    assert put(TEXT, "jobqueue", "lsf") == TEXT.replace(
        """\
        cores: 1   # one
        job-script-prologue:
          - |
            module load x

            module load y
""",
        "        cores: 2\n",
    )


def test_the_last_section_ends_where_its_last_value_does() -> None:
    assert put(TEXT, "jobqueue", "insar") == TEXT.replace("        cores: 3\n        queue:\n", "        cores: 2\n")


def test_a_new_section_goes_after_the_last_one_in_the_file_s_own_indent() -> None:
    assert put(TEXT, "jobqueue", "new") == TEXT.replace(
        "        queue:\n", "        queue:\n\n    new:\n        cores: 2\n"
    )


def test_a_new_mapping_goes_to_the_end() -> None:
    assert put(TEXT, "pegconf") == TEXT + "\npegconf:\n    cores: 2\n"


def test_dash_and_underscore_are_the_same_name() -> None:
    assert put("jobqueue:\n  my_script:\n    cores: 1\n", "jobqueue", "my-script") == (
        "jobqueue:\n  my_script:\n    cores: 2\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "jobqueue:\n  lsf:\n    cores: 2\n"),
        ("# mine\n", "# mine\n\njobqueue:\n  lsf:\n    cores: 2\n"),
        ("jobqueue:\n", "jobqueue:\n  lsf:\n    cores: 2\n"),
        ("jobqueue:\n  lsf: {cores: 1}", "jobqueue:\n  lsf:\n    cores: 2"),
        ("jobqueue:\n  lsf:\n", "jobqueue:\n  lsf:\n    cores: 2\n"),
        ("a: 1\njobqueue:\n  b:\n    c: 1", "a: 1\njobqueue:\n  b:\n    c: 1\n\n  lsf:\n    cores: 2"),
        (
            "\ufeffjobqueue:\r\n  lsf:\r\n    cores: 1\r\n# end\r\n",
            "\ufeffjobqueue:\r\n  lsf:\r\n    cores: 2\r\n# end\r\n",
        ),
    ],
)
def test_ends_of_files_line_ends_and_marks_stay(before: str, after: str) -> None:
    assert put(before, "jobqueue", "lsf") == after


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jobqueue: {lsf: {cores: 1}}\n", "jobqueue.yaml:1: what stands under jobqueue: is in braces or no mapping"),
        ("- 1\n", "jobqueue.yaml does not hold a mapping in lines"),
        ("jobqueue: null\n", "jobqueue.yaml:1: jobqueue is null"),
        ("a: 1\na: 2\n", "jobqueue.yaml:2: the key a stands there twice"),
        (
            "a: &a {x: 1}\njobqueue:\n  lsf:\n    <<: *a\n",
            "jobqueue.yaml:4: jobqueue.lsf holds a merge key <<, which pegconf cannot replace",
        ),
        (
            "jobqueue:\n  lsf: &base\n    cores: 1\n  b: *base\n",
            "jobqueue.yaml:2: jobqueue.lsf holds the anchor &base, which pegconf cannot replace",
        ),
        (
            "a: 1\n...\n",
            "jobqueue.yaml is written in a way that pegconf cannot edit without changing something else",
        ),
    ],
)
def test_what_cannot_be_edited_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(CannotGoOnError) as error:
        put(text, "jobqueue", "lsf")
    assert error.value.message == message
    assert error.value.hint


def test_a_broken_file_is_refused_with_line_and_column() -> None:
    with pytest.raises(CannotGoOnError, match=r"jobqueue\.yaml:2:1: "):
        put("a: [1\n", "jobqueue", "lsf")


NAMES = st.text("abcdef", min_size=1, max_size=4)
LEAVES = st.one_of(st.none(), st.integers(), st.text(max_size=8), st.lists(st.integers(), max_size=2))
FILES = st.dictionaries(NAMES, st.one_of(LEAVES, st.dictionaries(NAMES, LEAVES, min_size=1)), max_size=4)
SECTIONS = st.dictionaries(NAMES, st.dictionaries(NAMES, LEAVES, min_size=1, max_size=3), min_size=1, max_size=3)


@given(FILES, SECTIONS, NAMES, st.integers(2, 8), st.booleans())
def test_the_other_values_are_always_as_before(
    others: dict[str, Any], sections: dict[str, Any], name: str, indent: int, in_front: bool
) -> None:
    before = {**others, "jobqueue": sections} if in_front else {"jobqueue": sections, **others}
    text = yaml.safe_dump(before, indent=indent, sort_keys=False, default_flow_style=False)
    assert yaml.safe_load(put(text, "jobqueue", name)) == {**before, "jobqueue": {**sections, name: TWO_CORES}}

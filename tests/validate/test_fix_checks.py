from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.config import document
from pegconf.validate import fix_checks

FILE = Path("jobqueue.yaml")
BEFORE = "a: 1 # one\njobqueue:\n  lsf: {cores: 2, memory: 4GB}\n  my_own: {cores: 1}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: '#b' #c\n# d\n\n#e", ["#c", "# d", "#e"]),
        ("a: |  # c\n  # text\n  x\n # d\n", ["# c", "# d"]),
        ("a: [1, # b\n 2] # c\r\n# d\r\n", ["# b", "# c", "# d"]),
        ('a: "x # y\n  # z" # b\n', ["# b"]),
        ("# é\nä: 'ü' # ö\n", ["# é", "# ö"]),
        ("&x a: *x # b\n", ["# b"]),
        ("", []),
    ],
)
def test_comments(text: str, expected: list[str]) -> None:
    assert fix_checks.comments(text) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, ""),
        (BEFORE.replace("cores: 2", "cores: 3"), ""),
        (BEFORE.replace("cores: 2, ", ""), ""),
        (BEFORE.replace("cores: 1", "cores: 3"), "section my_own would change, too: an anchor shares the text"),
        (BEFORE.replace("4GB", "5GB"), "section lsf would change, too: an anchor shares the text"),
        (BEFORE.replace("a: 1", "a: 2"), "a would change, too: an anchor shares the text"),
        (BEFORE.replace(" # one", ""), "comments or other keys stand in its text"),
        (BEFORE.replace("# one", "# two"), "comments or other keys stand in its text"),
        (BEFORE + "b: [", "the file could not be read afterwards"),
        (BEFORE + "a: 1", "the file could not be read afterwards"),
    ],
)
def test_what_an_edit_does_beside_its_purpose(after: str, expected: str) -> None:
    old, new = document.parse(BEFORE, FILE), document.parse(after, FILE)
    assert fix_checks.spoiled(old, new, {("lsf", "cores")}) == expected


def test_a_section_is_known_by_hyphens() -> None:
    old, new = document.parse(BEFORE, FILE), document.parse(BEFORE.replace("cores: 1", "cores: 3"), FILE)
    assert fix_checks.spoiled(old, new, {("my-own", "cores")}) == ""

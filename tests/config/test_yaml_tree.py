"""YAML text to a tree: places, quotes, duplicates, and limits that say so."""

from __future__ import annotations

import pytest

from pegconf.config.yaml_tree import MAX_DEPTH, TextError, Value, build


def test_a_scalar_has_its_text_its_quote_and_its_place() -> None:
    assert build("'12:00'").root == Value("12:00", 0, 0, 0, 7, "12:00", "'")


def test_an_empty_text_holds_nothing() -> None:
    assert (build("").root, build("").error, build("# only a comment\n").root) == (None, None, None)


def test_keys_that_stand_twice_are_pairs_of_keys() -> None:
    assert [(first.line, later.line) for first, later in build("a: 1\nb: 2\na: 3\n").duplicates] == [(0, 2)]


def test_merge_keys_are_no_duplicates() -> None:
    assert build("a: &a {x: 1}\nb: {<<: *a, <<: *a}\n").duplicates == ()


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a: *x", "the alias *x has no anchor", 0, 3),
        ("a: &x 1\nb: &x 2\n", "the anchor &x stands there twice", 1, 3),
        ("a: 1\n---\nb: 2\n", "a second document starts here (---); dask reads files of one document", 1, 0),
        ("{[a]: 1}", "a list or mapping cannot be a key", 0, 0),
        ("a:\n  <<: 1\n", "<< takes a mapping, or a list of mappings", 1, 2),
        ("a: b\0", "the character #x0000 is not allowed", 0, 4),
        ("a: !x y", "'y' cannot be read: could not determine a constructor for the tag '!x'", 0, 3),
        ('"\\UFFFFFFFF"', "PyYAML stops with OverflowError: Python int too large to convert to C int", 0, 0),
    ],
)
def test_what_cannot_be_read_has_a_place(text: str, message: str, line: int, column: int) -> None:
    assert build(text).error == TextError("syntax", message, line, column)


def test_a_tab_before_a_comment_is_refused_as_dask_does() -> None:
    error = build("cores: null\t# cores\n").error
    assert error is not None
    assert (error.kind, error.line, error.column) == ("syntax", 0, 11)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[" * 100_000, "depth"),
        ("[" * 1_000_000, "depth"),
        ("a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 700)), "depth"),
        ("a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 700)), "depth"),
        ("a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 9)), "expansion"),
        ("[" + "1," * 150_001 + "]", "expansion"),
        ("a: 1" + ":1" * 100_000, "syntax"),
        ("a: " + "1" * 5_000, "syntax"),
    ],
    ids=[
        "brackets",
        "more brackets",
        "chain of aliases",
        "chain of merges",
        "alias bomb",
        "long list",
        "base 60",
        "digits",
    ],
)
def test_limits_say_so(text: str, kind: str) -> None:
    error = build(text).error
    assert error is not None
    assert error.kind == kind


def test_the_deepest_that_is_read() -> None:
    assert build("[" * MAX_DEPTH + "]" * MAX_DEPTH).error is None
    assert build("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).error is not None

"""A file's text with the place of each value, whatever its line ends and its encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.config import document
from pegconf.config.yaml_tree import TextError, members, plain
from pegconf.core.errors import CannotGoOnError
from pegconf.core.model import Mark

FILE = Path("jobqueue.yaml")


def mark_of(text: str, key: str) -> Mark:
    read = document.parse(text, FILE)
    assert read.root is not None
    return read.mark(members(read.root)[key][1])


def test_a_mark_counts_from_one_and_underlines_the_value() -> None:
    assert mark_of("a: 1\nb: 12:00:00  # x\n", "b") == Mark(FILE, 2, 4, 8, "b: 12:00:00  # x")


def test_a_value_of_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    assert mark_of("a: |\n  one\n  two\n", "a") == Mark(FILE, 1, 4, 1, "a: |")
    assert mark_of("a: [one,  \n  two]\n", "a") == Mark(FILE, 1, 4, 5, "a: [one,  ")


def test_an_empty_value_has_a_place() -> None:
    mark = mark_of("a:\nb: 1\n", "a")
    assert (mark.line, mark.width) == (1, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_line_ends(end: str) -> None:
    mark = mark_of(f"a: 1{end}b: 2{end}", "b")
    assert (mark.line, mark.column, mark.text) == (2, 4, "b: 2")


def test_a_byte_order_mark_is_no_character() -> None:
    read = document.decode(b"\xef\xbb\xbfa: 1\n", FILE)
    assert (plain(read.root), read.lines) == ({"a": 1}, ("a: 1", ""))


def test_other_encodings_are_an_error_with_a_place() -> None:
    read = document.decode("a: 1\nb: ü\n".encode("latin-1"), FILE)
    assert read.error == TextError("encoding", "byte 0xfc is not UTF-8 text", 1, 3)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as stream:
        stream.truncate(9_000_000)
    error = document.read(file).error
    assert error is not None
    assert (error.kind, error.message[:22]) == ("size", "the file has 9 MB; a c")


@pytest.mark.parametrize(
    ("name", "words"), [("nosuch", "there is no file"), (".", "is a folder"), ("x" * 300, "cannot be read")]
)
def test_what_is_no_file(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(CannotGoOnError, match=words):
        document.read(tmp_path / name)


def test_a_device_is_not_read() -> None:
    with pytest.raises(CannotGoOnError, match="not a regular file"):
        document.read(Path("/dev/zero"))

"""A configuration file's text and values, each with its line and column, as dask reads them (YAML 1.1, PyYAML)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import TextError, build
from pegconf.core.errors import CannotGoOnError
from pegconf.core.model import Mark

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.config.yaml_tree import Value

MAX_BYTES: Final = 8_000_000
_LINE_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text and what it holds; `root` is None when it is empty or `error` says why it cannot be read."""

    file: Path
    text: str
    lines: tuple[str, ...]
    root: Value | None = None
    error: TextError | None = None
    duplicates: tuple[tuple[Value, Value], ...] = ()
    """Pairs of keys that stand twice in one mapping, the first and the later one."""

    def mark(self, value: Value) -> Mark:
        """The place of a value, underlined as far as its first line goes."""
        line = self.lines[value.line] if value.line < len(self.lines) else ""
        end = value.end_column if value.end_line == value.line else len(line.rstrip())
        return Mark(self.file, value.line + 1, value.column + 1, max(end - value.column, 1), line)

    def mark_at(self, line: int, column: int) -> Mark:
        """The place of one character, counted from 0."""
        text = self.lines[line] if line < len(self.lines) else ""
        return Mark(self.file, line + 1, column + 1, 1, text)


def line_starts(text: str) -> tuple[int, ...]:
    """Where in a text each of its lines begins, counted in characters."""
    return (0, *(match.end() for match in _LINE_BREAK.finditer(text)))


def read(file: Path) -> Document:
    """Read a file; raises CannotGoOnError when there is no such file, it is a folder or it may not be read."""
    try:
        if file.is_dir():
            raise CannotGoOnError(f"{file} is a folder, not a file", "name the YAML file in it")
        if file.exists() and not file.is_file():
            raise CannotGoOnError(f"{file} is not a regular file", "name a YAML file")
        size, data = _contents(file)
    except FileNotFoundError:
        raise CannotGoOnError(f"there is no file {file}", "write one with: pegconf init") from None
    except OSError as error:
        raise CannotGoOnError(f"{file} cannot be read: {error.strerror}", "check its owner and mode") from None
    except ValueError:
        raise CannotGoOnError(f"{str(file)!r} is no name of a file", "name a YAML file") from None
    if size > MAX_BYTES:
        message = f"the file has {size / 1e6:.0f} MB; a configuration has a few kB, and more than 8 MB is not read"
        return Document(file, "", (), error=TextError("size", message))
    return decode(data, file)


def _contents(file: Path) -> tuple[int, bytes]:
    """A file's size and its bytes, not many more than count even where it grows while it is read."""
    # Without O_NONBLOCK a pipe put in the file's place, or the kernel's log, would hold us for ever.
    with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:  # noqa: PTH123 - pathlib opens no descriptor
        size = os.fstat(stream.fileno()).st_size
        data = (stream.read(MAX_BYTES + 1) or b"") if size <= MAX_BYTES else b""
    return max(size, len(data)), data


def decode(data: bytes, file: Path) -> Document:
    """Read bytes that must be UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8 text"
        return Document(file, "", (), error=TextError("encoding", message, line, column))
    return parse(text, file)


def parse(text: str, file: Path) -> Document:
    """Read a text; never raises on a bad one: `error` says what is wrong and where."""
    tree = build(text)
    return Document(file, text, tuple(_LINE_BREAK.split(text)), tree.root, tree.error, tree.duplicates)

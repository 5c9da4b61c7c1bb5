"""The files that a smoke test leaves because it was asked to: whole or not at all, in the place of an older one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pegconf.core.errors import CannotGoOnError
from pegconf.core.folders import may_write

_OTHER = "name a file in a folder that you may write into"


def check(path: Path) -> None:
    """Raise CannotGoOnError where `write` could not, before anything is submitted."""
    folder = path.absolute().parent
    if path.is_dir():
        raise CannotGoOnError(f"{path} is a folder, not a file", _OTHER)
    if path.exists() and not path.is_file():
        raise CannotGoOnError(f"{path} is not a regular file", _OTHER)
    if not folder.is_dir():
        raise CannotGoOnError(f"{path} cannot be written: there is no folder {folder}", "make it, or name another file")
    if not may_write(folder):
        raise CannotGoOnError(f"{path} cannot be written: {folder} is not writable for you", _OTHER)


def write(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read; raises CannotGoOnError, and then an older one is as it was."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.absolute().parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            temporary.replace(path.resolve())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotGoOnError(f"{path} cannot be written: {error.strerror}", _OTHER) from None

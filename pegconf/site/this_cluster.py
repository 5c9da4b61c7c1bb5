"""The batch system of this host as files and variables tell of it: nothing is run, nobody is asked."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.batch import systems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOST: Final = 1_000_000


def batch_systems(environ: Mapping[str, str]) -> dict[str, str]:
    """The batch systems of this host with what tells of each: a submit command and the file that configures it.

    Nothing is run and nobody is asked: a command alone may be a package that nobody set up.
    """
    found = {}
    for system in systems.in_turn():
        command = next(iter(system.detect_by), "")
        if not command or shutil.which(command, path=environ.get("PATH", "")) is None:
            continue
        names = (environ.get(one[1:], "") if one.startswith("$") else one for one in system.configured_by)
        paths = (Path(name) for name in names if name)
        path = next((one for one in paths if os.path.exists(one)), None)  # noqa: PTH110 - Path.exists may raise
        if path is not None:
            found[system.name] = f"{command} is here, and {path}"
    return found


def cluster_name(name: str, environ: Mapping[str, str]) -> tuple[str, Path] | None:
    """What the batch system of this host calls its cluster, and the file that says so; None where no file does.

    Of several files of one kind none counts.
    """
    system = systems.KNOWN.get(name)
    if system is None:
        return None
    for path, pattern in system.name_files(texts(system.fact_files(environ)), environ):
        file = Path(path)
        match = re.search(pattern, read(file), re.MULTILINE | re.IGNORECASE) if pattern else None
        if match is not None:
            return match[1], file
        files = () if pattern else sorted(file.parent.glob(file.name))
        if len(files) == 1:
            return files[0].name.removeprefix(file.name.removesuffix("*")), files[0]
    return None


def texts(paths: Iterable[str]) -> dict[str, str]:
    """The first million characters of each file that can be read, by path."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            found[path] = Path(path).read_text(encoding="utf-8", errors="replace")[:_MOST]
    return found


def read(path: Path) -> str:
    """The first million characters of a file; empty where it cannot be read."""
    return texts((str(path),)).get(str(path), "")

"""Commands of batch systems that are not here: shell scripts of a line or two that print what a manual shows."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def command(folder: Path, name: str, *lines: str) -> None:
    """Put a command into a folder."""
    file = folder / name
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    file.chmod(0o755)


def ran(folder: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run words with a folder's commands in front."""
    path = f"{folder}:{os.environ['PATH']}"
    return subprocess.run(words, env={"PATH": path}, capture_output=True, text=True, check=False)

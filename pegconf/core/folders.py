"""Folders: the part of a path that exists, and whether this user may write there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def existing_parent(path: Path) -> Path:
    """The deepest folder of a path that exists and may be looked into."""
    # Path.exists raises on a folder that may not be entered; os.path.exists says no.
    return next(parent for parent in (path, *path.parents) if os.path.exists(parent))  # noqa: PTH110


def may_write(folder: Path) -> bool:
    """Whether this user may write into a folder, or could make it where it is missing."""
    return os.access(existing_parent(folder), os.W_OK | os.X_OK)

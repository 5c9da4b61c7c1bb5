"""What is true on this machine: commands, interfaces, folders; the only runner of commands outside smoke/."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path


def interfaces() -> tuple[str, ...]:
    """The interfaces of this host that have an IPv4 address, which is what Dask asks for (distributed.utils)."""
    return tuple(
        name
        for name, addresses in psutil.net_if_addrs().items()
        if any(address.family is socket.AF_INET for address in addresses)
    )


def has_command(name: str) -> bool:
    """Whether a command is on PATH."""
    return shutil.which(name) is not None


def existing_parent(path: Path) -> Path:
    """The deepest folder of a path that exists."""
    return next(parent for parent in (path, *path.parents) if parent.exists())

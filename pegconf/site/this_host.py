"""What is true on this host: its name, its commands, its cores and memory, its file systems."""

from __future__ import annotations

import functools
import os
import shutil
import socket

import psutil

from pegconf.core import units
from pegconf.core.model import Node


def as_node() -> Node:
    """This machine as a node: the cores that this process may use, and the memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Node(cores, cores, psutil.virtual_memory().total // units.MB * units.MB)


def has_command(name: str) -> bool:
    """Whether a command is on PATH."""
    return shutil.which(name) is not None


@functools.lru_cache
def file_system(path: str) -> str:
    """The kind of file system a path is on, such as ext4 or nfs4; empty where it cannot be told."""
    real = os.path.realpath(path)
    mounts = [one for one in _mounts() if _is_below(real, one[0])]
    return max(mounts, key=lambda one: len(one[0]))[1] if mounts else ""


@functools.cache
def _mounts() -> tuple[tuple[str, str], ...]:
    """Where file systems are mounted, each with its kind; looked up once, since a file may have a thousand sections."""
    return tuple((one.mountpoint, one.fstype) for one in psutil.disk_partitions(all=True))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def host_name() -> str:
    """This host's own name, with its domain where it has one; never one that means the loopback."""
    short, full = socket.gethostname(), socket.getfqdn()
    return short if full.startswith(("localhost", "ip6-")) or not full.startswith(short.partition(".")[0]) else full

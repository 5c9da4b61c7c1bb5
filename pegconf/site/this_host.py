"""What is true on this machine: commands, interfaces, folders; the only runner of commands outside smoke/."""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import os
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from pegconf.core import units
from pegconf.core.model import Node
from pegconf.site.node_answer import INFINIBAND, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_ADDRESSES: Final = 8

# Those of containers, virtual machines and tunnels: no compute node reaches them.
_NOT_REAL: Final = ("docker", "veth", "virbr", "br-", "cni", "flannel", "podman", "lxc", "vnet", "tun", "tap", "wg")


def interfaces() -> tuple[str, ...]:
    """The interfaces of this host that have an IPv4 address, which is what Dask asks for (distributed.utils)."""
    return tuple(
        name
        for name, addresses in psutil.net_if_addrs().items()
        if any(address.family is socket.AF_INET for address in addresses)
    )


def as_node() -> Node:
    """This machine as a node: the cores that this process may use, and the memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Node(cores, cores, psutil.virtual_memory().total // units.MB * units.MB)


def links() -> tuple[Link, ...]:
    """The IPv4 addresses of this host's interfaces, as a compute node tells its own (node_facts)."""
    stats = psutil.net_if_stats()
    return tuple(
        Link(
            name,
            _with_prefix(address.address, address.netmask),
            stats[name].isup if name in stats else None,
            max(stats[name].speed, 0) if name in stats else 0,
            _kind(name) == INFINIBAND,
        )
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family is socket.AF_INET
    )


def _with_prefix(address: str, netmask: str | None) -> str:
    return ipaddress.ip_interface(f"{address}/{netmask}").with_prefixlen if netmask else address


def _kind(interface: str) -> str:
    """The kind of an interface as Linux numbers it, empty elsewhere."""
    try:
        return Path(f"/sys/class/net/{interface.partition(':')[0]}/type").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def is_real(interface: str) -> bool:
    """Whether an interface may lead to other machines: no loopback, and none of containers and tunnels."""
    return interface != "lo" and not interface.startswith(_NOT_REAL)


@contextlib.contextmanager
def listening(links: Iterable[Link]) -> Iterator[tuple[tuple[str, int], ...]]:
    """Addresses of this host for the node to connect to, where nobody says anything; a loopback's proves nothing."""
    with contextlib.ExitStack() as opened:
        addresses = []
        for link in [link for link in links if is_real(link.name)][:_MOST_ADDRESSES]:
            door = opened.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                door.bind((link.address.partition("/")[0], 0))
                door.listen()
                addresses.append(door.getsockname())
        yield tuple(addresses)


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


def speeds() -> dict[str, int]:
    """The real interfaces of this host that are up and have an IPv4 address, the fastest first, in Mbit/s.

    0 stands for a speed that the driver does not tell (psutil.net_if_stats), as for many InfiniBand ones, which go
    before other such.
    """
    stats = psutil.net_if_stats()
    found = {name: stats[name].speed for name in interfaces() if name in stats and stats[name].isup and is_real(name)}
    return dict(sorted(found.items(), key=lambda one: (-one[1], not one[0].startswith("ib"))))


def host_name() -> str:
    """This host's own name, with its domain where it has one; never one that means the loopback."""
    short, full = socket.gethostname(), socket.getfqdn()
    return short if full.startswith(("localhost", "ip6-")) or not full.startswith(short.partition(".")[0]) else full

"""The network interfaces of this host, and which of them and of a compute node's scheduler and workers take."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from pegconf.site.node_answer import INFINIBAND, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Pair:
    """The workers' interface on the node and the scheduler's on this host; `reached` is None where nobody tried."""

    node: str
    host: str
    reached: bool | None = None


def best(node: Sequence[Link], host: Sequence[Link], reached: Mapping[str, bool]) -> Pair | None:
    """The best pair of interfaces, or None where a side has none; `reached` tells of addresses of this host.

    One that exists on both sides goes before two different ones, save where the node reached none of its addresses;
    loopback and those of containers come last. Then one network, InfiniBand and speed count.
    """
    pairs = [(there, here) for there in node for here in host if there.up is not False and here.up is not False]
    if not pairs:
        return None
    there, here = max(pairs, key=lambda pair: _rank(pair[0], pair[1], reached))
    return Pair(there.name, here.name, reached.get(_address(here)))


def _rank(there: Link, here: Link, reached: Mapping[str, bool]) -> tuple[bool | int, ...]:
    return (
        is_real(there.name) and is_real(here.name),
        # Unknown lies between the two.
        {True: 2, None: 1, False: 0}[reached.get(_address(here))],
        there.name == here.name,
        _one_network(there.address, here.address),
        there.infiniband + here.infiniband,
        min(there.speed, here.speed) or max(there.speed, here.speed),
        there.name.startswith("ib") + here.name.startswith("ib"),
    )


def _address(link: Link) -> str:
    return link.address.partition("/")[0]


def _one_network(one: str, other: str) -> bool:
    """Whether two addresses with prefixes are of one network; an address alone tells nothing."""
    if "/" not in one or "/" not in other:
        return False
    try:
        return ipaddress.ip_interface(one).network == ipaddress.ip_interface(other).network
    except ValueError:
        return False


_MOST_ADDRESSES: Final = 8

# Those of containers, virtual machines and tunnels: no compute node reaches them.
_NOT_REAL: Final = ("docker", "veth", "virbr", "br-", "cni", "flannel", "podman", "lxc", "vnet", "tun", "tap", "wg")


def interface_names() -> tuple[str, ...]:
    """The interfaces of this host that have an IPv4 address, which is what Dask asks for (distributed.utils)."""
    return tuple(
        name
        for name, addresses in psutil.net_if_addrs().items()
        if any(address.family is socket.AF_INET for address in addresses)
    )


def links() -> tuple[Link, ...]:
    """The IPv4 addresses of this host's interfaces, as a compute node tells its own (node_answer)."""
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


def speeds() -> dict[str, int]:
    """The real interfaces of this host that are up and have an IPv4 address, the fastest first, in Mbit/s.

    0 stands for a speed that the driver does not tell (psutil.net_if_stats), as for many InfiniBand ones, which go
    before other such.
    """
    stats = psutil.net_if_stats()
    found = {
        name: stats[name].speed for name in interface_names() if name in stats and stats[name].isup and is_real(name)
    }
    return dict(sorted(found.items(), key=lambda one: (-one[1], not one[0].startswith("ib"))))

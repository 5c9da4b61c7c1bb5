"""Which interface the workers take and which the scheduler, from those of a compute node and of this host (pure)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.site import this_host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.site.node_answer import Link


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
        this_host.is_real(there.name) and this_host.is_real(here.name),
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

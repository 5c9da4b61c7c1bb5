"""The shape of a stand-in LSF whose jobs run on the network's compute nodes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.systems.standin_lsf.presets import pegasus

if TYPE_CHECKING:
    from tests.systems.network.hosts import Network
    from tests.systems.standin_lsf.cluster import Cluster


def over(network: Network) -> Cluster:
    """A Pegasus that ends jobs quickly, each of its hosts one of the network's."""
    shape = pegasus()
    nodes = tuple(replace(host, enter=network[host.name].enter) for host in shape.hosts)
    return replace(shape, hosts=nodes, job_terminate_interval=1)

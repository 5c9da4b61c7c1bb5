"""The command pbsnodes, in the lines recorded on OpenPBS 23.06."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import amounts, place
from .reply import Reply, options

if TYPE_CHECKING:
    from .cluster import Cluster, Node
    from .state import JobRecord, Store

_SINCE = 1795802510.0
"""When the nodes came up: a moment, so that an answer is the same each time."""


def pbsnodes(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """All nodes with `-a`, those that take no jobs with `-l`, or those that are named."""
    if arguments == ["--version"]:
        return Reply(f"pbs_version = {cluster.version}\n")
    given = options("aF:ljLSs:v", arguments)
    if "l" in given:
        return Reply("".join(_away(node) for node in cluster.nodes if node.state != "free"))
    found = list(cluster.nodes) if "a" in given else []
    errors = ""
    for name in given.operands:
        named = [node for node in cluster.nodes if node.name == name]
        found += named
        errors += "" if named else f"Node: {name},  Error: Unknown node \n"
    return Reply("".join(_block(node, store.jobs(), cluster) for node in found), errors, 1 if errors else 0)


def _away(node: Node) -> str:
    return f"{node.name:<20} {node.state} {node.comment}\n"


def _block(node: Node, jobs: list[JobRecord], cluster: Cluster) -> str:
    ncpus, memory = place.used(node.name, jobs)
    cores = [job for job in jobs if job.holds_room for _ in range(place.cores(job, node.name))]
    here = [f"{job.key}.{cluster.name}/{number}" for number, job in enumerate(cores)]
    busy = ncpus >= node.ncpus and node.state == "free"
    values = {
        "Mom": node.name,
        "ntype": "PBS",
        "state": "job-busy" if busy else node.state,
        "pcpus": str(node.pcpus),
        "jobs": ", ".join(here),
        "resources_available.arch": "linux",
        "resources_available.host": node.name,
        "resources_available.mem": node.mem,
        "resources_available.ncpus": str(node.ncpus),
        "resources_available.vnode": node.name,
        "resources_assigned.accelerator_memory": "0kb",
        "resources_assigned.hbmem": "0kb",
        "resources_assigned.mem": f"{memory // 1024}kb",
        "resources_assigned.naccelerators": "0",
        "resources_assigned.ncpus": str(ncpus),
        "resources_assigned.vmem": "0kb",
        "comment": node.comment,
        "resv_enable": "True",
        "sharing": "default_shared",
        "license": "l",
        "last_state_change_time": amounts.date(_SINCE),
    }
    lines = "".join(f"     {name} = {value}\n" for name, value in values.items() if value)
    return f"{node.name}\n{lines}\n"

"""Where jobs fit: the nodes that a job gets or the scheduler's comment, and the start of all that can."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import amounts, request

if TYPE_CHECKING:
    from .cluster import Cluster, Node, Queue
    from .request import Chunk
    from .state import JobRecord, Store

NEVER = "Can Never Run"
NOT_YET = "Not Running"
AWAY = {"down", "offline"}


@dataclass(frozen=True)
class Placement:
    """The node of each chunk, or the comment that says why there is none."""

    nodes: tuple[str, ...]
    comment: str = ""


@dataclass(frozen=True)
class _Room:
    """What a node has left."""

    node: Node
    ncpus: int
    mem: int

    def fits(self, chunk: Chunk) -> bool:
        return self.ncpus > 0 and chunk.ncpus <= self.ncpus and chunk.mem <= self.mem

    def less(self, chunk: Chunk) -> _Room:
        return replace(self, ncpus=self.ncpus - chunk.ncpus, mem=self.mem - chunk.mem)


def rooms(jobs: list[JobRecord], cluster: Cluster) -> list[_Room]:
    """What each node that takes jobs has left beside these jobs."""
    found = []
    for node in cluster.nodes:
        if not AWAY & set(node.state.split(",")):
            used_ncpus, used_mem = used(node.name, jobs)
            found.append(_Room(node, node.ncpus - used_ncpus, amounts.in_bytes(node.mem) - used_mem))
    return found


def used(node: str, jobs: list[JobRecord]) -> tuple[int, int]:
    """The cores and the bytes that jobs hold of a node."""
    held = [chunk for job in jobs if job.holds_room for chunk, name in on_nodes(job) if name == node]
    return sum(chunk.ncpus for chunk in held), sum(chunk.mem for chunk in held)


def single(select: str) -> list[Chunk]:
    """The chunks of a select, each by itself."""
    return [replace(chunk, count=1) for chunk in request.chunks(select) for _ in range(chunk.count)]


def on_nodes(job: JobRecord) -> list[tuple[Chunk, str]]:
    """A started job's chunks with their nodes."""
    return list(zip(single(job.select), job.nodes, strict=True)) if job.nodes else []


def cores(job: JobRecord, node: str) -> int:
    """The cores that a started job has of a node."""
    return sum(chunk.ncpus for chunk, name in on_nodes(job) if name == node)


def place(job: JobRecord, jobs: list[JobRecord], cluster: Cluster) -> Placement:
    """Find nodes for a job among what the others leave free, or say why not."""
    queue = cluster.queue(job.queue)
    own = _own_reason(job, queue, jobs, cluster) if queue else ""
    if own:
        return Placement((), f"{NOT_YET}: {own}")
    wanted = single(job.select)
    never = _never(job, wanted, cluster)
    if never:
        return Placement((), f"{NEVER}: {never}")
    if cluster.hold_pending:
        return Placement((), cluster.hold_comment)
    free = rooms(jobs, cluster)
    chosen = _chosen(job.place.split(":")[0], wanted, free)
    return Placement(tuple(chosen)) if chosen else Placement((), f"{NOT_YET}: {_short(wanted, free, cluster)}")


def _own_reason(job: JobRecord, queue: Queue, jobs: list[JobRecord], cluster: Cluster) -> str:
    running = [one for one in jobs if one.holds_room and (one.owner, one.queue) == (job.owner, job.queue)]
    if not queue.started:
        return "Queue not started."
    if queue.max_run is not None and len(running) >= queue.max_run:
        return f"User has reached queue {queue.name} running job limit."
    for name, limit in queue.max_run_res.items():
        if sum(int(one.resources.get(name, "0")) for one in [*running, job]) > limit:
            return f"Queue {queue.name} per-user limit reached on resource {name}"
    return ""


def _never(job: JobRecord, wanted: list[Chunk], cluster: Cluster) -> str:
    """What no node has, or all of them together have not."""
    names = ",".join(node.name for node in cluster.nodes)
    for chunk in wanted:
        host = chunk.wanted.get("host", chunk.wanted.get("vnode"))
        if host is not None and host not in {node.name for node in cluster.nodes}:
            return f"Insufficient amount of resource: host ({host} != {names})"
        if chunk.wanted.get("arch", "linux") != "linux":
            return f"Insufficient amount of resource: arch ({chunk.wanted['arch']} != linux)"
    if job.place.startswith("scatter") and len(wanted) > len(cluster.nodes):
        return "Not enough total nodes available"
    for name, asked, total in _sums(wanted, cluster):
        if asked > total:
            there = _words(name, total, cluster)
            return f"Insufficient amount of resource: {name} (R: {_asked(name, job)} A: {there} T: {there})"
    return ""


def _sums(wanted: list[Chunk], cluster: Cluster) -> list[tuple[str, int, int]]:
    return [
        ("ncpus", sum(chunk.ncpus for chunk in wanted), sum(node.ncpus for node in cluster.nodes)),
        ("mem", sum(chunk.mem for chunk in wanted), sum(amounts.in_bytes(node.mem) for node in cluster.nodes)),
    ]


def _asked(name: str, job: JobRecord) -> str:
    return job.resources.get(name, "0")


def _words(name: str, amount: int, cluster: Cluster) -> str:
    return str(amount) if name == "ncpus" else amounts.added([node.mem for node in cluster.nodes])


def _short(wanted: list[Chunk], free: list[_Room], cluster: Cluster) -> str:
    """Why what could run on an empty cluster does not: which words it is was seen on three nodes of OpenPBS 23.06."""
    if not any(room.ncpus for room in free):
        return "Not enough free nodes available"
    for name, asked, total in _sums(wanted, cluster):
        left = sum(room.ncpus if name == "ncpus" else room.mem for room in free)
        if asked > left:
            there = (str(left), str(total)) if name == "ncpus" else (f"{left // 1024}kb", _words(name, total, cluster))
            asked_for = str(asked) if name == "ncpus" else f"{asked // 1024}kb"
            return f"Insufficient amount of resource: {name} (R: {asked_for} A: {there[0]} T: {there[1]})"
    name = "mem" if max(chunk.mem for chunk in wanted) > max(room.mem for room in free) else "ncpus"
    return f"Insufficient amount of resource: {name} "


def _chosen(how: str, wanted: list[Chunk], free: list[_Room]) -> list[str]:
    """A node for each chunk: one for all (pack), each another (scatter), or the first that has room (free)."""
    if how == "pack":
        for room in free:
            left = room
            for chunk in wanted:
                left = left.less(chunk)
            if room.ncpus > 0 and left.ncpus >= 0 and left.mem >= 0:
                return [room.node.name] * len(wanted)
        return []
    left_of = {room.node.name: room for room in free}
    chosen: list[str] = []
    for chunk in wanted:
        may = [
            name
            for name, room in left_of.items()
            if room.fits(chunk) and chunk.wanted.get("host", name) == name and not (how == "scatter" and name in chosen)
        ]
        if not may:
            return []
        left_of[may[0]] = left_of[may[0]].less(chunk)
        chosen.append(may[0])
    return chosen


def dispatch(store: Store) -> None:
    """Start every queued job that fits, by id, and say of the others why not; the caller holds the lock."""
    cluster = store.cluster()
    jobs = {job.key: job for job in store.jobs()}
    for job in list(jobs.values()):
        if job.state == "W" and job.execution_time is not None and time.time() >= job.execution_time:
            jobs[job.key] = store.save(job, state="Q", substate=10)
    for job in [job for job in jobs.values() if job.state == "Q" and not job.array]:
        if {job.key, job.part_of} & set(cluster.waiting):
            continue
        found = place(job, list(jobs.values()), cluster)
        if found.nodes and time.time() - job.submitted >= cluster.dispatch_delay:
            jobs[job.key] = _started(job, found.nodes, list(jobs.values()), store, cluster)
        elif found.comment and found.comment != job.comment:
            jobs[job.key] = store.save(job, comment=found.comment)
    arrays(store)


def arrays(store: Store) -> None:
    """Let each array stand where its jobs do; the caller holds the lock."""
    jobs = store.jobs()
    for array in [job for job in jobs if job.array and job.unfinished]:
        _array(array, [job for job in jobs if job.part_of == array.key], store)


def _started(
    job: JobRecord, nodes: tuple[str, ...], jobs: list[JobRecord], store: Store, cluster: Cluster
) -> JobRecord:
    now = time.time()
    vnodes = "+".join(f"({node}:{_given(chunk)})" for chunk, node in zip(single(job.select), nodes, strict=True))
    return store.save(
        job,
        state="R",
        substate=41,
        nodes=nodes,
        vnodes=vnodes,
        hosts="+".join(_slots(job, nodes, jobs)),
        started=now,
        comment=f"Job was sent for execution at {amounts.at(now)} on {vnodes}",
    )


def _given(chunk: Chunk) -> str:
    words = []
    for name, text in ({"ncpus": "1"} | chunk.wanted if "ncpus" not in chunk.wanted else chunk.wanted).items():
        if name == "mem":
            words.append(f"mem={amounts.in_bytes(text) // 1024}kb")
        elif name == "ncpus":
            words.append(f"ncpus={text}")
    return ":".join(words)


def _slots(job: JobRecord, nodes: tuple[str, ...], jobs: list[JobRecord]) -> list[str]:
    """The places of exec_host: the node, the number of its place for a job, and the cores where they are several."""
    taken = {
        node: {
            int(found[1])
            for one in jobs
            if one.nodes and one.state in {"R", "E", "S"}
            for found in re.finditer(rf"(?:^|\+){re.escape(node)}/(\d+)", one.hosts)
        }
        for node in nodes
    }
    words = []
    for chunk, node in zip(single(job.select), nodes, strict=True):
        number = next(number for number in range(len(taken[node]) + 1) if number not in taken[node])
        taken[node].add(number)
        words.append(f"{node}/{number}" + (f"*{chunk.ncpus}" if chunk.ncpus > 1 else ""))
    return words


def _array(array: JobRecord, parts: list[JobRecord], store: Store) -> None:
    """An array begins with the first of its jobs and ends with the last; until then it has their comment."""
    states = Counter(part.state for part in parts)
    now = time.time()
    if states["F"] == len(parts):
        failed = bool(array.deleted_by) or any(part.exit_status for part in parts)
        substate, how = (93, "failed") if failed else (92, "finished")
        if array.deleted_by:
            substate, how = 91, "terminated"
        comment = f"{array.comment} and {how}"
        store.save(
            array, state="F", substate=substate, comment=comment, exit_status=int(failed), stage_out=1, ended=now
        )
    elif array.state == "Q" and states["R"]:
        store.save(array, state="B", substate=70, started=now, comment=f"Job Array Began at {amounts.at(now)}")
    elif array.state == "Q":
        comment = next((part.comment for part in parts if part.comment), "")
        if comment != array.comment:
            store.save(array, comment=comment)

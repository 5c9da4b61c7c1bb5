"""Where jobs fit: the pending reasons of one job, and the dispatch of all that can start."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import resources

if TYPE_CHECKING:
    from .cluster import Cluster, Host, Queue
    from .resources import Requirement
    from .state import JobRecord, Store

NOT_SUITABLE = "Job's resource requirements not satisfied"
NO_SPAN = "Not enough processors to meet the job's spanning requirement"
NO_SLOTS = "Job slot limit reached"
NO_MEMORY = "Job requirements for reserving resource (mem) not satisfied"
NO_GPUS = "Job's requirements for reserving resource (ngpus) not satisfied"
EXCLUSIVE = "Running an exclusive job"
NOT_FREE = "Not enough hosts to meet the job's exclusive requirement"
UNREACHABLE = "Unable to reach slave batch server"
CLOSED = "Closed by LSF administrator"
CONDITION = re.compile(r"\s*(?:&&)?\s*(done|ended|exit|started)\(\s*\"?([^()\"]+)\"?\s*\)")


@dataclass(frozen=True)
class Placement:
    """The hosts a job would get, one name per slot, or the reasons; one of the job's own names the master."""

    hosts: tuple[str, ...]
    reasons: dict[str, list[str]]


@dataclass(frozen=True)
class _Use:
    """What the running jobs hold of one host."""

    slots: int
    memory_mb: float
    gpus: float
    exclusive: bool
    jobs: int


def effective(job: JobRecord, cluster: Cluster) -> Requirement:
    """Return the requirement of a job joined with that of its queue."""
    queue = cluster.queue(job.queue)
    both = f"{job.resources} {queue.requirement if queue else ''}".strip()
    return resources.parse(both, cluster)


def place(job: JobRecord, jobs: list[JobRecord], cluster: Cluster) -> Placement:
    """Find hosts for a job among what the others leave free, or say why not."""
    queue = cluster.queue(job.queue)
    if queue is None:
        return _own("The queue is not there any more", cluster)
    own = _own_reason(job, queue, jobs, cluster)
    if own:
        return _own(own, cluster)
    wanted = effective(job, cluster)
    hosts = cluster.members(job.requested_hosts or queue.hosts) or []
    reasons: dict[str, list[str]] = {}
    chosen: list[str] = []
    short: dict[str, list[str]] = {}
    for host in hosts:
        reason, room, lacking = _room(job, host, wanted, _use(host, jobs, cluster), cluster)
        if reason:
            reasons.setdefault(reason, []).append(host.name)
            continue
        chosen += [host.name] * min(room, wanted.per_host or job.slots, job.slots - len(chosen))
        short.setdefault(lacking, []).append(host.name)
    if len(chosen) == job.slots:
        return Placement(tuple(chosen), {})
    all_reasons = {reason: [*reasons.get(reason, []), *short.get(reason, [])] for reason in {*reasons, *short}}
    return Placement((), dict(sorted(all_reasons.items())))


def dispatch(store: Store) -> None:
    """Start every pending job that fits, by queue priority and then by id; the caller holds the lock."""
    cluster = store.cluster()
    jobs = {job.id: job for job in store.jobs()}
    waiting = sorted(
        (job for job in jobs.values() if job.status == "PEND"),
        key=lambda job: (-_priority(cluster.queue(job.queue)), job.id),
    )
    for job in waiting:
        found = place(job, list(jobs.values()), cluster)
        if found.hosts and time.time() - job.submit_time >= cluster.dispatch_delay:
            jobs[job.id] = store.save(
                replace(job, status="RUN", hosts=found.hosts, start_time=time.time()),
            )


def reserved_mb(job: JobRecord, cluster: Cluster, slots: int) -> float:
    """Return the memory a job reserves on a host of which it has that many slots."""
    wanted = effective(job, cluster).reserve.get("mem", float(cluster.default_reserved_mb))
    return wanted * slots if cluster.reserve_per_slot else wanted


def _own(reason: str, cluster: Cluster) -> Placement:
    return Placement((), {reason: [cluster.master]})


def _priority(queue: Queue | None) -> int:
    return queue.priority if queue else 0


def _own_reason(job: JobRecord, queue: Queue, jobs: list[JobRecord], cluster: Cluster) -> str:
    running = [one for one in jobs if one.status == "RUN" and one.user == job.user]
    in_queue = [one for one in running if one.queue == job.queue]
    if job.status == "PSUSP":
        return "The job was suspended by the user while pending"
    if job.begin is not None and time.time() + cluster.clock_ahead < job.begin:
        return "The job has a specified start time"
    if not queue.active:
        return "The queue is inactivated by the administrator"
    if job.dependency and not _dependency_met(job.dependency, jobs):
        return "Job dependency condition not satisfied"
    if cluster.jobs_per_user is not None and len(running) >= cluster.jobs_per_user:
        return "The user has reached his/her job slot limit"
    if queue.jobs_per_user is not None and sum(one.slots for one in in_queue) + job.slots > queue.jobs_per_user:
        return "The user has reached the per-user job slot limit of the queue"
    return ""


def dependency_known(condition: str, jobs: list[JobRecord]) -> bool:
    """Tell whether a `-w` condition can be read and names jobs that exist."""
    parts = CONDITION.findall(condition)
    whole = "".join(match[0] for match in CONDITION.finditer(condition)).strip() == condition.strip()
    return bool(parts) and whole and all(_named(name, jobs) for _, name in parts)


def _named(name: str, jobs: list[JobRecord]) -> list[JobRecord]:
    return [job for job in jobs if name.strip() in {str(job.id), job.name}]


def _dependency_met(condition: str, jobs: list[JobRecord]) -> bool:
    wanted = {"done": {"DONE"}, "exit": {"EXIT"}, "ended": {"DONE", "EXIT"}, "started": {"RUN", "DONE", "EXIT"}}
    return all(
        job.status in wanted[word] for word, name in CONDITION.findall(condition) for job in _named(name, jobs)[-1:]
    )


def _use(host: Host, jobs: list[JobRecord], cluster: Cluster) -> _Use:
    here = [job for job in jobs if job.status == "RUN" and host.name in job.hosts]
    slots = [job.hosts.count(host.name) for job in here]
    return _Use(
        sum(slots),
        sum(reserved_mb(job, cluster, count) for job, count in zip(here, slots, strict=True)),
        sum(effective(job, cluster).reserve.get("ngpus", 0.0) for job in here),
        any(job.exclusive for job in here),
        len(here),
    )


def _room(job: JobRecord, host: Host, wanted: Requirement, use: _Use, cluster: Cluster) -> tuple[str, int, str]:
    """Return the reason against a host, the slots the job could have there, and why not more."""
    free = host.slots - use.slots
    memory = reserved_mb(job, cluster, 1)
    memory_left = host.memory_mb - use.memory_mb
    fits = int(memory_left // memory) if memory and cluster.reserve_per_slot else free
    needed = job.slots if wanted.one_host else wanted.per_host or 1
    checks = (
        (host.status in {"unavail", "unreach", "closed_LIM"} or not host.reports, UNREACHABLE),
        (host.status == "closed_Adm", CLOSED),
        (use.exclusive, EXCLUSIVE),
        (not resources.satisfied(wanted.select, host, cluster), NOT_SUITABLE),
        (job.exclusive and use.jobs > 0, NOT_FREE),
        (cluster.hold_pending, cluster.hold_reason),
        (wanted.one_host and host.slots < job.slots, NO_SPAN),
        (free <= 0, NO_SLOTS),
        (free < needed, NO_SPAN),
        (memory > memory_left or fits < needed, NO_MEMORY),
        (wanted.reserve.get("ngpus", 0.0) > host.gpus - use.gpus, NO_GPUS),
    )
    reason = next((words for bad, words in checks if bad), "")
    lacking = NO_MEMORY if fits < free else NO_SPAN if wanted.per_host else NO_SLOTS
    return reason, min(free, fits), lacking


def host_words(hosts: tuple[str, ...]) -> list[str]:
    """Return hosts in LSF's short form, `2*node03`."""
    return [name if count == 1 else f"{count}*{name}" for name, count in Counter(hosts).items()]

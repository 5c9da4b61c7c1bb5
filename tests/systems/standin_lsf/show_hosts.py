"""The commands bhosts, lshosts and bmgroup, in the columns recorded on volclava 2.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import place, resources
from .job_details import THRESHOLDS
from .reply import RefusedError, Reply, option_groups

if TYPE_CHECKING:
    from .cluster import Cluster, Host
    from .state import JobRecord, Store

HOSTS = "HOST_NAME      type    model  cpuf ncpus maxmem maxswp server RESOURCES\n"
HOSTS_WIDE = "HOST_NAME                       type       model  cpuf ncpus maxmem maxswp server RESOURCES\n"
BATCH_TAIL = "JL/U    MAX  NJOBS    RUN  SSUSP  USUSP    RSV"
LONG_LOAD = "              r15s   r1m  r15m    ut    pg    io   ls    it   tmp   swp   mem  slots\n"
NOT_ELIGIBLE = "Not enough host(s) currently eligible"


def bhosts(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show the batch side of hosts: state, slots and jobs."""
    options, names = option_groups("bhosts", "hVwlR:s", (), arguments)
    if "s" in options:
        return _shared(cluster)
    jobs = [job for job in store.jobs() if job.status == "RUN"]
    hosts = _chosen(cluster, options, names)
    if not names and "R" not in options:
        hosts = sorted(hosts, key=lambda host: host.name)
    if "l" in options:
        return Reply("".join(_long(host, jobs, cluster) for host in hosts))
    width = 15 if "w" in options else 12
    head = f"{'HOST_NAME':<18} {'STATUS':<{width}} {BATCH_TAIL} \n"
    return Reply(head + "".join(_row(host, jobs, width) for host in hosts))


def _chosen(cluster: Cluster, options: dict[str, str], names: list[str]) -> list[Host]:
    unknown = [name for name in names if cluster.members((name,)) is None]
    if unknown:
        raise RefusedError("\n".join(f"{name}: Bad host name, host group name or cluster name" for name in unknown))
    hosts = cluster.members(tuple(names) or ("all",)) or []
    if "R" in options:
        select = resources.parse(options["R"], cluster).select
        hosts = [host for host in hosts if resources.satisfied(select, host, cluster)]
    if not hosts:
        raise RefusedError(NOT_ELIGIBLE)
    return hosts


def _counts(host: Host, jobs: list[JobRecord]) -> str:
    used = sum(job.hosts.count(host.name) for job in jobs)
    return f" {host.slots:>6} {used:>6} {used:>6} {0:>6} {0:>6} {0:>6}"


def _status(host: Host, jobs: list[JobRecord]) -> str:
    here = [job for job in jobs if host.name in job.hosts]
    if not host.reports:
        return "unavail"
    if host.status != "ok":
        return host.status
    if any(job.exclusive for job in here):
        return "closed_Excl"
    return "closed_Full" if sum(job.hosts.count(host.name) for job in here) >= host.slots else "ok"


def _row(host: Host, jobs: list[JobRecord], width: int) -> str:
    status = _status(host, jobs)
    shown = status if width > len("closed_Full") + 1 else status.partition("_")[0]
    return f"{host.name:<18} {shown:<{width}} {'-':>4}{_counts(host, jobs)}\n"


def _long(host: Host, jobs: list[JobRecord], cluster: Cluster) -> str:
    here = [job for job in jobs if host.name in job.hosts]
    counts = [job.hosts.count(host.name) for job in here]
    reserved = sum(place.reserved_mb(job, cluster, count) for job, count in zip(here, counts, strict=True))
    memory = f"{host.memory_mb // 1024}G"
    free = host.slots - sum(counts)
    gpus = host.gpus or "-"
    return (
        f"HOST  {host.name}\n"
        f"STATUS           CPUF  {BATCH_TAIL} DISPATCH_WINDOW\n"
        f"{_status(host, jobs):<14}{host.cpu_factor:>7.2f}     -{_counts(host, jobs)}      -\n\n"
        f" CURRENT LOAD USED FOR SCHEDULING:\n{LONG_LOAD}"
        f" Total         0.0   0.0   0.0   64%   0.0 7e+04    0     2   76G 8188M {memory:>5} {free:>6}\n"
        f" Reserved      0.0   0.0   0.0    0%   0.0     0    0     0    0M    0M {f'{int(reserved)}M':>5}      -\n\n\n"
        f"             ngpus\n Total     {gpus:>7}\n Reserved  {'0.0' if host.gpus else '-':>7}\n\n\n"
        " LOAD THRESHOLD USED FOR SCHEDULING:\n"
        f"           r15s   r1m  r15m   ut      pg    io   ls    it    tmp    swp    mem\n{THRESHOLDS}\n\n"
    )


def lshosts(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show the static side of hosts: cores, memory and resources; `-` where a host has not reported."""
    options, names = option_groups("lshosts", "hVwlR:s", (), arguments)
    if "s" in options:
        head = f"{'RESOURCE':<24}{'VALUE':>21}       LOCATION\n"
        return Reply(
            head + "".join(f"ngpus {host.gpus:>39}       {host.name} \n" for host in cluster.hosts if host.gpus)
        )
    wide = "w" in options
    hosts = _chosen(cluster, options, names)
    return Reply((HOSTS_WIDE if wide else HOSTS) + "".join(_static_row(host, wide=wide) for host in hosts))


def _static_row(host: Host, *, wide: bool) -> str:
    swap = f"{host.swap_mb}M" if host.swap_mb is not None else "-"
    known = (str(host.ncpus), f"{host.memory_mb}M", swap) if host.reports else ("-", "-", "-")
    numbers = f"{host.cpu_factor:>5.1f} {known[0]:>5} {known[1]:>6} {known[2]:>6} {'Yes':>6}"
    name = f"{host.name:<25} {host.type:>10} {host.model:>11}"
    if not wide:
        name = f"{host.name[:11]:<11} {host.type[:7]:>7} {host.model[:8]:>8}"
    return f"{name} {numbers} ({' '.join(host.resources)})\n"


def _shared(cluster: Cluster) -> Reply:
    rows = "".join(f"ngpus {host.gpus:>24} {'0.0':>14}       {host.name} \n" for host in cluster.hosts if host.gpus)
    return Reply(f"RESOURCE                 TOTAL       RESERVED       LOCATION\n{rows}")


def bmgroup(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show host groups and their members."""
    _, names = option_groups("bmgroup", "hVrw", (), arguments)
    unknown = [name for name in names if name.rstrip("/") not in cluster.host_groups]
    if unknown:
        raise RefusedError("\n".join(f"{name}: No such user/host group" for name in unknown))
    groups = {name: hosts for name, hosts in cluster.host_groups.items() if not names or name in names}
    rows = "".join(f"{name:<12} {''.join(f'{host} ' for host in hosts)}\n" for name, hosts in groups.items())
    return Reply(f"GROUP_NAME    HOSTS\n{rows}")

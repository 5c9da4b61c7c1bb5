"""The commands lsid, bparams and busers, in the words recorded on volclava 2.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .reply import RefusedError, Reply, option_groups
from .state import user_name

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import Store

USERS = "USER/GROUP          JL/P    MAX  NJOBS   PEND    RUN  SSUSP  USUSP    RSV \n"
PARAMETERS = """
System default queues for automatic queue selection:
    DEFAULT_QUEUE = {queue}

The interval for dispatching jobs by master batch daemon:
    MBD_SLEEP_TIME = 2 (seconds)

The interval for checking jobs by slave batch daemon:
    SBD_SLEEP_TIME = 2 (seconds)

The interval for a host to accept two batch jobs:
    JOB_ACCEPT_INTERVAL = 0 (* MBD_SLEEP_TIME)

The idle time of a host for resuming pg suspended jobs:
    PG_SUSP_IT = 180 (seconds)

The amount of time during which finished jobs are kept in core:
    CLEAN_PERIOD = 3600 (seconds)

The maximum number of finished jobs that can be stored in current events file:
    MAX_JOB_NUM = 1000

The maximum number of retries for reaching a slave batch daemon:
    MAX_SBD_FAIL = 3

The default project assigned to jobs.
    DEFAULT_PROJECT = {project}

The interval to terminate a job.
    JOB_TERMINATE_INTERVAL = {interval:g}{space}

The maximum number of jobs in a job array.
    MAX_JOB_ARRAY_SIZE = 1000

User level account mapping for remote jobs is disabled.

Static shared resource update interval for the cluster:
    SHARED_RESOURCE_UPDATE_FACTOR  = 2147483647{space}

The Maximum JobId defined in the system:
    MAX_JOBID = 999999

Job submission retry interval:
    SUB_TRY_INTERVAL = 60 seconds

the limits of 'default' user set in lsb.users would ignore user group:
    DEFAULT_LIMIT_IGNORE_USER_GROUP = FALSE

Mbatchd reserves resources based on job tasks:
    RESOURCE_RESERVE_PER_TASK = {per_task}

Run time weighting factor for fairshare scheduling policy:
    RUN_TIME_FACTOR = 0.700000

CPU time weighting factor for fairshare scheduling policy:
    CPU_TIME_FACTOR = 0.700000

Job slots weighting factor for fairshare scheduling policy:
    RUN_JOB_FACTOR = 3.000000

The number of hours of resource consumption history::
    HIST_HOURS = 3.000000

"""


def lsid(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show the version, the cluster and its master; alone among the commands it gives up when LIM is down."""
    options, _ = option_groups("lsid", "hV", (), arguments)
    version = "".join(f"{line}\n" for line in cluster.version)
    if "V" in options:
        return Reply(f"{cluster.version[0]}\n")
    if cluster.lim_down:
        return Reply(version, "ls_getclustername(): LIM is down; try later\n", 255)
    return Reply(f"{version}My cluster name is {cluster.name}\nMy master name is {cluster.master}\n")


def bparams(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show the parameters of the batch system, briefly or (`-l`) all that were recorded."""
    options, _ = option_groups("bparams", "hVl", (), arguments)
    if "l" not in options:
        intervals = "Job Dispatch Interval:  2 seconds\nJob Checking Interval:  2 seconds\n"
        return Reply(f"Default Queues:  {cluster.default_queue}\n{intervals}Job Accepting Interval:  0 seconds\n")
    return Reply(
        PARAMETERS.format(
            queue=cluster.default_queue,
            project=cluster.default_project,
            interval=cluster.job_terminate_interval,
            per_task="Y" if cluster.reserve_per_slot else "N",
            space=" ",
        ),
    )


def busers(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show the slots of users: the caller, those named, or all."""
    _, names = option_groups("busers", "hV", (), arguments)
    caller = user_name(cluster)
    known = sorted({*cluster.users, *cluster.user_groups, caller, "default"})
    wanted = known if "all" in names else names or [caller]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise RefusedError("\n".join(f"{name}: No such user or user group" for name in unknown))
    return Reply(USERS + "".join(_row(name, store, cluster) for name in wanted))


def _row(name: str, store: Store, cluster: Cluster) -> str:
    head = f"{name:<18} {'-':>5} {cluster.user_slots:>6}"
    if name == "default":
        return f"{head}{'      -' * 6} \n"
    jobs = [job for job in store.jobs() if job.user == name and job.unfinished]
    running = sum(job.slots for job in jobs if job.status == "RUN")
    everything = sum(job.slots for job in jobs)
    return f"{head} {everything:>6} {everything - running:>6} {running:>6} {0:>6} {0:>6} {0:>6}\n"

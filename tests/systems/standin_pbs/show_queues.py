"""The commands `qstat -Q`, `qstat -q` and `qstat -B`: queues and the server, in the lines recorded on OpenPBS 23.06."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from . import amounts
from .job_details import folded
from .reply import Reply

if TYPE_CHECKING:
    from .cluster import Cluster, Queue
    from .state import JobRecord, Store

_STATES = (("Transit", "T"), ("Queued", "Q"), ("Held", "H"), ("Waiting", "W"), ("Running", "R"), ("Exiting", "E"))
_HEAD = (
    "Queue              Max   Tot Ena Str   Que   Run   Hld   Wat   Trn   Ext Type\n"
    "---------------- ----- ----- --- --- ----- ----- ----- ----- ----- ----- ----\n"
)
_SERVER_HEAD = (
    "Server             Max   Tot   Que   Run   Hld   Wat   Trn   Ext Status\n"
    "---------------- ----- ----- ----- ----- ----- ----- ----- ----- -----------\n"
)
_LIMITS_HEAD = (
    "Queue            Memory CPU Time Walltime Node   Run   Que   Lm  State\n"
    "---------------- ------ -------- -------- ---- ----- ----- ----  -----\n"
)
_SERVER = (
    "scheduler_iteration = 10",
    "flatuid = True",
    "resv_enable = True",
    "node_fail_requeue = 310",
    "max_array_size = 10000",
    "resend_term_delay = 5",
    "pbs_license_min = 0",
    "pbs_license_max = 2147483647",
    "pbs_license_linger_time = 31536000",
    "license_count = Avail_Global:1000000 Avail_Local:1000000 Used:0 High_Use:0",
    "pbs_version = {version}",
    "eligible_time_enable = False",
    "{history}max_concurrent_provision = 5",
    "clear_topjob_estimates_enable = False",
    "max_job_sequence_id = 9999999",
)


def queues(store: Store, cluster: Cluster, names: list[str], *, full: bool) -> Reply:
    """The queues, or those that are named."""
    errors, code = "", 0
    found = [] if names else list(cluster.queues)
    for name in names:
        queue = cluster.queue(name)
        if queue is None:
            errors, code = f"{errors}qstat: Unknown queue {name}\n", 170
        else:
            found.append(queue)
    jobs = _counted(store)
    show = _full if full else _row
    body = "".join(show(queue, jobs) for queue in found)
    return Reply(body if full or not found else _HEAD + body, errors, code)


def _counted(store: Store) -> list[JobRecord]:
    return [job for job in store.jobs() if job.unfinished and not job.part_of]


def _count(jobs: list[JobRecord]) -> Counter[str]:
    return Counter(job.state for job in jobs)


def _row(queue: Queue, everything: list[JobRecord]) -> str:
    jobs = [job for job in everything if job.queue == queue.name]
    count = _count(jobs)
    kind = "Rou*" if queue.destinations else "Exe*"
    switches = f"{'yes' if queue.enabled else 'no':>3} {'yes' if queue.started else 'no':>3}"
    numbers = " ".join(f"{count[letter]:>5}" for letter in "QRHWTE")
    return f"{queue.name:<16} {0:>5} {len(jobs):>5} {switches} {numbers} {kind}\n"


def _state_count(jobs: list[JobRecord]) -> str:
    count = _count(jobs)
    return "".join(f"{word}:{count[letter]} " for word, letter in (*_STATES, ("Begun", "B")))


def _full(queue: Queue, everything: list[JobRecord]) -> str:
    jobs = [job for job in everything if job.queue == queue.name]
    lists = (("user", queue.users), ("group", queue.groups), ("host", queue.hosts))
    values = [
        ("queue_type", "Route" if queue.destinations else "Execution"),
        ("total_jobs", str(len(jobs))),
        ("state_count", _state_count(jobs)),
        *((f"max_queued_res.{name}", _generic(limit)) for name, limit in queue.max_queued_res.items()),
        *((f"max_run_res.{name}", _generic(limit)) for name, limit in queue.max_run_res.items()),
        *([("max_queued", _generic(queue.max_queued))] if queue.max_queued is not None else []),
        *((f"acl_{kind}_enable", "True") for kind, names in lists if names),
        *((f"acl_{kind}s", ",".join(names)) for kind, names in lists if names),
        *_by_name("resources_max", queue.maximum),
        *_by_name("resources_min", queue.minimum),
        *_by_name("resources_default", queue.default),
        *_assigned([job for job in jobs if job.holds_room]),
        *([("max_run", _generic(queue.max_run))] if queue.max_run is not None else []),
        *([("route_destinations", ",".join(queue.destinations))] if queue.destinations else []),
        ("enabled", str(queue.enabled)),
        ("started", str(queue.started)),
    ]
    lines = "".join(folded(name, value) for name, value in values)
    return f"Queue: {queue.name}\n{lines}\n"


def _generic(limit: int) -> str:
    return f"[u:PBS_GENERIC={limit}]"


def _by_name(title: str, values: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"{title}.{name}", value) for name, value in sorted(values.items())]


def _assigned(running: list[JobRecord]) -> list[tuple[str, str]]:
    """What the running jobs hold; nothing is printed where none do."""
    if not running:
        return []
    sizes = [job.resources["mem"] for job in running if "mem" in job.resources]
    memory = [("resources_assigned.mem", amounts.added(sizes))] if sizes else []
    totals = [
        (f"resources_assigned.{name}", str(sum(int(job.resources.get(name, "0")) for job in running)))
        for name in ("ncpus", "nodect")
    ]
    return [*memory, *totals]


def limits(store: Store, cluster: Cluster, names: list[str], *, full: bool) -> Reply:
    """The table of limits; the server's name lacks its last letter in it."""
    rows = ""
    jobs = _counted(store)
    for queue in cluster.queues:
        count = _count([job for job in jobs if job.queue == queue.name])
        memory = queue.maximum.get("mem", "--  ")
        state = f"{'E' if queue.enabled else 'D'} {'R' if queue.started else 'S'}"
        times = f"{queue.maximum.get('walltime', '--   ')[:8]:>8}"
        rows += f"{queue.name:<16} {memory:>6}    --    {times}  --  {count['R']:>5} {count['Q']:>5}   --   {state}\n"
    count = _count(jobs)
    foot = f"{' ' * 47}----- -----\n{' ' * 47}{count['R']:>5} {count['Q']:>5}\n"
    return Reply(f"\nserver: {cluster.name[:-1]}\n\n{_LIMITS_HEAD}{rows}{foot}")


def server(store: Store, cluster: Cluster, names: list[str], *, full: bool) -> Reply:
    """The server."""
    jobs = _counted(store)
    count = _count(jobs)
    if not full:
        numbers = " ".join(f"{count[letter]:>5}" for letter in "QRHWTE")
        return Reply(f"{_SERVER_HEAD}{cluster.name:<16} {0:>5} {len(jobs):>5} {numbers} {'Active':<10}\n")
    running = [job for job in store.jobs() if job.holds_room]
    values = [
        ("server_state", "Active"),
        ("server_host", cluster.name),
        ("scheduling", "True"),
        ("total_jobs", str(len(jobs))),
        ("state_count", _state_count(jobs)),
        ("default_queue", cluster.default_queue),
        ("log_events", "511"),
        ("mailer", "/usr/sbin/sendmail"),
        ("mail_from", "adm"),
        ("query_other_jobs", str(cluster.query_other_jobs)),
        ("resources_default.ncpus", "1"),
        ("default_chunk.ncpus", "1"),
        *_assigned(running),
        *_rest(cluster),
    ]
    lines = "".join(folded(name, value) for name, value in values)
    return Reply(f"Server: {cluster.name}\n{lines}\n")


def _rest(cluster: Cluster) -> list[tuple[str, str]]:
    """What the tests of pegconf never change."""
    history = "job_history_enable = True\n" if cluster.history else ""
    lines = "\n".join(_SERVER).format(version=cluster.version, history=history).splitlines()
    return [(name, value) for name, _, value in (line.partition(" = ") for line in lines)]

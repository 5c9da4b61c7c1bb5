"""The command bqueues, in the columns recorded on volclava 2.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .job_details import LOAD_NAMES, THRESHOLDS
from .reply import RefusedError, Reply, option_groups

if TYPE_CHECKING:
    from .cluster import Cluster, Queue
    from .state import JobRecord, Store

HEADER = "QUEUE_NAME      PRIO STATUS          MAX JL/U JL/P JL/H NJOBS  PEND   RUN  SUSP \n"
LONG_HEADER = "PRIO NICE STATUS          MAX JL/U JL/P JL/H NJOBS  PEND   RUN SSUSP USUSP  RSV \n"
RULE = "-" * 79


def bqueues(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show queues: all, by name, of a user or of a host."""
    options, names = option_groups("bqueues", "hVwlrm:u:", (), arguments)
    unknown = [name for name in names if cluster.queue(name) is None]
    queues = [queue for queue in cluster.queues if not names or queue.name in names]
    if "u" in options and options["u"] != "all":
        queues = [queue for queue in queues if cluster.may_use(options["u"], queue)]
    if "m" in options:
        queues = [queue for queue in queues if options["m"] in _hosts(queue, cluster)]
    errors = "".join(f"{name}: No such queue\n" for name in unknown)
    if unknown and len(unknown) == len(names):
        return Reply(err=errors, code=255)
    if not queues:
        raise RefusedError("No matching queue found")
    jobs = [job for job in store.jobs() if job.unfinished]
    if "l" in options or "r" in options:
        text = f"\n{RULE}\n".join(_long(queue, jobs, cluster) for queue in queues) + "\n"
    else:
        text = HEADER + "".join(_row(queue, jobs, wide="w" in options) for queue in queues)
    return Reply(text, errors)


def _hosts(queue: Queue, cluster: Cluster) -> list[str]:
    return [host.name for host in cluster.members(queue.hosts) or []]


def _counts(queue: Queue, jobs: list[JobRecord]) -> tuple[int, int, int, int]:
    """Return processors in the queue: all, waiting, running, suspended."""
    by = {
        status: sum(job.slots for job in jobs if job.queue == queue.name and job.status == status)
        for status in ("PEND", "PSUSP", "RUN")
    }
    waiting = by["PEND"] + by["PSUSP"]
    return waiting + by["RUN"], waiting, by["RUN"], 0


def _limit(value: int | None) -> str:
    return "-" if value is None else str(value)


def _row(queue: Queue, jobs: list[JobRecord], *, wide: bool) -> str:
    status = f"  {queue.status if wide else f'{queue.status:>12}'}".ljust(15)
    counts = "".join(f" {count:>5}" for count in _counts(queue, jobs))
    return f"{queue.name:<15} {queue.priority:>3}{status}{'-':>6} {_limit(queue.jobs_per_user):>4}    -    -{counts}\n"


def _long(queue: Queue, jobs: list[JobRecord], cluster: Cluster) -> str:
    default = "  This is the default queue." if queue.name == cluster.default_queue else ""
    everything, waiting, running, _ = _counts(queue, jobs)
    counts = "".join(f" {count:>5}" for count in (everything, waiting, running, 0, 0))
    return "".join(
        [
            f"\nQUEUE: {queue.name}\n  -- {queue.description}{default}\n\nPARAMETERS/STATISTICS\n{LONG_HEADER}",
            f"{queue.priority:>3}    0  {queue.status:<13}{'-':>6} {_limit(queue.jobs_per_user):>4}    -    -",
            f"{counts}    0\n",
            "Schedule delay for a new job is 0 seconds\nInterval for a host to accept two jobs is 0 seconds\n\n",
            _limits(queue),
            f"SCHEDULING PARAMETERS\n{LOAD_NAMES}{THRESHOLDS}\n",
            "SCHEDULING POLICIES:  EXCLUSIVE\n\n" if queue.exclusive else "",
            f"USERS: {''.join(f'{name} ' for name in queue.users) or ' all'}\n",
            f"HOSTS:  {''.join(f'{name} ' for name in queue.hosts)}\n",
            f"RES_REQ:  {queue.requirement}\n" if queue.requirement else "",
            f"ADMIN ACTION COMMENT: {queue.comment}\n" if queue.comment else "",
        ],
    )


def _limits(queue: Queue) -> str:
    default = _limit_lines(queue.run_default, (), queue.memory_default_kb)
    maximum = _limit_lines(queue.run_maximum, queue.processors, queue.memory_maximum_kb)
    return f"DEFAULT LIMITS:\n{default}MAXIMUM LIMITS:\n{maximum}" if default else maximum


def _limit_lines(minutes: float | None, processors: tuple[int, ...], memory_kb: int | None) -> str:
    run = f"{minutes:.1f} min" if minutes is not None else ""
    heads = [*(["RUNLIMIT"] if run else []), *(["PROCLIMIT"] if processors else [])]
    values = [*([f" {run:<24}"] if run else []), *([f" {' '.join(map(str, processors))}"] if processors else [])]
    times = f"{''.join(f' {head:<24}' for head in heads)}\n{''.join(values)}\n\n" if heads else ""
    return times + (f" MEMLIMIT\n {memory_kb:>6} K\n\n" if memory_kb is not None else "")

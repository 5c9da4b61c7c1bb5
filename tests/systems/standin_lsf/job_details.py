"""The long form of bjobs (`-l`, `-lp`), in the lines recorded on volclava 2.2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import place
from .environment import combined
from .limits import long_time
from .run import run_limit

if TYPE_CHECKING:
    from .cluster import Cluster
    from .place import Placement
    from .state import JobRecord

RULE = "-" * 78
THRESHOLDS = (
    " loadSched   -     -     -     -       -     -    -     -     -      -      -  \n"
    " loadStop    -     -     -     -       -     -    -     -     -      -      -  \n"
)
LOAD_NAMES = "           r15s   r1m  r15m   ut      pg    io   ls    it    tmp    swp    mem\n"


def details(jobs: list[JobRecord], everything: list[JobRecord], cluster: Cluster, *, with_reasons: bool) -> str:
    """Return the long form of jobs, with pending reasons for those that wait."""
    blocks = [_block(job, everything, cluster, with_reasons=with_reasons) for job in jobs]
    return f"\n{f'{RULE}{chr(10)}{chr(10)}'.join(blocks)}\n"


def reason_lines(found: Placement, *, names: bool) -> list[str]:
    """Return pending reasons, with the names or with the number of the hosts."""
    return [
        f" {reason}: {', '.join(hosts) if names else _hosts(len(hosts))};\n" for reason, hosts in found.reasons.items()
    ]


def _hosts(count: int) -> str:
    return "1 host" if count == 1 else f"{count} hosts"


def _block(job: JobRecord, everything: list[JobRecord], cluster: Cluster, *, with_reasons: bool) -> str:
    name = "" if job.name == job.command else f", Job Name <{job.name}>"
    pending = job.status in {"PEND", "PSUSP"}
    reasons = reason_lines(place.place(job, everything, cluster), names=True) if pending and with_reasons else []
    return "".join(
        [
            f"Job <{job.id}>{name}, User <{job.user}>, Project <{job.project}>, ",
            f"Status <{job.status}>, Queue <{job.queue}>, Command <{job.command}>\n",
            _submitted(job),
            *_limits(job, cluster),
            *_progress(job, cluster),
            *([" PENDING REASONS:\n", *reasons] if reasons else []),
            f"\n SCHEDULING PARAMETERS:\n{LOAD_NAMES}{THRESHOLDS}",
            f"\n RESOURCE REQUIREMENT DETAILS:\n Combined: {combined(job, cluster)}\n",
            f" Effective: {combined(job, cluster) if job.hosts else '-'}\n",
        ],
    )


def _submitted(job: JobRecord) -> str:
    items = [
        f"Submitted from host <{job.from_host}>{' with hold' if job.held else ''}",
        *([f"Specified Start Time <{long_time(job.begin)}>"] if job.begin is not None else []),
        *([f"Specified Termination Time <{long_time(job.deadline)}>"] if job.deadline is not None else []),
        f"CWD <{job.cwd}>",
        *([f"Output File <{job.output}>"] if job.output else []),
        *([f"Error File <{job.error}>"] if job.error else []),
        *([f"{job.slots} Processors Requested"] if job.slots > 1 else []),
        *([f"Requested Resources <{job.resources}>"] if job.resources else []),
        *([f"Dependency Condition <{job.dependency}>"] if job.dependency else []),
    ]
    return f"{long_time(job.submit_time)}: {', '.join(items)};\n"


def _limits(job: JobRecord, cluster: Cluster) -> list[str]:
    minutes = run_limit(job, cluster)
    shown = f"{minutes:.1f} min" if minutes is not None else ""
    run = [f"\n {'RUNLIMIT':<24}\n {shown:<24}\n"] if job.run_limit_given else []
    memory = [f"\n MEMLIMIT\n {job.memory_limit_kb:>6} K\n"] if job.memory_limit_kb is not None else []
    return [*run, *memory]


def _progress(job: JobRecord, cluster: Cluster) -> list[str]:
    words = place.host_words(job.hosts)
    hosts = "".join(f"<{word}> " for word in words).strip()
    slots = f"{len(job.hosts)} Hosts/Processors {hosts}" if len(job.hosts) > 1 else hosts
    home = f"Execution Home <{cluster.account_home or Path.home()}>, Execution CWD <{job.cwd}>"
    lines = [f"{long_time(job.start_time)}: Started on {slots}, {home};\n"] if job.start_time is not None else []
    if job.end_time is not None:
        lines.append(f"{long_time(job.end_time)}: {_ended(job)}\n")
        if job.term_reason:
            lines.append(f"{long_time(job.end_time)}: Completed <exit>; {job.term_reason}\n")
        if job.output_lost:
            lines.append(f"{long_time(job.end_time)}: Post job process failed;\n")
    if job.max_memory_kb:
        used = job.max_memory_kb // 1024
        lines.append(f"\n MEMORY USAGE:\n MAX MEM: {used} Mbytes;  AVG MEM: {used} Mbytes\n")
    return lines


def _ended(job: JobRecord) -> str:
    how = "Done successfully." if job.status == "DONE" else f"Exited with exit code {job.exit_code}."
    used = f" The CPU time used is {job.cpu_seconds:.1f} seconds."
    return (
        f"{how}{used}" if job.start_time is not None or job.status == "DONE" else "Exited; job has been forced to exit."
    )

"""The command bjobs: its tables and fields, in the columns recorded on volclava 2.2."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from . import place
from .choose import NOTHING, matches, same_name
from .job_details import details, reason_lines
from .reply import USAGE, RefusedError, Reply, option_groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cluster import Cluster
    from .state import JobRecord, Store

HEADER = "JOBID   USER    STAT  QUEUE      FROM_HOST   EXEC_HOST   JOB_NAME   SUBMIT_TIME"
PENDING_HEADER = "JOBID   USER    STAT  QUEUE       FROM_HOST      JOB_NAME           SUBMIT_TIME"
INDENT = " " * 45
NONE_LEFT = {
    "a": "No job found",
    "d": "No DONE/EXIT job found",
    "p": "No pending job found",
    "r": "No running job found",
}
FIELDS: dict[str, Callable[[JobRecord], str]] = {
    "JOBID": lambda job: str(job.id),
    "STAT": lambda job: job.status,
    "USER": lambda job: job.user,
    "QUEUE": lambda job: job.queue,
    "JOB_NAME": lambda job: job.name,
    "PROJ_NAME": lambda job: job.project,
    "FROM_HOST": lambda job: job.from_host,
    "EXEC_HOST": lambda job: "".join(place.host_words(job.hosts)[:1]),
    "SUBMIT_TIME": lambda job: _short_time(job.submit_time),
    "START_TIME": lambda job: _short_time(job.start_time),
    "FINISH_TIME": lambda job: _short_time(job.end_time),
    "EXIT_CODE": lambda job: str(job.exit_code) if job.exit_code else "",
    "SLOTS": lambda job: str(job.slots),
    "COMMAND": lambda job: job.command,
    "EXIT_REASON": lambda job: job.term_reason,
    "OUTPUT_FILE": lambda job: job.output,
    "ERROR_FILE": lambda job: job.error,
}
FIELDS["ID"] = FIELDS["JOBID"]
FIELDS["NAME"] = FIELDS["JOB_NAME"]


def bjobs(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show jobs: unfinished ones unless asked otherwise; the exit code says whether there were any."""
    options, operands = option_groups("bjobs", "hVwladpsrJ:u:q:m:o:P:N:A", ("json", "UF"), arguments)
    if "json" in options and "o" not in options:
        raise RefusedError(USAGE["bjobs"])
    fields = options.get("o", "").upper().split()
    if not all(name in FIELDS for name in fields):
        raise RefusedError(USAGE["bjobs"])
    everything = store.jobs()
    jobs, missing = _chosen(everything, options, operands, cluster)
    errors = "".join(f"Job <{word}> is not found\n" for word in missing)
    if not jobs:
        if missing:
            return Reply(err=errors, code=255)
        words = next((words for letter, words in NONE_LEFT.items() if letter in options), NOTHING)
        return Reply(err=f"{words}\n", code=254)
    ordered = sorted(jobs, key=lambda job: _order(job, cluster))
    return Reply(_shown(ordered, everything, options, fields, cluster), errors, 255 if missing else 0)


def _chosen(
    everything: list[JobRecord],
    options: dict[str, str],
    operands: list[str],
    cluster: Cluster,
) -> tuple[list[JobRecord], list[str]]:
    numbers = [word for word in operands if word != "0"]
    if numbers:
        known = {str(job.id): job for job in everything}
        return [known[word] for word in numbers if word in known], [word for word in numbers if word not in known]
    named = [job for job in everything if same_name(job, options)]
    mine = [
        job
        for job in named
        if matches(job, options, cluster)
        and options.get("P", job.project) == job.project
        and job.status in _states(options)
    ]
    return mine, [options["J"]] if "J" in options and not named else []


def _states(options: dict[str, str]) -> set[str]:
    wanted = {"d": {"DONE", "EXIT"}, "p": {"PEND", "PSUSP"}, "r": {"RUN"}, "s": {"PSUSP"}}
    chosen = [states for letter, states in wanted.items() if letter in options]
    if chosen:
        return set().union(*chosen)
    unfinished = {"PEND", "PSUSP", "RUN"}
    return unfinished | {"DONE", "EXIT"} if "a" in options else unfinished


def _order(job: JobRecord, cluster: Cluster) -> tuple[int, float, int]:
    """Running, waiting, ended; the first two by queue priority, the last by the end."""
    group = {"RUN": 0, "PEND": 1, "PSUSP": 1}.get(job.status, 2)
    queue = cluster.queue(job.queue)
    return group, job.end_time or 0.0 if group == 2 else -(queue.priority if queue else 0), job.id


def _shown(
    jobs: list[JobRecord],
    everything: list[JobRecord],
    options: dict[str, str],
    fields: list[str],
    cluster: Cluster,
) -> str:
    if fields:
        return _json(jobs, fields) if "json" in options else _fields(jobs, fields)
    if "l" in options or "UF" in options:
        return details(jobs, everything, cluster, with_reasons="p" in options)
    if "p" in options:
        return f"{PENDING_HEADER}\n{''.join(_pending(job, everything, cluster) for job in jobs)}"
    return f"{HEADER}\n{''.join(_row(job, wide='w' in options) for job in jobs)}"


def _cut(text: str, width: int, *, wide: bool) -> str:
    return text if wide or len(text) <= width else f"*{text[1 - width :]}"


def _short_time(moment: float | None) -> str:
    return "" if moment is None else time.strftime("%b %e %H:%M", time.localtime(moment))


def _row(job: JobRecord, *, wide: bool) -> str:
    words = place.host_words(job.hosts)
    none = "" if job.unfinished and not wide else "   -"
    hosts = [":".join(words)] if wide else [_cut(word, 11, wide=False) for word in words]
    columns = (
        f"{job.id:<7} {_cut(job.user, 7, wide=wide):<7} {job.status:<5} {_cut(job.queue, 10, wide=wide):<10} "
        f"{_cut(job.from_host, 11, wide=wide):<11} {hosts[0] if words else none:<11} "
        f"{_cut(job.name, 10, wide=wide):<10} {_short_time(job.submit_time)}\n"
    )
    return columns + "".join(f"{INDENT}{word}\n" for word in hosts[1:])


def _pending(job: JobRecord, everything: list[JobRecord], cluster: Cluster) -> str:
    reasons = reason_lines(place.place(job, everything, cluster), names=False)
    return (
        f"{job.id:<7} {_cut(job.user, 7, wide=False):<7} {job.status:<5} {_cut(job.queue, 11, wide=False):<11} "
        f"{_cut(job.from_host, 14, wide=False):<14} {_cut(job.name, 18, wide=False):<18} "
        f"{_short_time(job.submit_time)}\n{''.join(reasons)}"
    )


def _fields(jobs: list[JobRecord], fields: list[str]) -> str:
    rows = [fields, *([FIELDS[name](job) or "-" for name in fields] for job in jobs)]
    return "".join(f"{' '.join(row)}\n" for row in rows)


def _json(jobs: list[JobRecord], fields: list[str]) -> str:
    records = [",\n".join(f'\t\t\t"{name}":\t"{_escaped(FIELDS[name](job))}"' for name in fields) for job in jobs]
    joined = "\n\t\t}, {\n".join(records)
    return f'{{\n\t"COMMAND":\t"bjobs",\n\t"JOBS":\t{len(jobs)},\n\t"RECORDS":\t[{{\n{joined}\n\t\t}}]\n}}\n'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')

"""The commands bkill and bpeek: ending a job, and reading its output before its end."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from . import processes
from .choose import NOTHING, matches
from .reply import USAGE, RefusedError, Reply, option_groups
from .run import OWNER

if TYPE_CHECKING:
    from pathlib import Path

    from .cluster import Cluster
    from .state import JobRecord, Store


def bkill(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """End jobs by id, by name, or all of the user's; without an id the newest that matches (IBM documentation)."""
    options, operands = option_groups("bkill", "hVrJ:s:u:q:m:", (), arguments)
    number = processes.signal_number(options["s"]) if "s" in options else None
    if "s" in options and number is None:
        raise RefusedError(f"{options['s']}: Illegal signal value")
    out: list[str] = []
    err: list[str] = []
    with store.locked():
        for wanted in _wanted(store, cluster, options, operands):
            if isinstance(wanted, str):
                err.append(wanted)
                continue
            out.append(_end(store, cluster, wanted, number))
    return Reply("".join(f"{line}\n" for line in out), "".join(f"{line}\n" for line in err), 255 if err else 0)


def _wanted(store: Store, cluster: Cluster, options: dict[str, str], operands: list[str]) -> list[JobRecord | str]:
    numbers = [word for word in operands if word != "0"]
    if numbers:
        return [_by_number(store, word) for word in numbers]
    if not operands and not set(options) & set("Juqm"):
        raise RefusedError(USAGE["bkill"])
    jobs = [job for job in store.jobs() if matches(job, options, cluster)]
    found = [job for job in jobs if job.unfinished]
    if not found:
        if "J" in options and not jobs:
            raise RefusedError(f"Job <{options['J']}> is not found")
        raise RefusedError(NOTHING)
    return [*(found if operands else found[-1:])]


def _by_number(store: Store, word: str) -> JobRecord | str:
    if not word.isdigit():
        return f"{word}: Illegal job ID."
    job = store.job(int(word))
    if job is None:
        return f"Job <{word}>: No matching job found"
    return job if job.unfinished else f"Job <{word}>: Job has already finished"


def _end(store: Store, cluster: Cluster, job: JobRecord, number: int | None) -> str:
    """End or signal a job; KILL means the same steps as no signal, recorded on volclava 2.2."""
    ends = number in {None, signal.SIGKILL, signal.SIGTERM, signal.SIGINT}
    if job.status != "RUN":
        reason = OWNER if cluster.term_reasons else ""
        if ends:
            store.save(replace(job, status="EXIT", end_time=time.time(), exit_code=130, term_reason=reason))
    else:
        whole = number in {None, signal.SIGKILL}
        with (store.job_folder(job.id) / "requests").open("a", encoding="utf-8") as requests:
            requests.write(f"{'end' if whole else number}\n")
    return f"Job <{job.id}> is being {'terminated' if ends else 'signaled'}"


def bpeek(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Show what a running job has written so far, under LSF's headings (IBM documentation)."""
    options, operands = option_groups("bpeek", "hVfJ:q:m:", (), arguments)
    mine = [job for job in store.jobs() if matches(job, options, cluster)]
    named = [job for job in mine if not operands or str(job.id) in operands]
    if not named:
        raise RefusedError(f"Job <{operands[0] if operands else options.get('J', '')}> is not found")
    job = next((one for one in reversed(named) if one.status == "RUN"), named[-1])
    if job.status != "RUN":
        raise RefusedError(f"Job <{job.id}> : {'Not yet started.' if job.unfinished else 'Already finished.'}")
    folder = store.job_folder(job.id)
    shown = f"<< output from stdout >>\n{_content(folder / 'out')}"
    return Reply(f"{shown}<< output from stderr >>\n{_content(folder / 'err')}" if job.error else shown)


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

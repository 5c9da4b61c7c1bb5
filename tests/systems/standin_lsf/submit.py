"""The command bsub: read, refuse as recorded on volclava 2.2, or put a job into the state folder."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import limits, options, place, resources, run
from .reply import USAGE, RefusedError, Reply
from .state import JobRecord, Store, user_name

if TYPE_CHECKING:
    from .cluster import Cluster, Queue
    from .options import Options


@dataclass(frozen=True)
class _Work:
    """What a job runs: the text of its script, and its command as `bjobs` shows it."""

    text: str
    shown: str


def bsub(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Submit one job, or refuse it."""
    if arguments[:1] in (["-h"], ["-V"]):
        return Reply(err=f"{USAGE['bsub'] if arguments[0] == '-h' else cluster.version[0]}\n")
    given = options.read(arguments, ibm=cluster.ibm)
    work, given = _work(given, cluster)
    draft = _draft(given, work, cluster)
    with store.locked():
        job = _admitted(draft, given, store, cluster)
        store.job_folder(job.id).mkdir(parents=True)
        script = store.job_folder(job.id) / "script"
        script.write_text(work.text, encoding="utf-8")
        script.chmod(0o700)
        store.save(job)
    run.launch(store, job.id)
    return _answer(job, given, cluster)


def _work(given: Options, cluster: Cluster) -> tuple[_Work, Options]:
    """Take the command behind the options, else the script on standard input with its `#BSUB` lines."""
    if given.command:
        return _Work(f"#!/bin/sh\n{options.shell_text(given.command)}\n", options.shown_text(given.command)), given
    script = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    merged = given.over(options.script_options(script, ibm=cluster.ibm))
    if not script.strip():
        raise RefusedError("No command is specified. Job not submitted.")
    shown = ";".join(line for line in script.splitlines() if line.strip())
    return _Work(script if script.startswith("#!") else f"#!/bin/sh\n{script}", shown), merged


def _draft(given: Options, work: _Work, cluster: Cluster) -> JobRecord:
    """Read the values of the options, in LSF's order of complaints."""
    if "c" in given and not given.get("c").replace(":", "").isdigit():
        raise RefusedError(f"{given.get('c')}: Bad CPULIMIT specification. Job not submitted.")
    now = time.time() + cluster.clock_ahead
    if len(given.resources) > 1 and not cluster.join_resource_strings:
        raise RefusedError(resources.TWICE)
    required = " ".join(given.resources)
    resources.parse(required, cluster)
    return JobRecord(
        id=0,
        name=given.get("J") or work.shown,
        user=user_name(cluster),
        queue=given.get("q", cluster.default_queue),
        command=work.shown,
        cwd=str(Path.cwd()),
        submit_time=time.time(),
        from_host=cluster.master,
        status="PSUSP" if "H" in given else "PEND",
        held="H" in given,
        project=given.get("P", cluster.default_project),
        slots=limits.processors(given.get("n")) if "n" in given else 0,
        resources=required,
        run_limit=limits.run_minutes(given.get("W")) if "W" in given else None,
        run_limit_given="W" in given,
        memory_limit_kb=(
            limits.memory_kb(given.get("M"), cluster.limit_unit, suffixes=cluster.ibm) if "M" in given else None
        ),
        output=given.get("o"),
        error=given.get("e"),
        requested_hosts=tuple(given.get("m").split()),
        begin=limits.clock_time(given.get("b"), "begin", now) if "b" in given else None,
        deadline=limits.clock_time(given.get("t"), "termination", now) if "t" in given else None,
        exclusive="x" in given,
        dependency=given.get("w"),
    )


def _admitted(draft: JobRecord, given: Options, store: Store, cluster: Cluster) -> JobRecord:
    """Check a job against projects, hosts and the first of its queues that takes it; the caller holds the lock."""
    if cluster.projects is not None and draft.project not in cluster.projects:
        words = f"Project <{draft.project}> does not exist.\nRequest aborted by esub. Job not submitted."
        raise RefusedError(words)
    if cluster.members(draft.requested_hosts) is None:
        words = f"{' '.join(draft.requested_hosts)}: Bad host name, host group name or cluster name. Job not submitted."
        raise RefusedError(words)
    if draft.dependency and not place.dependency_known(draft.dependency, store.jobs()):
        raise RefusedError("Dependency condition invalid or never satisfied. Job not submitted.")
    refusals: list[RefusedError] = []
    for name in draft.queue.split():
        try:
            return _in_queue(replace(draft, queue=name), cluster, store)
        except RefusedError as refused:
            refusals.append(refused)
    raise refusals[-1] if refusals else RefusedError(f"{given.get('q')}: No such queue. Job not submitted.")


def _in_queue(draft: JobRecord, cluster: Cluster, store: Store) -> JobRecord:
    queue = cluster.queue(draft.queue)
    if queue is None:
        raise RefusedError(f"{draft.queue}: No such queue. Job not submitted.")
    complaint = _complaint(draft, queue, cluster)
    if complaint:
        raise RefusedError(f"{complaint} Job not submitted.")
    lower, usual = (queue.processors[0], queue.processors[-2]) if len(queue.processors) > 1 else (1, 1)
    return replace(
        draft,
        id=store.next_number(),
        slots=draft.slots or max(lower, usual),
        run_limit=draft.run_limit if draft.run_limit_given else queue.run_default or queue.run_maximum,
    )


def _complaint(draft: JobRecord, queue: Queue, cluster: Cluster) -> str:
    lower = queue.processors[0] if len(queue.processors) > 1 else 1
    checks = (
        (not queue.opened, f"{queue.name}: Queue has been closed."),
        (not cluster.may_use(draft.user, queue), "User cannot use the queue."),
        (draft.exclusive and not queue.exclusive, f"{queue.name}: Queue does not accept EXCLUSIVE jobs."),
        (_over(draft.slots, queue.processors[-1] if queue.processors else None), "Too many processors requested."),
        (0 < draft.slots < lower, "Too few processors requested."),
        (_over(draft.run_limit, queue.run_maximum), "RUNLIMIT: Cannot exceed queue's hard limit(s)."),
        (_over(draft.memory_limit_kb, queue.memory_maximum_kb), "MEMLIMIT: Cannot exceed queue's hard limit(s)."),
    )
    return next((words for bad, words in checks if bad), "")


def _over(value: float | None, limit: float | None) -> bool:
    return value is not None and limit is not None and value > limit


def _answer(job: JobRecord, given: Options, cluster: Cluster) -> Reply:
    banner = f"Job is submitted to <{job.project}> project.\n" if cluster.project_banner else ""
    default = "" if "q" in given else "default "
    later = f"Job will be scheduled after {time.ctime(job.begin)}\n" if job.begin is not None else ""
    return Reply(
        out=f"{banner}Job <{job.id}> is submitted to {default}queue <{job.queue}>.\n",
        err=later,
        wait_for=job.id if "K" in given else 0,
    )

"""Moab above Torque: msub, showq, checkjob, canceljob.

Taken from Adaptive Computing's manual (Moab 9), not run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch import shared_grammar, small_job
from pegconf.batch.base import BatchSystem, QueuedJob, State
from pegconf.batch.pbs.jobs import JOB_NUMBER, fill_nodes, log_files

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS: Final = "[[[days:]hours:]minutes:]seconds"
_STATES: Final = {
    "Idle": State.PENDING,
    "Deferred": State.PENDING,
    "Blocked": State.PENDING,
    "Hold": State.PENDING,
    "BatchHold": State.PENDING,
    "UserHold": State.PENDING,
    "SystemHold": State.PENDING,
    "NotQueued": State.PENDING,
    "Migrated": State.PENDING,
    "Staging": State.PENDING,
    "Starting": State.RUNNING,
    "Running": State.RUNNING,
    "Canceling": State.RUNNING,
    "Suspended": State.SUSPENDED,
    "Removed": State.FAILED,
    "Vacated": State.FAILED,
}
_OWN: Final = "showq --xml -w user=$(id -un)"
_LIST: Final = f"{_OWN} && showq -c --xml -w user=$(id -un)"
# canceljob knows ids only.
_CANCEL: Final = (
    f'{_OWN} | grep -o "<job [^>]*>" | grep "JobName=\\"$1\\"" '
    '| sed -n "s/.* JobID=\\"\\([^\\"]*\\)\\".*/\\1/p" | xargs -r canceljob'
)


def parse_walltime(text: str) -> int:
    """Seconds of Moab's `[[[days:]hours:]minutes:]seconds`; raises RefusedError, also for 0."""
    return shared_grammar.colons(text, (86400, 3600, 60, 1), f"{_WORDS}, such as 04:00:00", "Moab")


def job_id(printed: str) -> str | None:
    """The id, which msub prints in a line of its own behind an empty one: `4321`, `Moab.4321`, `4321.server`."""
    found = re.findall(r"^\s*((?:[A-Za-z][\w-]*\.)?\d+(?:\.\S+)?)\s*$", printed, re.MULTILINE)
    return found[-1] if found else None


def list_named(name: str) -> list[str]:  # noqa: ARG001 - showq does not choose by name; whoever asks does
    """List this user's jobs, then those that have ended."""
    return ["sh", "-c", _LIST]


def parse_jobs(printed: str) -> tuple[QueuedJob, ...]:
    """The `<job .../>` elements of `showq --xml`, of one document or of two behind each other."""
    import html  # noqa: PLC0415 - a validate does without

    jobs = []
    for element in re.findall(r"<job\s[^>]*>", printed):
        job = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', element)}
        if "JobID" in job:
            host, submitted = job.get("MasterHost", ""), shared_grammar.moment(job.get("SubmissionTime"))
            jobs.append(QueuedJob(job["JobID"], job.get("JobName", ""), _state(job), host, submitted))
    return tuple(jobs)


def _state(job: dict[str, str]) -> State:
    if job.get("State") == "Completed" or "CompletionCode" in job:
        return State.DONE if job.get("CompletionCode", "0") == "0" else State.FAILED
    return _STATES.get(job.get("State", ""), State.UNKNOWN)


def says_none(printed: str) -> bool:
    """Whether a command failed only as there is no such job."""
    return re.search(r"cannot locate job|invalid job specified|no jobs? ", printed, re.IGNORECASE) is not None


def pending_reason(job: str) -> list[str]:
    """Ask why a job waits."""
    return ["checkjob", "-v", job]


def parse_pending_reason(printed: str) -> str:
    """Checkjob's notes: `NOTE: job cannot run (...)`, `BLOCK MSG: ...`, `Holds: Batch ...`."""
    found = re.findall(r"^\s*((?:NOTE|BLOCK MSG|Holds|Message\[\d+\]):?\s.*)$", printed, re.MULTILINE)
    return "; ".join(" ".join(line.split()) for line in found)


def parse_exit_reason(printed: str) -> str:
    """Checkjob's `Completion Code: 271`; a job that was cancelled has CNCLD there."""
    match = re.search(r"Completion Code:\s*(\S+)", printed)
    return f"Completion code {match[1]}" if match else ""


def cancel(jobs: Sequence[str]) -> list[str]:
    """Cancel jobs by id."""
    return ["canceljob", *jobs]


def cancel_named(name: str) -> list[str]:
    """Cancel this user's jobs of that name, as showq lists them."""
    return ["sh", "-c", _CANCEL, "canceljob", name]


MOAB: Final = BatchSystem(
    name="moab",
    title="Moab",
    cluster="MoabCluster",
    directive="#PBS",
    account_key="account",
    submit=("msub",),
    commands=("msub", "showq", "checkjob", "canceljob"),
    walltime_words=_WORDS,
    bare_number=1,
    parse_walltime=parse_walltime,
    format_walltime=shared_grammar.hours_minutes_seconds,
    fill=fill_nodes,
    job_id=job_id,
    list_named=list_named,
    parse_jobs=parse_jobs,
    says_none=says_none,
    pending_reason=pending_reason,
    parse_pending_reason=parse_pending_reason,
    details=pending_reason,
    parse_exit_reason=parse_exit_reason,
    output_so_far=None,
    log_files=log_files,
    own_output=str.strip,
    cancel=cancel,
    cancel_named=cancel_named,
    small_job=small_job.moab,
    job_id_variable=JOB_NUMBER,
    run_for_real=False,
)

"""Moab above Torque: msub, showq, checkjob, canceljob.

Taken from Adaptive Computing's manual (Moab 9), not run.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pegconf.batch import shared_grammar
from pegconf.batch.base import BatchSystem
from pegconf.batch.job import ExitReason, PendingReason, Presence, QueuedJob, State
from pegconf.batch.pbs import request as resource_spec
from pegconf.batch.pbs.jobs import JOB_NUMBER, PBS, fill_nodes, small_pbs_job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.batch.requested import Filled, Request
    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer

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


def _state(job: dict[str, str]) -> State:
    if job.get("State") == "Completed" or "CompletionCode" in job:
        return State.DONE if job.get("CompletionCode", "0") == "0" else State.FAILED
    return _STATES.get(job.get("State", ""), State.UNKNOWN)


class Moab(BatchSystem):
    """Moab, above Torque."""

    name = "moab"
    title = "Moab"
    cluster = "MoabCluster"
    directives = replace(PBS.directives, days_first=True, array=("-t",), released_by="releasehold")
    submit = ("msub",)
    commands = ("msub", "showq", "checkjob", "canceljob")
    detect_by = ("msub",)
    facts = "pegconf.batch.pbs.moab_facts"
    # Before the Torque below it.
    turn = 4
    walltime_words = _WORDS
    id_form = r"(?:[A-Za-z][\w-]*\.)?\d+(?:\.[A-Za-z0-9_.-]+)?"
    job_id_variable = JOB_NUMBER
    above = "pbs"
    sets_tmpdir = True
    run_for_real = False

    def parse_walltime(self, text: str) -> int:
        """Seconds of Moab's `[[[days:]hours:]minutes:]seconds`; raises RefusedError, also for 0."""
        return shared_grammar.colons(text, (86400, 3600, 60, 1), f"{_WORDS}, such as 04:00:00", "Moab")

    def job_id(self, printed: str) -> str | None:
        """The id, which msub prints in a line of its own behind an empty one: `4321`, `Moab.4321`, `4321.server`."""
        found = re.findall(r"^\s*((?:[A-Za-z][\w-]*\.)?\d+(?:\.\S+)?)\s*$", printed, re.MULTILINE)
        return found[-1] if found else None

    def list_named(self, name: str) -> list[str]:  # noqa: ARG002 - showq does not choose by name; whoever asks does
        """List this user's jobs, then those that have ended."""
        return ["sh", "-c", _LIST]

    def parse_jobs(self, printed: str) -> tuple[QueuedJob, ...]:
        """The `<job .../>` elements of `showq --xml`, of one document or of two behind each other."""
        import html  # noqa: PLC0415 - a validate does without

        jobs = []
        for element in re.findall(r"<job\s[^>]*>", printed):
            job = {name: html.unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', element)}
            if "JobID" in job:
                host, submitted = job.get("MasterHost", ""), shared_grammar.moment(job.get("SubmissionTime"))
                jobs.append(QueuedJob(job["JobID"], job.get("JobName", ""), _state(job), host, submitted))
        return tuple(jobs)

    def says_none(self, printed: str) -> bool:
        """Whether a command failed only as there is no such job."""
        return re.search(r"cannot locate job|invalid job specified|no jobs? ", printed, re.IGNORECASE) is not None

    def presence(self, job: str, name: str, answers: Sequence[Answer]) -> Presence:
        """A state that is an end, or an answer that there is no such job (the manual's words, not seen)."""
        (answer,) = answers
        if answer.code and re.search(rf"(?:cannot locate job|invalid job specified).*\b{re.escape(job)}\b", answer.err):
            return Presence.GONE
        shown = dict(re.findall(r"^\s*(AName|State):\s+(\S+)", answer.out, re.MULTILINE))
        if answer.code != 0 or "State" not in shown or shown.get("AName") != name:
            return Presence.UNKNOWN
        return Presence.GONE if shown["State"] in {"Completed", "Removed", "Vacated"} else Presence.THERE

    def details(self, job: str) -> list[str]:
        """Ask why a job waits."""
        return ["checkjob", "-v", job]

    def parse_pending_reason(self, printed: str) -> PendingReason:
        """Checkjob's notes: `NOTE: job cannot run (...)`, `BLOCK MSG: ...`, `Holds: Batch ...`."""
        found = re.findall(r"^\s*((?:NOTE|BLOCK MSG|Holds|Message\[\d+\]):?\s.*)$", printed, re.MULTILINE)
        return PendingReason("; ".join(" ".join(line.split()) for line in found))

    def parse_exit_reason(self, printed: str) -> ExitReason:
        """Checkjob's `Completion Code: 271`; a job that was cancelled has CNCLD there."""
        match = re.search(r"Completion Code:\s*(\S+)", printed)
        return ExitReason(f"Completion code {match[1]}" if match else "")

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id."""
        return ["canceljob", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel this user's jobs of that name, as showq lists them."""
        return ["sh", "-c", _CANCEL, "canceljob", name]

    def fill(self, request: Request) -> Filled:
        """The cores of a node in resource-spec, the memory as a directive."""
        return fill_nodes(request)

    def log_files(self, job: str) -> str:
        """As Torque names them: `<name>.o<number>` and `.e<number>`."""
        return f"*{job.partition('.')[0]}*"

    cores_asked = staticmethod(resource_spec.cores_asked)
    memory_asked = staticmethod(resource_spec.memory_asked)

    def small_job(self, job: SmallJob) -> str:
        """For msub's standard input."""
        return small_pbs_job(job)


MOAB: Final = Moab()

"""HTCondor: condor_submit, condor_q, condor_history, condor_rm.

Taken from the HTCondor manual (version 23) and dask-jobqueue's htcondor.py, not run. A job has no queue and no
walltime here, and its script is a submit description, which no shell can run.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import shared_grammar, small_job
from pegconf.batch.acceptance import Trial
from pegconf.batch.base import BatchSystem, Impossible
from pegconf.batch.directives import Directives
from pegconf.batch.htcondor import request
from pegconf.batch.htcondor.refusals import REFUSALS
from pegconf.batch.htcondor.request import plain
from pegconf.batch.job import ExitReason, PendingReason, Presence, QueuedJob, State, listed_presence
from pegconf.batch.requested import Filled
from pegconf.core.units import GB, MIB, format_bytes, show_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.batch.requested import Request
    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer

HEADER: Final = (
    *("MY.DaskWorkerName", "batch_name", "RequestCpus", "RequestMemory", "RequestDisk", "MY.JobId"),
    *("MY.DaskWorkerCores", "MY.DaskWorkerMemory", "MY.DaskWorkerDisk", "LogDirectory", "Output", "Error", "Log"),
    *("Stream_Output", "Stream_Error"),
)
"""The commands that dask-jobqueue writes (htcondor.py), the only ones that job-directives-skip may name."""

# JobStatus in the manual's appendix of job attributes. A held job stays until somebody releases or removes it.
_STATES: Final = {
    1: State.PENDING,
    2: State.RUNNING,
    3: State.FAILED,
    4: State.DONE,
    5: State.SUSPENDED,
    6: State.RUNNING,
    7: State.SUSPENDED,
}
_COMPLETED: Final = 4
_ATTRIBUTES: Final = "ClusterId,ProcId,JobBatchName,JobStatus,RemoteHost,QDate,ExitCode"


def _directives(old: Any, memory: int, gpus: int) -> Any:
    if not isinstance(old, dict):
        # dask-jobqueue takes a mapping only; a list is another batch system's, and validate says so.
        return old
    ours = {"RequestMemory": str(memory)} | ({"request_gpus": str(gpus)} if gpus else {})
    spelled = {plain(name) for name in ours}
    return ours | {name: value for name, value in old.items() if plain(name) not in spelled}


def _named(name: str) -> str:
    """The jobs of one run: dask-jobqueue names a batch after the worker, `<run>-0` (htcondor.py: batch_name)."""
    return f'regexp("^{name}-[0-9]+$", JobBatchName)'


def _state(job: dict[str, Any]) -> State:
    if job.get("JobStatus") == _COMPLETED and job.get("ExitCode"):
        return State.FAILED
    return _STATES.get(job.get("JobStatus", 0), State.UNKNOWN)


class HtCondor(BatchSystem):
    """HTCondor: a submit description of commands in place of directives, and no queues."""

    name = "htcondor"
    title = "HTCondor"
    cluster = "HTCondorCluster"
    directives = Directives(gpus=(("requestgpus", r"^(\d{1,9})$"),))
    # Without a file it reads standard input; with `-` it would print the whole job in place of its number.
    submit = ("condor_submit",)
    commands = ("condor_submit", "condor_q", "condor_rm")
    has_queues = False
    detect_by = ("condor_submit",)
    facts = "pegconf.batch.htcondor.facts"
    turn = 7
    configured_by = ("$CONDOR_CONFIG", "/etc/condor/condor_config")
    questions = ("disk",)
    walltime_words = "none"
    keeps_ended = False
    id_form = r"\d+\.\d+"
    shell_script = False
    sets_tmpdir = True
    unread_keys = ("name",)
    cores_as_written = True
    run_for_real = False
    # "Parse the submit file and save all the related job ClassAd attributes to outfile without contacting the
    # condor_schedd" (condor_submit(1)).
    trial = Trial(
        ("condor_submit", "-dry-run", "/dev/null"),
        ("condor_submit",),
        "whether a machine has those cores, memory and disk: condor_submit -dry-run asks none",
    )
    refusals = REFUSALS
    impossible = Impossible(over_node="stays idle for ever")

    def fill(self, job: Request) -> Filled:
        """Memory with headroom and the disk: dask-jobqueue asks for just what the workers may hold (htcondor.py).

        Its own word, RequestMemory, is replaced; `request_memory` would stand beside it. Without `disk` it stops.
        """
        memory = math.ceil(job.shape.limit / MIB)
        whole = show_bytes(job.shape.limit)
        return Filled(
            values={
                "disk": job.details.get("disk") or job.kept.get("disk"),
                "job-extra-directives": _directives(job.kept["job-extra-directives"], memory, job.gpus),
            },
            comments={
                "disk": "disk of one job, which HTCondor insists on",
                "job-extra-directives": f"memory in MiB, above the workers' limits: {whole} a job",
            },
            reserved=f"RequestMemory = {memory} MiB: {whole} a job",
            ended_above=f"{whole}, where the pool enforces it (held, not ended)",
        )

    def job_id(self, printed: str) -> str | None:
        """The id in `1 job(s) submitted to cluster 35.`: its first and only process."""
        match = re.search(r"submitted to cluster (\d+)", printed)
        return f"{match[1]}.0" if match else None

    def list_named(self, name: str) -> list[str]:
        """List the jobs of one run; those that have ended are in condor_history only."""
        return ["condor_q", "-json", "-attributes", _ATTRIBUTES, "-constraint", _named(name)]

    def parse_jobs(self, printed: str) -> tuple[QueuedJob, ...]:
        """The jobs in `condor_q -json`, which prints nothing where there are none."""
        jobs = []
        for job in shared_grammar.rows(shared_grammar.from_json(printed, "condor_q")):
            if "ClusterId" not in job or "ProcId" not in job:
                continue
            name = re.sub(r"-\d+$", "", str(job.get("JobBatchName", "")))
            # slot1_2@node03 is a slot of the host node03.
            host = str(job.get("RemoteHost", "")).rpartition("@")[2]
            submitted = shared_grammar.moment(job.get("QDate"))
            jobs.append(QueuedJob(f"{job['ClusterId']}.{job['ProcId']}", name, _state(job), host, submitted))
        return tuple(jobs)

    def says_none(self, printed: str) -> bool:  # noqa: ARG002 - condor_q ends with 0 where no job matches
        """Whether the listing failed only as there is no such job, which it never does here."""
        return False

    def ask_presence(self, job: str) -> tuple[list[str], ...]:
        """The job in the queue, and among those that have left it."""
        asked = ["-json", "-attributes", _ATTRIBUTES]
        return (["condor_q", *asked, job], ["condor_history", *asked, "-limit", "1", job])

    def presence(self, job: str, name: str, answers: Sequence[Answer]) -> Presence:
        """Not in condor_q **and** in condor_history: either alone may be an answer that has gone wrong."""
        queue, history = answers
        if queue.code != 0 or queue.err.strip():
            return Presence.UNKNOWN
        found = listed_presence(self.parse_jobs(queue.out), job, name)
        if found is not None:
            # Also one that is removed or completed, until it has left the queue.
            return found if found is Presence.UNKNOWN else Presence.THERE
        ended = listed_presence(self.parse_jobs(history.out), job, name) if history.code == 0 else None
        return Presence.UNKNOWN if ended in {None, Presence.UNKNOWN} else Presence.GONE

    def pending_reason(self, job: str) -> list[str]:
        """Ask why a job waits or is held."""
        return ["condor_q", "-better-analyze", job]

    def parse_pending_reason(self, printed: str) -> PendingReason:
        """`Hold reason: ...`, else the paragraph of the run analysis, which says how many machines refuse and why."""
        held = re.search(r"^Hold reason:\s*(.+)$", printed, re.MULTILINE | re.IGNORECASE)
        if held is not None:
            return PendingReason(held[1].strip())
        analysis = re.search(r"Run analysis summary.*?(?=\n\s*\n|\Z)", printed, re.DOTALL)
        return PendingReason(" ".join(analysis[0].split()) if analysis else "")

    def details(self, job: str) -> list[str]:
        """Ask for everything about a job that has ended."""
        return ["condor_history", "-json", "-limit", "1", job]

    def parse_exit_reason(self, printed: str) -> ExitReason:
        """Why a job left the queue: the reason of its removal, the signal, or the exit code."""
        for job in shared_grammar.rows(shared_grammar.from_json(printed, "condor_history")):
            if job.get("RemoveReason"):
                return ExitReason(str(job["RemoveReason"]))
            if job.get("ExitBySignal"):
                return ExitReason(f"Exited by signal {job.get('ExitSignal', '')}".strip())
            if "ExitCode" in job:
                return ExitReason(f"Exited with exit code {job['ExitCode']}.")
        return ExitReason()

    def log_files(self, job: str) -> str:
        """A job's output files as dask-jobqueue names them, written while it runs: `worker-35.0.out` and `.err`."""
        return f"worker-{job}.*"

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id."""
        return ["condor_rm", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel the jobs of one run."""
        return ["condor_rm", "-constraint", _named(name)]

    def answered(self, values: Mapping[str, Any], by_init: bool) -> dict[str, str]:  # noqa: ARG002 - null is no answer here
        """The disk of a section."""
        return {} if values.get("disk") is None else {"disk": str(values["disk"])}

    def format_walltime(self, seconds: int) -> str:
        """The seconds: HTCondor has no walltime."""
        return str(seconds)

    lines = staticmethod(request.lines)
    cores_asked = staticmethod(request.cores_asked)
    memory_asked = staticmethod(request.memory_asked)

    def small_job(self, job: SmallJob) -> str:
        """For condor_submit's standard input; HTCondor carries the script there and the output back."""
        lines = [
            f"batch_name = {job.name}-0",
            "universe = vanilla",
            f"executable = {job.folder}/script",
            "should_transfer_files = YES",
            "when_to_transfer_output = ON_EXIT",
            f"output = {job.folder}/worker-$(ClusterId).$(ProcId).out",
            f"error = {job.folder}/worker-$(ClusterId).$(ProcId).err",
            "request_cpus = 1",
            f"request_memory = {small_job.MEGABYTES}MB",
            "request_disk = 100MB",
            "queue",
        ]
        return "\n".join(lines) + "\n"

    def usual(self, question: str, answers: Mapping[str, Any], _files: Mapping[str, str]) -> tuple[str, str] | None:
        """A disk by the cores, and the folder that a job has there."""
        if question == "disk" and "cores" in answers:
            return format_bytes(answers["cores"] * GB), "1 GB a core"
        if question == "local-directory":
            return "$_CONDOR_SCRATCH_DIR", "a job's own scratch, which its disk is counted in"
        return None


HTCONDOR: Final = HtCondor()

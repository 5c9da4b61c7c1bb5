"""Slurm: its walltime grammar, its commands and how to read what they print.

Recorded on Slurm 22.05.8; what is said of other versions is from sbatch(1), squeue(1), scancel(1).
"""

from __future__ import annotations

import os
import re
import signal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pegconf.batch import small_job
from pegconf.batch.acceptance import Trial
from pegconf.batch.base import BatchSystem, Impossible
from pegconf.batch.directives import GLUED, Directives
from pegconf.batch.job import ExitReason, Pending, PendingReason, Presence, QueuedJob, State, kind_of
from pegconf.batch.slurm import refusals as words
from pegconf.batch.slurm.request import fill, memory, memory_asked
from pegconf.core.errors import RefusedError
from pegconf.core.units import MB

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pegconf.batch.acceptance import Case, Said
    from pegconf.batch.requested import Filled, Request
    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer

# `1-` is accepted and `90:90` is 91.5 minutes; `1:`, `:30`, `1.5`, `+5`, `5 ` and `1:2:3:4` are refused (recorded).
# Python reads no number of more than 4,300 digits.
_WALLTIME: Final = re.compile(
    r"(?P<days>\d{1,9})-(?:(?P<hours>\d{1,9})(?::(?P<minutes>\d{1,9})(?::(?P<seconds>\d{1,9}))?)?)?"
    r"|(?:(?P<h>\d{1,9}):(?=\d+:))?(?P<m>\d{1,9})(?::(?P<s>\d{1,9}))?",
    re.ASCII,
)
_NO_LIMIT: Final = {"infinite", "unlimited", "-1"}
_SUBMITTED: Final = re.compile(r"^Submitted batch job (?P<job_id>\d+)\b", re.MULTILINE)
_ENDED: Final = re.compile(
    r"\bJobState=(?P<state>\w+)(?P<by>)(?s:.*?)\bExitCode=(?P<code>\d+):(?P<signal>\d+)", re.ASCII
)
_SHOWN: Final = re.compile(r"^JobId=(?P<job>\d+).*? JobName=(?P<name>\S+)\n.*?\bJobState=(?P<state>\w+)", re.DOTALL)
_RECORDED: Final = re.compile(
    r"^(?P<state>\w+)(?P<by> by \d+)?\|(?P<code>\d+):(?P<signal>\d+)", re.ASCII | re.MULTILINE
)

_WAITS: Final = ("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT")
_RUNS: Final = ("RUNNING", "COMPLETING", "RESIZING", "SIGNALING", "STAGE_OUT")
_STOPPED: Final = ("CANCELLED", "DEADLINE", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED", "TIMEOUT")
_BROKE: Final = ("BOOT_FAIL", "FAILED", "NODE_FAIL", *_STOPPED)
_STATES: Final = {
    **dict.fromkeys(_WAITS, State.PENDING),
    **dict.fromkeys(_RUNS, State.RUNNING),
    **dict.fromkeys(("SUSPENDED", "STOPPED"), State.SUSPENDED),
    "COMPLETED": State.DONE,
    **dict.fromkeys(_BROKE, State.FAILED),
}


def _mine() -> str:
    """This user's number, which squeue and scancel of all versions take for -u (--me is not in old ones)."""
    return str(os.getuid())


class Slurm(BatchSystem):
    """Slurm."""

    name = "slurm"
    title = "Slurm"
    cluster = "SLURMCluster"
    directives = Directives(
        sign="#SBATCH",
        cores="-c",
        memory="--mem",
        walltime="-t",
        queue="-p",
        account="-A",
        account_key="account",
        name="-J",
        tasks="-n",
        cores_key="job-cpu",
        memory_key="job-mem",
        cores_by=("-c", "--exclusive"),
        nodes=(("-N", r"^(\d{1,6})"),),
        own_form=(("-c", "--cpus-per-task="), ("--mem", "--mem=")),
        bare_number=60,
        gpus=(("--gres", r"\bgpu(?::[A-Za-z]\w*)?:(\d{1,3})"), ("-G", r"(?:^|:)(\d{1,3})$")),
        hold="-H",
        released_by="scontrol release",
        waits=("-W",),
        spellings=(
            ("--job-name", "-J"),
            ("--partition", "-p"),
            ("--account", "-A"),
            ("--ntasks", "-n"),
            ("--cpus-per-task", "-c"),
            ("--time", "-t"),
            ("--error", "-e"),
            ("--output", "-o"),
            ("--nodes", "-N"),
            ("--array", "-a"),
            ("--hold", "-H"),
            ("--wait", "-W"),
            ("--quiet", "-Q"),
            ("--gpus", "-G"),
        ),
        glued=GLUED,
    )
    submit = ("sbatch",)
    commands = ("sbatch", "squeue", "scancel")
    detect_by = ("sbatch", "sinfo")
    facts = "pegconf.batch.slurm.facts"
    turn = 2
    configured_by = ("$SLURM_CONF", "/etc/slurm/slurm.conf", "/run/slurm/conf/slurm.conf")
    walltime_words = "[days-]hours:minutes:seconds, or minutes"
    # slurmctld forgets a job MinJobAge after its end: 300 s, or as few as 2 (slurm.conf(5)).
    keeps_ended = False
    attaches = True
    job_id_variable = "SLURM_JOB_ID"
    # sbatch(1), "Input environment variables": they override what stands in the script.
    variables_over_keys = MappingProxyType(
        {
            "SBATCH_PARTITION": "queue",
            "SBATCH_ACCOUNT": "account",
            "SBATCH_TIMELIMIT": "walltime",
            "SBATCH_JOB_NAME": "name",
            "SBATCH_MEM_PER_NODE": "memory",
            "SBATCH_ARRAY_INX": "job-extra-directives",
        }
    )
    directives_anywhere = False
    # SIGTERM comes KillWait (30 s) before SIGKILL; a signal of its own leaves time to cancel whatever KillWait is.
    warning_directive = "--signal=B:TERM@60"
    trial = Trial(("sbatch", "--test-only"), ("sbatch",))
    refusals = words.REFUSALS
    # EnforcePartLimits is NO unless a site sets it (slurm.conf(5); the rest is recorded).
    impossible = Impossible(
        no_queue="sbatch says: invalid partition specified",
        over_walltime="waits for ever (PartitionTimeLimit), or is refused where EnforcePartLimits is set",
        over_node="is refused: Requested node configuration is not available",
    )

    def asks_for_no_limit(self, text: str) -> bool:
        """Whether it takes a walltime for no limit at all (sbatch(1): --time)."""
        return text.strip(" :-0") == "" or text.strip().lower() in _NO_LIMIT

    def misread_walltime(self, text: str) -> str:
        """What comes of a walltime that `parse_walltime` refuses."""
        if self.asks_for_no_limit(text):
            return "the job waits for ever in a partition that has a limit"
        return super().misread_walltime(text)

    def parse_walltime(self, text: str) -> int:
        """Seconds of sbatch's `minutes[:seconds]`, `h:m:s` or `days-hours[:minutes[:seconds]]`; raises RefusedError.

        "A time limit of zero requests that no time limit be imposed" (sbatch(1)): a job with none waits for ever in a
        partition that has one, so none is refused.
        """
        if text.lower() in _NO_LIMIT:
            raise RefusedError(f"{text!r} is no limit, and a worker's job needs one: write one such as 04:00:00")
        match = _WALLTIME.fullmatch(text)
        if match is None:
            raise RefusedError(
                f"{text!r} is no walltime of Slurm: write [days-]hours:minutes:seconds, such as 04:00:00"
            )
        part = {name: int(digits or 0) for name, digits in match.groupdict().items()}
        hours, minutes = part["days"] * 24 + part["hours"] + part["h"], part["minutes"] + part["m"]
        seconds = hours * 3600 + minutes * 60 + part["seconds"] + part["s"]
        if seconds == 0:
            raise RefusedError(f"{text!r} asks for no limit at all: write at least one minute, such as 00:30:00")
        return seconds

    def format_walltime(self, seconds: int) -> str:
        """`hours:minutes:seconds`, with days from one day on: `04:00:00`, `1-00:00:00`."""
        days, rest = divmod(seconds, 24 * 3600)
        return f"{days}-{super().format_walltime(rest)}" if days else super().format_walltime(rest)

    def job_id(self, output: str) -> str | None:
        """The id in `Submitted batch job 17`, whatever a site prints before it."""
        match = _SUBMITTED.search(output)
        return match["job_id"] if match else None

    def list_named(self, name: str) -> list[str]:
        """List this user's jobs of that name, the finished ones too; no field has a width, so none is cut."""
        return ["squeue", "-h", f"--name={name}", "-u", _mine(), "-t", "all", "-o", "%i|%T|%N|%V|%j"]

    def parse_jobs(self, output: str) -> tuple[QueuedJob, ...]:
        """The jobs in the lines of `list_named`, whose last field may hold anything."""
        rows = (line.split("|", 4) for line in output.splitlines() if line.count("|") >= 4)  # noqa: PLR2004 - five fields
        return tuple(
            QueuedJob(number, name, _STATES.get(state, State.UNKNOWN), host, submitted)
            for number, state, host, submitted, name in rows
        )

    def says_none(self, output: str) -> bool:
        """Whether squeue failed only as no job matches; asked by name it prints nothing and succeeds."""
        return "Invalid job id specified" in output

    def presence(self, job: str, name: str, answers: Sequence[Answer]) -> Presence:
        """A state that is an end, or `Invalid job id specified` on standard error with 1 (recorded)."""
        (answer,) = answers
        if answer.code == 1 and "Invalid job id specified" in answer.err:
            return Presence.GONE
        shown = _SHOWN.search(answer.out) if answer.code == 0 else None
        if shown is None or (shown["job"], shown["name"]) != (job, name):
            return Presence.UNKNOWN
        return Presence.GONE if _STATES.get(shown["state"], State.UNKNOWN).finished else Presence.THERE

    def pending_reason(self, job: str) -> list[str]:
        """Ask why a job waits."""
        return ["squeue", "-h", "-j", job, "-o", "%r"]

    def parse_pending_reason(self, output: str) -> PendingReason:
        """Slurm's word, and what it means where the job does not start as things are; empty where it gives none."""
        word = output.strip().splitlines()[0].strip("() ") if output.strip() else ""
        if word in {"", "None"}:
            return PendingReason()
        kind = kind_of(word, words.WAITING) or Pending.WAITS
        meaning = f"{words.NEVER_STARTS[word]}: it {kind}" if kind is Pending.NEVER_STARTS else kind
        return PendingReason(f"{word} ({meaning})" if kind.stands_still else word, kind)

    def details(self, job: str) -> list[str]:
        """Ask for everything about one job; it is known for MinJobAge after its end, without accounting too."""
        return ["scontrol", "show", "job", job]

    def parse_exit_reason(self, output: str) -> ExitReason:
        """Why a job ended, by scontrol or sacct: `FAILED: NonZeroExitCode, exit code 3`, `CANCELLED by 1000`.

        What Slurm puts in a signal's place after OUT_OF_MEMORY, 125, is none.
        """
        found = _ENDED.search(output) or _RECORDED.search(output)
        if found is None or not _STATES.get(found["state"], State.UNKNOWN).finished:
            return ExitReason()
        word = re.search(r"\bReason=(\S+)", output)
        reasons = [word[1]] if word and word[1] not in {"None", "(null)"} else []
        if 0 < int(found["signal"]) < signal.NSIG:
            reasons.append(f"signal {found['signal']}")
        elif found["code"] != "0" or found["state"] == "COMPLETED":
            reasons.append(f"exit code {found['code']}")
        state = found["state"] + (found["by"] or "")
        ending = kind_of(f"{state} {found['code']}:{found['signal']}", words.ENDINGS)
        return ExitReason(": ".join(filter(None, [state, ", ".join(reasons)])), ending)

    def log_files(self, job: str) -> str:
        """The pattern of a job's output files: dask-jobqueue asks for `<job name>-%J.out`, %J being the id."""
        return f"*-{job}.*"

    def own_output(self, text: str) -> str:
        """A job's own output: Slurm adds nothing but its errors, which say why a job was ended."""
        return text

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id; an id that there is not is no error (recorded)."""
        return ["scancel", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel all of this user's jobs of that name."""
        return ["scancel", f"--name={name}", "-u", _mine()]

    def record(self, job: str) -> list[str]:
        """Ask the accounting, which some clusters have, about a job that slurmctld has forgotten."""
        return ["sacct", "-X", "-n", "-P", "-j", job, "-o", "State,ExitCode"]

    def deadline_directive(self, moment: datetime) -> str:
        """Have a job removed that cannot end by then, whether it waits or runs (sbatch(1): --deadline)."""
        return f"--deadline={moment:%Y-%m-%dT%H:%M:%S}"

    def fill(self, request: Request) -> Filled:
        """Memory in Slurm's words, with headroom, and one node."""
        return fill(request)

    memory_asked = staticmethod(memory_asked)

    def judge(self, case: Case) -> Iterator[Said]:
        """What sbatch says to the script, and then what the partition allows."""
        from pegconf.batch.slurm import acceptance  # noqa: PLC0415 - a validate does without

        return acceptance.judge(case, self)

    def room(self, case: Case) -> int | None:
        """By the cores of the partition's nodes."""
        from pegconf.batch.slurm import acceptance  # noqa: PLC0415

        return acceptance.room(case)

    def small_job(self, job: SmallJob) -> str:
        """For the standard input of `attached`."""
        return job.body

    def attached(self, job: SmallJob) -> list[str]:
        """A job of its own also inside another one, whose variables would make it a step of that (srun(1)).

        Slurm writes an output file on the compute node; srun brings the output back by its own connections.
        """
        asked = ["-N1", "-n1", "-c1", f"--time={job.walltime}", f"--mem={memory(small_job.MEGABYTES * MB)}"]
        place = [small_job.option("--partition=", job.queue), small_job.option("--account=", job.account)]
        command = ["env", "-u", "SLURM_JOB_ID", "-u", "SLURM_JOBID", "srun", f"--job-name={job.name}"]
        return [*command, *filter(None, place), *asked, *filter(None, [job.deadline]), "/bin/sh", "-s"]

    def name_files(self, _files: Mapping[str, str], environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """ClusterName in slurm.conf."""
        paths = (environ.get(one[1:]) if one.startswith("$") else one for one in self.configured_by)
        return tuple((path, r"^\s*ClusterName\s*=\s*([\w.-]+)") for path in paths if path)


SLURM: Final = Slurm()

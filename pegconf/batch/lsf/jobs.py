"""LSF: its walltime grammar, its commands and how to read what they print.

Recorded on an LSF-compatible cluster; where IBM Spectrum LSF 10.1 differs, its command reference is named.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import small_job
from pegconf.batch.acceptance import Trial
from pegconf.batch.base import BatchSystem, Impossible
from pegconf.batch.directives import Directives
from pegconf.batch.job import ExitReason, Pending, PendingReason, Presence, QueuedJob, State, kind_of
from pegconf.batch.lsf import refusals as words
from pegconf.batch.lsf import request
from pegconf.batch.requested import Filled
from pegconf.core import sizing
from pegconf.core.errors import RefusedError
from pegconf.core.units import show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from pegconf.batch.acceptance import Case, Said
    from pegconf.batch.requested import Request
    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer

# `0:90`, `1:60`, `30/node01` and `+5` are accepted; `1:`, `:30`, `1.5` and `00:10:00` are refused (recorded).
# Python reads no number of more than 4,300 digits.
_WALLTIME: Final = re.compile(r"\+?(?:(?P<hours>\d{1,9}):)?(?P<minutes>\d{1,9})(?:/\S+)?")
_SUBMITTED: Final = re.compile(r"^Job <(?P<job_id>\d+)> is submitted to", re.MULTILINE)
_STATES: Final = {
    "PEND": State.PENDING,
    "WAIT": State.PENDING,
    "PSUSP": State.SUSPENDED,
    "USUSP": State.SUSPENDED,
    "SSUSP": State.SUSPENDED,
    "PROV": State.PENDING,
    "RUN": State.RUNNING,
    "DONE": State.DONE,
    "EXIT": State.FAILED,
}
_RESOURCES: Final = re.compile(r"-R\s+(?P<what>.*)", re.DOTALL)
_RESERVED: Final = re.compile(r"(rusage\[(?:[^\]]*[,:])?)\s*mem\s*=\s*[\w.]+")
_GPUS: Final = re.compile(r"\s*-gpu\b")
_OWN_SPAN: Final = '-R "span[hosts=1]"'
"""As dask-jobqueue writes it from two cores on (lsf.py)."""
# With LSB_BJOBS_DISPLAY_YEAR a year stands in the time too (IBM: lsf.conf).
_NAME_AND_TIME: Final = re.compile(
    r"(?P<name>.*?) +(?:\d{4} +)?(?P<submitted>\S+ +\d+ +\d+:\d\d(?::\d\d)?(?: +\d{4})?)"
)
_LEADING_COLUMNS: Final = 6
_NOT_FOUND: Final = 255
_LINGERS: Final = "sleep 60"
"""How long a small job stays for bpeek, unless it is cancelled before."""


def without_own_span(skip: Any, *, several: bool) -> Any:
    """The directives to leave out, with dask-jobqueue's own -R among them where it writes one."""
    if not isinstance(skip, list):
        return skip
    others = [text for text in skip if text != _OWN_SPAN]
    return [*others, _OWN_SPAN] if several else others


def directives(old: Any, reserved: int, gpus: int = 0, *, several: bool = False) -> Any:
    """The extra directives with one -R: what the user's own asked for and the memory to reserve; GPUs by -gpu.

    `several` cores are asked for on one host, unless the user's own -R says how they are spread.
    """
    if not isinstance(old, list):
        return old
    others = [item for item in old if not _RESOURCES.fullmatch(str(item).strip())]
    wanted = " ".join(_requirement(item) for item in old if item not in others)
    if several and "span[" not in wanted:
        before, rusage, rest = wanted.partition("rusage[")
        wanted = f"{before.strip()} span[hosts=1] {rusage}{rest}".strip()
    joined, found = _RESERVED.subn(lambda match: f"{match[1]}mem={reserved}", wanted, count=1)
    if not found and "rusage[" in wanted:
        joined, found = wanted.replace("rusage[", f"rusage[mem={reserved},", 1), 1
    if not found:
        joined = f"{wanted} rusage[mem={reserved}]".strip()
    if gpus:
        others = [*(item for item in others if not _GPUS.match(str(item))), f'-gpu "num={gpus}"']
    return [f'-R "{joined}"', *others]


def _requirement(item: str) -> str:
    match = _RESOURCES.fullmatch(item.strip())
    return match["what"].strip().strip("\"'") if match else ""


class Lsf(BatchSystem):
    """LSF, by IBM and by those that are compatible with it."""

    name = "lsf"
    title = "LSF"
    cluster = "LSFCluster"
    directives = Directives(
        sign="#BSUB",
        cores="-n",
        memory="-M",
        walltime="-W",
        queue="-q",
        account="-P",
        account_key="project",
        name="-J",
        one_host=_OWN_SPAN,
        cores_by=("-n", "-nnodes"),
        one_host_by=("-R", "-nnodes"),
        nodes=(("-nnodes", r"^(\d{1,6})$"),),
        cores_key="ncpus",
        memory_key="mem",
        bare_number=60,
        whole_minutes=True,
        hours_first=True,
        gpus=(("-gpu", r"\bnum=(\d{1,3})"),),
        array=("-J",),
        several=r"\[[^\]]*\d\s*[-,]\s*\d",
        hold="-H",
        released_by="bresume",
        waits=("-K", "-I", "-Ip", "-Is"),
        spellings=(("-oo", "-o"), ("-eo", "-e")),
        glued=r"(-[nWM])(\d.*)",
    )
    submit = ("bsub",)
    commands = ("bsub", "bjobs", "bkill")
    detect_by = ("bsub", "lsid")
    facts = "pegconf.batch.lsf.facts"
    turn = 1
    configured_by = ("$LSF_ENVDIR", "/etc/lsf.conf")
    own_facts = (
        ("memory-unit", "the unit of limits"),
        ("reserve-per-core", "whether memory is reserved per core"),
    )
    questions = ("memory-unit",)
    walltime_words = "[hours:]minutes"
    job_id_variable = "LSB_JOBID"
    quiet_variables = ("BSUB_QUIET", "BSUB_QUIET2")
    cores_as_written = True
    trial = Trial(("bsub", "-H"), ("bsub", "bjobs", "bkill", "bhosts", "bqueues"))
    refusals = words.REFUSALS
    impossible = Impossible(
        no_queue="bsub says: No such queue. Job not submitted.",
        over_walltime="is refused",
        over_node="waits for ever",
    )

    def misread_walltime(self, text: str) -> str:  # noqa: ARG002 - one answer for all
        """What comes of a walltime that `parse_walltime` refuses."""
        return "bsub refuses it, or ends the job at once"

    def parse_walltime(self, text: str) -> int:
        """Seconds of LSF's `[hours:]minutes` (bsub -W); raises RefusedError, also for 0, which kills the job."""
        match = _WALLTIME.fullmatch(text)
        if match is None:
            if re.fullmatch(r"\d{1,9}:\d\d:\d\d", text):
                hours, minutes, _ = text.split(":")
                raise RefusedError(f"{text!r} has seconds; LSF reads [hours:]minutes: write {hours}:{minutes}")
            raise RefusedError(f"{text!r} is no walltime of LSF: write [hours:]minutes, such as 04:00")
        seconds = (int(match["hours"] or 0) * 60 + int(match["minutes"])) * 60
        if seconds == 0:
            raise RefusedError(f"{text!r} ends the job at once: write at least one minute, such as 00:30")
        return seconds

    def format_walltime(self, seconds: int) -> str:
        """LSF's `hours:minutes` for at least that many seconds."""
        hours, minutes = divmod(-(-seconds // 60), 60)
        return f"{hours:02d}:{minutes:02d}"

    def fill(self, request: Request) -> Filled:
        """LSF reserves memory by rusage[mem=] only, and where -M is enforced it counts all of a job's processes.

        dask-jobqueue writes -M from `mem` (bytes) in `lsf-units`, no rusage, and from two cores on a -R of its own
        (lsf.py), which is left out: LSFs that are not IBM's refuse a second one. So one -R holds everything.
        """
        shape, per, kept = request.shape, "core" if request.per_core else "job", request.kept
        ncpus = kept["ncpus"] if kept.get("cores") == shape.cores else None
        several = (ncpus or shape.cores) > 1
        skip = kept.get("job-directives-skip")
        reserved = sizing.reservation(shape, request.unit, per_core=request.per_core)
        whole = show_bytes(sizing.reserved_bytes(shape, request.unit, per_core=request.per_core))
        return Filled(
            values={
                "ncpus": ncpus,
                "mem": shape.limit,
                "job-extra-directives": directives(
                    kept["job-extra-directives"], reserved, request.gpus, several=several
                ),
                "job-directives-skip": without_own_span(skip, several=several),
                "lsf-units": request.unit,
            },
            comments={
                "mem": f"bytes for -M, above the workers' limits ({show_bytes(shape.limit)})",
                "job-extra-directives": ("one host, and " if several else "")
                + f"memory to reserve per {per}: {whole} a job",
            }
            | ({"job-directives-skip": "what stands in the one -R above"} if several else {}),
            reserved=f"rusage[mem={reserved}] per {per}: {whole} a job",
            ended_above=f"{show_bytes(shape.limit)}, where LSF enforces -M",
        )

    def job_id(self, output: str) -> str | None:
        """The id in `Job <11234> is submitted to ...`; a number in another line, such as a project's, is not one."""
        match = _SUBMITTED.search(output)
        return match["job_id"] if match else None

    def list_named(self, name: str) -> list[str]:
        """List this user's jobs of that name, the finished ones too."""
        return ["bjobs", "-a", "-w", "-J", name]

    def parse_jobs(self, output: str) -> tuple[QueuedJob, ...]:
        """The jobs in the table of `bjobs -w`, whose last columns are the name and the time of submission."""
        jobs = []
        for line in output.splitlines():
            words = line.split(maxsplit=_LEADING_COLUMNS)
            last = _NAME_AND_TIME.fullmatch(words[-1].rstrip()) if len(words) > _LEADING_COLUMNS else None
            if last is None or not words[0].split("[")[0].isdigit():
                continue
            host = "" if words[5] == "-" else words[5]
            submitted = " ".join(last["submitted"].split())
            jobs.append(QueuedJob(words[0], last["name"], _STATES.get(words[2], State.UNKNOWN), host, submitted))
        return tuple(jobs)

    def says_none(self, output: str) -> bool:
        """Whether bjobs failed only as none matches: `No unfinished job found` (254), `Job <x> is not found` (255)."""
        return re.search(r"No (?:unfinished |matching )?job found|is not found", output) is not None

    def ask_presence(self, job: str) -> tuple[list[str], ...]:
        """The job by its id, which LSF shows for a while after its end (lsb.params: CLEAN_PERIOD)."""
        return (["bjobs", "-w", job],)

    def presence(self, job: str, name: str, answers: Sequence[Answer]) -> Presence:
        """A finished state, or `Job <17> is not found` on standard error with 255 (recorded)."""
        (answer,) = answers
        if answer.code == _NOT_FOUND and f"Job <{job}> is not found" in answer.err:
            return Presence.GONE
        return super().presence(job, name, answers)

    def pending_reason(self, job: str) -> list[str]:
        """Ask why a job waits."""
        return ["bjobs", "-p", job]

    def parse_pending_reason(self, output: str) -> PendingReason:
        """The reasons in `bjobs -p`, which stand indented below the job's line."""
        said = " ".join(line.strip() for line in output.splitlines() if line.startswith(" ")).rstrip(";")
        kind = kind_of(said, words.WAITING) or Pending.WAITS
        return PendingReason(f"{said} ({kind})" if kind is Pending.CLOSED else said, kind)

    def details(self, job: str) -> list[str]:
        """Ask for everything about one job."""
        return ["bjobs", "-l", job]

    def parse_exit_reason(self, output: str) -> ExitReason:
        """Why a job ended: IBM's `TERM_RUNLIMIT: ...` line, else `Exited with exit code 140.`; empty while it runs.

        `bjobs -l` breaks its lines with 21 spaces of indent, also inside a word.
        """
        joined = re.sub(r"\n {21}", "", output)
        term = re.search(r"TERM_\w+: [^\n;]*", joined)
        exited = term or re.search(r"Exited(?: with exit code \d+| by signal \d+)?", joined)
        said = exited[0].strip() if exited else ""
        return ExitReason(said, kind_of(said, words.ENDINGS))

    def output_so_far(self, job: str) -> list[str]:
        """Show a running job's output: LSF's files do not exist before its end."""
        return ["bpeek", job]

    def log_files(self, job: str) -> str:
        """The pattern of a job's output files, as dask-jobqueue names them: `<worker>-<id>.out` and `.err` (lsf.py)."""
        return f"*-{job}.*"

    def own_output(self, text: str) -> str:
        """A job's own output: without LSF's report around it, which repeats the script, and bpeek's heads."""
        _, report, rest = text.partition("The output (if any) follows:\n")
        own = rest if report else text
        own = re.sub(r"\n+PS:\n\nRead file <[^>]*> for stderr output of this job\.\n*", "\n", own)
        return re.sub(r"^<< output from std\w+ >>\n", "", own, flags=re.MULTILINE).strip("\n")

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id."""
        return ["bkill", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel all of this user's jobs of that name; 0 means all, else only the latest is (IBM: bkill)."""
        return ["bkill", "-J", name, "0"]

    def deadline_directive(self, moment: datetime) -> str:
        """End a job that still waits or runs then; bsub -t takes [[month:]day:]hour:minute (recorded)."""
        return f"-t {moment + timedelta(seconds=59):%m:%d:%H:%M}"

    memory_asked = staticmethod(request.memory_asked)

    def judge(self, case: Case) -> Iterator[Said]:
        """A held job of the script, and then what the queue's hosts have."""
        from pegconf.batch.lsf import acceptance  # noqa: PLC0415 - a validate does without

        return acceptance.judge(case)

    def never_fits(self, case: Case) -> Iterator[Said]:
        """Its reason is "not satisfied" of a busy host and of an impossible one alike; the hosts tell."""
        from pegconf.batch.lsf import acceptance  # noqa: PLC0415

        return acceptance.hosts(case)

    def room(self, case: Case) -> int | None:
        """By the slots of the queue's hosts."""
        from pegconf.batch.lsf import acceptance  # noqa: PLC0415

        return acceptance.room(case)

    def small_job(self, job: SmallJob) -> str:
        """For bsub's standard input; rusage[mem=] counts megabytes, or LSF_UNIT_FOR_LIMITS where that is larger.

        LSF's output files do not exist before the job's end: bpeek shows what it printed as long as it runs.
        """
        megabytes = {"gb": "1", "tb": ""}.get(job.details.get("memory-unit", "mb"), str(small_job.MEGABYTES))
        directives = [
            f"-J {job.name}",
            f"-o {job.folder}/{job.name}-%J.out",
            small_job.option("-q ", job.queue),
            small_job.option("-P ", job.account),
            "-n 1",
            f"-W {job.walltime}",
            f'-R "rusage[mem={megabytes}]"' if megabytes else "",
            job.deadline,
        ]
        return small_job.script(self.directives.sign, directives, job, _LINGERS)

    def fact_files(self, environ: Mapping[str, str]) -> tuple[str, ...]:
        """Where lsf.conf may be, the first that is there counting; dask-jobqueue reads the first alone (its lsf.py)."""
        folders = (environ.get("LSF_ENVDIR"), environ.get("LSF_CONFDIR"), "/etc")
        return tuple(str(PurePosixPath(folder) / "lsf.conf") for folder in folders if folder)

    def name_files(self, files: Mapping[str, str], environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """`lsf.cluster.NAME`, in the LSF_CONFDIR that lsf.conf names or beside it, where there is one only."""
        conf = self.fact_files(environ)[0]
        match = re.search(r"^\s*LSF_CONFDIR\s*=\s*\"?([^\s\"#]+)", files.get(conf, ""), re.MULTILINE)
        folder = PurePosixPath(match[1]) if match else PurePosixPath(conf).parent
        return ((str(folder / "lsf.cluster.*"), ""),)

    def usual(self, question: str, _answers: Mapping[str, Any], files: Mapping[str, str]) -> tuple[str, str] | None:
        """The unit of limits that lsf.conf sets, or what most sites do."""
        from pegconf.batch.lsf import lsf_conf  # noqa: PLC0415 - a validate does without

        if question != "memory-unit":
            return None
        told = lsf_conf.unit_of(files)
        # Of an LSF that is not IBM's nobody knows what it does where lsf.conf sets none: a limit may be a thousand
        # times too high.
        unset = any(path.endswith("/lsf.conf") for path in files)
        return told or (None if unset else ("mb", "a guess: no lsf.conf can be read here"))


LSF: Final = Lsf()

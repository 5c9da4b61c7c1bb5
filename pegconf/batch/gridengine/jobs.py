"""Grid Engine: its walltime grammar, its commands and how to read what they print.

Recorded on Debian's gridengine 8.1.9 (Son of Grid Engine); where a site's settings differ, its manual pages are named.
What its directives ask for is in sge_request.py.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import small_job
from pegconf.batch.acceptance import Trial
from pegconf.batch.base import BatchSystem, Impossible
from pegconf.batch.directives import Directives
from pegconf.batch.gridengine import refusals as words
from pegconf.batch.gridengine.request import answered, cores_asked, fill, memory_asked
from pegconf.batch.job import ExitReason, Pending, PendingReason, Presence, QueuedJob, State, kind_of
from pegconf.core.errors import CannotGoOnError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pegconf.batch.acceptance import Case, Said
    from pegconf.batch.requested import Filled, Request
    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer

# sge_types(1): seconds, or hours:minutes:seconds where a zero may be left out and its colon not. `1:90:90` is accepted,
# `12:00` and `1d` are "not a time value"; so are not `1.5`, `-5` and `0x10`, which nobody means (recorded).
# Python reads no number of more than 4,300 digits.
_WALLTIME: Final = re.compile(
    r"(?P<bare>\d{1,9})|(?P<hours>\d{0,9}):(?P<minutes>\d{0,9}):(?P<seconds>\d{0,9})", re.ASCII
)
_SUBMITTED: Final = re.compile(r"^Your job(?:-array)? (?P<job_id>\d+)[ .]", re.MULTILINE)
_REASON_COLUMN: Final = 28
_ERROR: Final = re.compile(r"^error reason\s+\d+:\s+(?:\S+ \S+ \[\d+:\d+\]: )?(?:error: )?(?P<why>.*)$", re.MULTILINE)
_FAILED: Final = re.compile(r"^failed\s+(?P<code>\d+)\s*:?[ \t]*(?P<why>.*)$", re.MULTILINE)
_EXIT_STATUS: Final = re.compile(r"^exit_status\s+(?P<code>\d+)", re.MULTILINE)
_RAN: Final = re.compile(r"^ru_wallclock\s+(?P<seconds>\d+)", re.MULTILINE)
_H_RT: Final = re.compile(r"^category\s.*\bh_rt=(?P<limit>[\d:]+).*$", re.MULTILINE)
_CSH_WORDS: Final = re.compile(r"^(Warning: no access to tty.*|Thus no job control in this shell\.)\n?", re.MULTILINE)


def state(letters: str) -> State:
    """A state's letters, such as `hqw`, `Eqw` and `dr` (qstat(1)); a job being deleted still is where it was."""
    rules = (("E", State.ERROR), ("z", State.DONE), ("sST", State.SUSPENDED), ("qw", State.PENDING))
    for some, meant in (*rules, ("rt", State.RUNNING)):
        if any(letter in letters for letter in some):
            return meant
    return State.UNKNOWN


def _time_left(output: str) -> list[str]:
    """How long a job ran of the time that it asked for, where it did not use it up; nothing where that is not told."""
    ran, limit = _RAN.search(output), _H_RT.search(output)
    if ran is None or limit is None or "h_cpu=" in limit[0]:
        return []
    with contextlib.suppress(RefusedError):
        if int(ran["seconds"]) < SGE.parse_walltime(limit["limit"]):
            return [f"after {ran['seconds']} s of h_rt={limit['limit']}"]
    return []


# Python and its threads map far more addresses than they use.
_ADDRESSES: Final = "2G"


class GridEngine(BatchSystem):
    """Grid Engine: Son of Grid Engine, and Univa's and Altair's."""

    name = "sge"
    title = "Grid Engine"
    cluster = "SGECluster"
    directives = Directives(
        sign="#$",
        walltime="-l h_rt=",
        queue="-q",
        account="-P",
        account_key="project",
        name="-N",
        bare_number=1,
        array=("-t",),
        hold="-h",
        holds_by=r".*",
        released_by="qrls",
        waits=("-sync", "-now"),
        waits_by=r"y",
    )
    asks_for_gpus = False
    submit = ("qsub",)
    commands = ("qsub", "qstat", "qdel")
    detect_by = ("qconf", "qsub")
    facts = "pegconf.batch.gridengine.facts"
    # Before PBS, whose commands have the same names.
    turn = 3
    configured_by = ("$SGE_ROOT",)
    own_facts = (
        ("reserve-per-core", "whether memory is reserved per core"),
        ("memory-resource", "the resource that holds memory back"),
    )
    questions = ("parallel-environment", "memory-resource")
    walltime_words = "hours:minutes:seconds"
    keeps_ended = False
    job_id_variable = "JOB_ID"
    sets_tmpdir = True
    # SIGUSR2 to the job's shell before the SIGKILL at h_rt (qsub -notify; recorded).
    warning_directive = "-notify"
    trial = Trial(("qsub", "-w", "v"), ("qsub",))
    refusals = words.REFUSALS
    # Nothing is looked at but with -w, which a site may have set for all jobs (recorded).
    impossible = Impossible(
        no_queue='qsub says: Job was rejected because job requests unknown queue "{queue}"',
        over_walltime="waits for ever in the state qw, or is refused where the site verifies jobs (qsub -w e)",
        over_node="waits for ever in the state qw, or is refused where the site verifies jobs (qsub -w e)",
    )

    def parse_walltime(self, text: str) -> int:
        """Seconds of h_rt, `hours:minutes:seconds` or seconds; raises RefusedError, also for 0, which ends the job."""
        match = _WALLTIME.fullmatch(text)
        if match is None or text == "::":
            if re.fullmatch(r"\d{1,9}:\d{1,9}", text, re.ASCII):
                raise RefusedError(f"{text!r} has one colon; Grid Engine reads hours:minutes:seconds: write {text}:00")
            raise RefusedError(f"{text!r} is no walltime of Grid Engine: write hours:minutes:seconds, such as 04:00:00")
        hours, minutes, seconds = (int(match[name] or 0) for name in ("hours", "minutes", "seconds"))
        total = int(match["bare"]) if match["bare"] else hours * 3600 + minutes * 60 + seconds
        if total == 0:
            raise RefusedError(f"{text!r} ends the job at once: write at least a minute, such as 00:30:00")
        return total

    def job_id(self, output: str) -> str | None:
        """The id in `Your job 1 ("dask-worker") has been submitted`; in other lines a site may say anything."""
        match = _SUBMITTED.search(output)
        return match["job_id"] if match else None

    def list_named(self, _name: str) -> list[str]:
        """List this user's jobs: qstat knows no names, and its table cuts them after 10 characters, so as XML.

        `$user` is qstat's own placeholder; `z` adds the jobs that ended, as many as the site keeps (finished_jobs).
        """
        return ["qstat", "-xml", "-u", "$user", "-s", "prsz"]

    def parse_jobs(self, output: str) -> tuple[QueuedJob, ...]:
        """The jobs in what `qstat -xml` prints, whatever a site's wrapper says before it."""
        from xml.etree import ElementTree as ET  # noqa: PLC0415 - a validate does without

        _, begin, rest = output.partition("<")
        if not begin:
            return ()
        try:
            # It comes from the batch system's own command and names this user's jobs only.
            root = ET.fromstring(begin + rest.strip())  # noqa: S314
        except ET.ParseError as error:
            raise CannotGoOnError(
                f"qstat -xml prints no XML: {error}", "ask the cluster's staff, or try later"
            ) from None
        return tuple(
            QueuedJob(
                job.findtext("JB_job_number", "").strip(),
                job.findtext("JB_name", "").strip(),
                state(job.findtext("state", "").strip()),
                (job.findtext("queue_name") or "").strip().partition("@")[2],
                (job.findtext("JB_submission_time") or job.findtext("JAT_start_time") or "").strip(),
            )
            for job in root.iter("job_list")
        )

    def says_none(self, output: str) -> bool:
        """Whether qstat failed only as there is no such job or user; without jobs it prints an empty list."""
        return re.search(r"Following jobs do not exist|no job registered|job id \d+ not found", output) is not None

    def parse_pending_reason(self, output: str) -> PendingReason:
        """The `scheduling info` of `qstat -j` without the queues that were not asked for; empty where a site has none.

        sched_conf(5): schedd_job_info.
        """
        _, heading, rest = output.partition("scheduling info:")
        reasons: list[str] = []
        for line in rest.splitlines() if heading else ():
            said = line.strip()
            if reasons and not line.startswith(" " * _REASON_COLUMN):
                break
            if said and "not contained in its hard queue list" not in said:
                reasons.append(said)
        if "turned off" in " ".join(reasons):
            return PendingReason()
        # That a parallel environment has no slots follows where no queue takes the job.
        kinds = {kind_of(reason, words.WAITING) for reason in reasons if "cannot run in PE" not in reason}
        if kinds == {Pending.NEVER_STARTS}:
            return PendingReason("; ".join([*reasons, f"the job {Pending.NEVER_STARTS}"]), Pending.NEVER_STARTS)
        if kinds == {Pending.CLOSED}:
            return PendingReason("; ".join([*reasons, Pending.CLOSED]), Pending.CLOSED)
        limited = any(kind_of(reason, words.WAITING) is Pending.LIMITED for reason in reasons)
        return PendingReason("; ".join(reasons), Pending.LIMITED if limited else Pending.WAITS)

    def details(self, job: str) -> list[str]:
        """Ask for everything about a job that is still listed: why it waits, and why it is in error."""
        return ["qstat", "-j", job]

    def parse_exit_reason(self, output: str) -> ExitReason:
        """Why a job is in error (`qstat -j`), or how it ended (`qacct -j`): sge_status(5) lists what failed may hold.

        Where its time was not up, that is told too: the daemon says the same of a limit of time and of one of memory.
        """
        error = _ERROR.search(output)
        if error is not None:
            return ExitReason(error["why"].strip())
        failed, status, early = _FAILED.search(output), _EXIT_STATUS.search(output), _time_left(output)
        parts = [f"failed {failed['code']}: {failed['why'].strip()}"] if failed and failed["code"] != "0" else []
        parts += [f"exit_status {status['code']}"] if status and status["code"] != "0" else []
        ending = kind_of(failed["code"] + (" early" if early else ""), words.ENDINGS) if failed else None
        return ExitReason(", ".join([*parts, *early] if parts else []), ending)

    def log_files(self, job: str) -> str:
        """The pattern of a job's output files: `NAME.o4`, and its parallel environment's `NAME.po4` (qsub -o, -j y)."""
        return f"*.*o{job}"

    def own_output(self, text: str) -> str:
        """A job's own output: without what csh says at its start, which is the shell of many a queue."""
        return _CSH_WORDS.sub("", text).strip("\n")

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id."""
        return ["qdel", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel all of this user's jobs of that name: qdel takes names as well (recorded)."""
        return ["qdel", name]

    def record(self, job: str) -> list[str]:
        """Ask accounting about a job that has ended; it is written some seconds later, and not readable everywhere."""
        return ["qacct", "-j", job]

    def presence(self, job: str, name: str, answers: Sequence[Answer]) -> Presence:
        """`Following jobs do not exist:` and the id on standard error with 1 (recorded); what is shown is there."""
        (answer,) = answers
        if answer.code == 1 and re.search(rf"Following jobs do not exist[^:]*:\s*{re.escape(job)}\s*$", answer.err):
            return Presence.GONE
        shown = dict(re.findall(r"^(job_number|job_name):\s+(\S+)", answer.out, re.MULTILINE))
        same = answer.code == 0 and shown == {"job_number": job, "job_name": name}
        return Presence.THERE if same else Presence.UNKNOWN

    def fill(self, request: Request) -> Filled:
        """Slots for the cores, and memory for each of them."""
        return fill(request)

    def answered(self, values: Mapping[str, Any], by_init: bool) -> Mapping[str, str]:
        """The parallel environment and the resource of memory that a section names."""
        return answered(values, by_init)

    cores_asked = staticmethod(cores_asked)
    memory_asked = staticmethod(memory_asked)

    def judge(self, case: Case) -> Iterator[Said]:
        """What qsub says to the script; where it only finds no queue, whether it ever would."""
        from pegconf.batch.gridengine import acceptance  # noqa: PLC0415 - a validate does without

        return acceptance.judge(case)

    def never_fits(self, case: Case) -> Iterator[Said]:
        """Its reason is that there are no slots, of a full cluster and of one that never has them; qsub -w tells."""
        return self.judge(case)

    def small_job(self, job: SmallJob) -> str:
        """For qsub's standard input; without -S a site's own shell would run it, csh on many.

        Grid Engine writes the output on the compute node (qsub(1): -o), so the folder must be one that it shares.
        """
        resource = job.details.get("memory-resource", "none")
        amount = _ADDRESSES if resource.startswith(("h_", "s_")) else f"{small_job.MEGABYTES}M"
        directives = [
            f"-N {job.name}",
            "-S /bin/sh",
            "-j y",
            f"-o {job.folder}/",
            small_job.option("-q ", job.queue),
            small_job.option("-P ", job.account),
            f"-l h_rt={job.walltime}",
            f"-l {resource}={amount}" if resource != "none" else "",
        ]
        return small_job.script(self.directives.sign, directives, job)

    def fact_files(self, environ: Mapping[str, str]) -> tuple[str, ...]:
        """The file of the cell that holds the cluster's name."""
        root, cell = environ.get("SGE_ROOT") or "/var/lib/gridengine", environ.get("SGE_CELL") or "default"
        return (str(PurePosixPath(root) / cell / "common" / "cluster_name"),)

    def usual(self, question: str, _answers: Mapping[str, Any], _files: Mapping[str, str]) -> tuple[str, str] | None:
        """A parallel environment and a resource of memory that most sites have."""
        # Other than h_vmem, mem_free ends no worker for addresses that it maps and does not use.
        return {
            "parallel-environment": ("smp", "the usual name; qconf -spl lists them"),
            "memory-resource": ("mem_free", "known everywhere; ask the site which one it counts"),
        }.get(question)


SGE: Final = GridEngine()

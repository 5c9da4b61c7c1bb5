"""OAR: oarsub, oarstat, oardel.

Taken from the OAR 2.5 manual and dask-jobqueue's oar.py, and run on OAR 2.5.9 (Debian 12).
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import shared_grammar, small_job
from pegconf.batch.base import BatchSystem, Impossible, no_time
from pegconf.batch.directives import GLUED, Directives
from pegconf.batch.job import ExitReason, PendingReason, QueuedJob, State
from pegconf.batch.oar import request
from pegconf.batch.oar.refusals import REFUSALS
from pegconf.batch.requested import Filled
from pegconf.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.batch.requested import Request
    from pegconf.batch.small_job import SmallJob

NO_PROPERTY: Final = "not_applicable"
_WORDS: Final = "hours[:minutes[:seconds]]"
_WALLTIME: Final = re.compile(r"(\d{1,9})(?::(\d{1,9})(?::(\d{1,9}))?)?")
_STATES: Final = {
    "Waiting": State.PENDING,
    "Hold": State.PENDING,
    "toLaunch": State.PENDING,
    "toAckReservation": State.PENDING,
    "Launching": State.RUNNING,
    "Running": State.RUNNING,
    "Finishing": State.RUNNING,
    "Suspended": State.SUSPENDED,
    "Resuming": State.SUSPENDED,
    "toError": State.FAILED,
    "Error": State.FAILED,
}
_OUTPUT: Final = re.compile(r"(?:-O|-E|--stdout|--stderr)[ =].*/OAR\.%jobid%\.(?:out|err)")


def _directives(kept: Any) -> Any:
    old, folder = kept["job-extra-directives"], kept.get("log-directory")
    if not isinstance(old, list):
        return old
    others = [item for item in old if not _OUTPUT.fullmatch(str(item).strip())]
    named = re.search(r"(?:^|\s)(?:-O|-E|--stdout|--stderr)[ =]", " ".join(map(str, others)))
    if folder is None or named:
        return others
    return [f"-O {folder}/OAR.%jobid%.out", f"-E {folder}/OAR.%jobid%.err", *others]


def property_name(answer: str) -> str:
    """The name of one of OAR's properties, a word of its SQL; raises RefusedError."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", answer):
        raise RefusedError(f"{answer!r} is no name of a property: letters, digits and _, such as memcore")
    return answer


def _jobs(printed: str) -> list[dict[str, Any]]:
    """The jobs of `oarstat -J`, a mapping from ids; one without an id in it gets its key."""
    found = shared_grammar.from_json(printed, "oarstat")
    if isinstance(found, dict):
        found = [{"Job_Id": number} | job for number, job in found.items() if isinstance(job, dict)]
    return [job for job in shared_grammar.rows(found) if "Job_Id" in job]


def _state(job: dict[str, Any]) -> State:
    if job.get("state") == "Terminated":
        return State.FAILED if job.get("exit_code") else State.DONE
    return _STATES.get(str(job.get("state")), State.UNKNOWN)


def _beyond_the_request(message: str) -> str:
    """A message without the request, which OAR puts first: `R=2,W=0:10:0,J=B,N=peg-1 (Karma=0.000,quota_ok)`."""
    return "" if re.match(r"R=\d+,W=", message) else message


class Oar(BatchSystem):
    """OAR."""

    name = "oar"
    title = "OAR"
    cluster = "OARCluster"
    directives = Directives(
        sign="#OAR",
        walltime="-l walltime=",
        queue="-q",
        account="--project",
        account_key="project",
        name="-n",
        resources="/nodes=1/core={cores}",
        one_line=True,
        nodes=(("-l", r"\b(?:nodes?|host|network_address)=(\d{1,6})\b"),),
        bare_number=3600,
        hours_first=True,
        array=("--array",),
        several=r"^(?:[2-9]|\d{2,9})\Z",
        hold="-h",
        released_by="oarresume",
        waits=("-I",),
        spellings=(
            ("--name", "-n"),
            ("--queue", "-q"),
            ("--resource", "-l"),
            ("--property", "-p"),
            ("--hold", "-h"),
            ("--interactive", "-I"),
            ("--stdout", "-O"),
            ("--stderr", "-E"),
        ),
        glued=GLUED,
    )
    submit = ("oarsub",)
    commands = ("oarsub", "oarstat", "oardel")
    detect_by = ("oarsub",)
    facts = "pegconf.batch.oar.facts"
    turn = 6
    configured_by = ("/etc/oar/oar.conf",)
    own_facts = (("memory-property", "the property for memory per core"),)
    questions = ("memory-property",)
    walltime_words = _WORDS
    job_id_variable = "OAR_JOB_ID"
    keys_taken_apart = ("resource-spec",)
    # Several -l are a moldable job to oarsub(1), of whose requests OAR chooses one (seen with 2.5.9).
    second_walltime = "OAR takes the two -l for two requests, and chooses one"
    reads_standard_input = False
    refusals = REFUSALS
    # OAR's queues have no limits of their own: a site's admission rules have.
    impossible = Impossible(
        no_queue="oarsub says: ERROR : The queue {queue} does not exist",
        over_walltime="is refused by the site's admission rules",
        over_node="is refused: There are not enough resources for your request",
    )

    def misread_walltime(self, text: str) -> str:
        """What comes of a walltime that `parse_walltime` refuses."""
        # Seen with 2.5.9.
        return "oarsub takes it, and the job has no time to run" if no_time(text) else super().misread_walltime(text)

    def parse_walltime(self, text: str) -> int:
        """Seconds of OAR's `hours[:minutes[:seconds]]`, a plain number being hours; raises RefusedError, also for 0."""
        match = _WALLTIME.fullmatch(text)
        if match is None:
            raise RefusedError(f"{text!r} is no walltime of OAR: write {_WORDS}, such as 04:00:00")
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        if not hours + minutes + seconds:
            raise RefusedError(f"{text!r} is no time at all: write {_WORDS}, such as 04:00:00")
        return hours * 3600 + minutes * 60 + seconds

    def fill(self, request: Request) -> Filled:
        """Cores of one node, and the output's place, which dask-jobqueue does not hand on to OAR (oar.py).

        OAR gives cores, and memory only as their property: dask-jobqueue asks for `-p memcore>=N` where there is one,
        N being the workers' limits without headroom, and warns where none is named.
        """
        shape, name = request.shape, request.details.get("memory-property") or NO_PROPERTY
        # Below a GPU, cores are counted for each (Grid'5000's hierarchy of resources).
        cores = f"gpu={request.gpus}/core={-(-shape.cores // request.gpus)}" if request.gpus else f"core={shape.cores}"
        plain = name == NO_PROPERTY
        return Filled(
            values={
                "resource-spec": f"/nodes=1/{cores}",
                "memory-per-core-property-name": name,
                "job-extra-directives": _directives(request.kept),
            },
            comments={
                "resource-spec": "cores of one node",
                "memory-per-core-property-name": "this cluster names no such property: memory is not asked for"
                if plain
                else "OAR's property for memory per core, in MiB",
                "job-extra-directives": "where OAR leaves the jobs' output",
            },
            reserved=f"{cores} of one node, and no memory by itself" if plain else f"{cores} of one node by {name}",
            ended_above="the memory of its cores, where OAR enforces it",
        )

    def job_id(self, printed: str) -> str | None:
        """The id in `OAR_JOB_ID=42`."""
        match = re.search(r"^OAR_JOB_ID=(\d+)", printed, re.MULTILINE)
        return match[1] if match else None

    def list_named(self, name: str) -> list[str]:
        """List the jobs of that name, by a clause on OAR's table of jobs."""
        return ["oarstat", "-J", "-f", "--sql", f"job_name = '{name}'"]

    def parse_jobs(self, printed: str) -> tuple[QueuedJob, ...]:
        """The jobs in `oarstat -J -f`."""
        jobs = []
        for job in _jobs(printed):
            hosts = job.get("assigned_network_address") or [""]
            submitted = shared_grammar.moment(job.get("submissionTime"))
            jobs.append(
                QueuedJob(str(job["Job_Id"]), str(job.get("name") or ""), _state(job), str(hosts[0]), submitted)
            )
        return tuple(jobs)

    def says_none(self, printed: str) -> bool:
        """Whether oarstat failed only as there is no such job."""
        return re.search(r"no job|job .* (?:not found|does not exist)", printed, re.IGNORECASE) is not None

    def details(self, job: str) -> list[str]:
        """Ask for everything about one job, which OAR never forgets."""
        return ["oarstat", "-J", "-f", "-j", job]

    def parse_pending_reason(self, printed: str) -> PendingReason:
        """OAR's message about the job, and when it means to start it."""
        for job in _jobs(printed):
            starts = shared_grammar.moment(job.get("scheduledStart") or job.get("scheduled_start"))
            said = [str(job.get("message") or ""), f"to start at {starts}" if starts else ""]
            return PendingReason("; ".join(filter(None, said)))
        return PendingReason()

    def parse_exit_reason(self, printed: str) -> ExitReason:
        """How a job ended; OAR keeps the exit code as wait() gives it, the code above the lowest 8 bits."""
        for job in _jobs(printed):
            status, message = job.get("exit_code"), _beyond_the_request(str(job.get("message") or ""))
            if isinstance(status, (int, str)) and str(status).isdecimal() and int(status):
                code, signal_number = int(status) >> 8, int(status) & 0x7F
                ended = f"Exited by signal {signal_number}" if signal_number else f"Exited with exit code {code}."
                return ExitReason(f"{ended} {message}".strip())
            if job.get("state") in {"Error", "toError"}:
                return ExitReason(message or "OAR ended the job with an error")
        return ExitReason()

    def log_files(self, job: str) -> str:
        """A job's output files, as `fill` names them."""
        return f"OAR.{job}.*"

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id."""
        return ["oardel", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel the jobs of that name."""
        return ["oardel", "--sql", f"job_name = '{name}'"]

    def answered(self, values: Mapping[str, Any], by_init: bool) -> dict[str, str]:  # noqa: ARG002 - null is no answer here
        """The property that a section names."""
        name = values.get("memory-per-core-property-name")
        return {} if name is None else {"memory-property": str(name)}

    def command_line(self, script: str) -> list[str]:
        """The submit command with the script as its last word, since OAR runs no script of standard input.

        As dask-jobqueue does it (oar.py, _submit_job): the directives become options, the rest an inline script.
        """
        lines = script.splitlines(keepends=True)
        options = [
            word for line in lines if line.startswith("#OAR ") for word in shlex.split(line.removeprefix("#OAR "))
        ]
        return ["oarsub", *options, "".join(line for line in lines if not line.startswith("#"))]

    cores_asked = staticmethod(request.cores_asked)

    def small_job(self, job: SmallJob) -> str:
        """For oarsub's command line, which takes the directives out of it.

        OAR writes the output on the compute node (oarsub(1): -O), so the folder must be one that it shares.
        """
        directives = [
            f"-n {job.name}",
            small_job.option("-q ", job.queue),
            small_job.option("--project ", job.account),
            f"-l /nodes=1/core=1,walltime={job.walltime}",
            f"-O {job.folder}/OAR.%jobid%.out",
            f"-E {job.folder}/OAR.%jobid%.err",
        ]
        return small_job.script(self.directives.sign, directives, job)

    def usual(self, question: str, _answers: Mapping[str, Any], _files: Mapping[str, str]) -> tuple[str, str] | None:
        """No property, as dask-jobqueue has it."""
        return (NO_PROPERTY, "") if question == "memory-property" else None


OAR: Final = Oar()

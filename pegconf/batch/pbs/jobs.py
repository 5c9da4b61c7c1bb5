"""PBS Professional and OpenPBS, and Torque as a flavour of them: qsub(1B), qstat(1B), qselect(1B), qdel(1B).

Run on OpenPBS 23.06; Torque's words are from its manual (Torque 6), not run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import shared_grammar, small_job
from pegconf.batch.base import BatchSystem, Impossible
from pegconf.batch.directives import GLUED, Directives
from pegconf.batch.job import ExitReason, Pending, PendingReason, Presence, QueuedJob, State, kind_of
from pegconf.batch.pbs import refusals as words
from pegconf.batch.pbs import request as resource_spec
from pegconf.batch.requested import Filled
from pegconf.core.units import show_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.batch.requested import Request
    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer

FLAVOURS: Final = ("pbspro", "torque")
JOB_NUMBER: Final = "{PBS_JOBID%%.*}"
"""The number alone: the whole id names the server, and Torque takes 15 letters for a job's name."""
_WORDS: Final = "[[hours:]minutes:]seconds"
_STATES: Final = {
    "Q": State.PENDING,
    "H": State.PENDING,
    "W": State.PENDING,
    "T": State.PENDING,
    "M": State.PENDING,
    "B": State.RUNNING,
    "R": State.RUNNING,
    "E": State.RUNNING,
    "S": State.SUSPENDED,
    "U": State.SUSPENDED,
}
_ENDED: Final = {"F", "X", "C"}
# PBSE_UNKJOBID 15001 and PBSE_HISTJOBID 15139, modulo 256 (pbs_error.h).
_UNKNOWN_ID: Final = 153
_HAS_FINISHED: Final = 35
_MEMORY: Final = re.compile(r"-l\s+mem=\S+")
# Without -x, which a server that keeps no history answers with an error and 0: those that have ended are asked about
# by their ids. `qstat -f` is the one form that PBS and Torque print.
_LIST: Final = 'ids=$(qselect -N "$1" -u "$(id -un)") || exit; test -z "$ids" || qstat -f $ids'
_CANCEL: Final = 'ids=$(qselect -N "$1" -u "$(id -un)") || exit; test -z "$ids" || qdel $ids'
_DETAILS: Final = 'qstat -f "$1" 2>/dev/null || qstat -x -f "$1"'


def fill_nodes(request: Request) -> Filled:
    """Torque's and Moab's words: the cores of a node in resource-spec, the memory of the job as a directive.

    `vmem`, the limit of address space, is left alone: Python with threads maps far more than it uses.
    """
    shape = request.shape
    memory = resource_spec.size(shape.limit)
    wanted = {"ppn": str(shape.cores)} | ({"gpus": str(request.gpus)} if request.gpus else {})
    extra = without_memory(request.kept["job-extra-directives"])
    return Filled(
        values={
            "resource-spec": resource_spec.one_node("nodes", wanted, request.kept.get("resource-spec")),
            "job-extra-directives": [f"-l mem={memory}", *extra] if isinstance(extra, list) else extra,
        },
        comments={
            "resource-spec": "cores of one node, in Torque's words",
            "job-extra-directives": f"memory in 1024s, above the workers' limits: {_job(shape.limit)}",
        },
        reserved=f"ppn={shape.cores} and mem={memory}: {_job(shape.limit)}",
        ended_above=f"{show_bytes(shape.limit)}, where mem is enforced",
    )


def without_memory(directives: Any) -> Any:
    """The extra directives without `-l mem=`, which init writes itself; the user's own stay."""
    if not isinstance(directives, list):
        return directives
    return [item for item in directives if not _MEMORY.fullmatch(str(item).strip())]


def _job(amount: int) -> str:
    return f"{show_bytes(amount)} a job"


def attributes(printed: str) -> list[dict[str, str]]:
    """The jobs of `qstat -f`: `name = value` below `Job Id: 1.server`, long values go on behind a tab."""
    jobs: list[dict[str, str]] = []
    for line in re.sub(r"\n\t", "", printed).splitlines():
        head = re.fullmatch(r"Job Id:\s*(\S+)", line.strip())
        name, equals, value = line.strip().partition(" = ")
        if head:
            jobs.append({"id": head[1]})
        elif equals and jobs:
            jobs[-1][name.lower()] = value
    return jobs


def _state(job: dict[str, str]) -> State:
    letter = job.get("job_state", "")[:1]
    if letter in _ENDED:
        return State.DONE if job.get("exit_status") == "0" else State.FAILED
    return _STATES.get(letter, State.UNKNOWN)


_SMALL_NODES: Final = f"nodes=1:ppn=1,mem={small_job.MEGABYTES}mb"


def small_pbs_job(job: SmallJob, shape: str = _SMALL_NODES) -> str:
    """A small job's script; PBS and Torque bring the output to the host of qsub by themselves."""
    directives = [
        f"-N {job.name}",
        "-S /bin/sh",
        "-j oe",
        f"-o {job.folder}/",
        small_job.option("-q ", job.queue),
        small_job.option("-A ", job.account),
        f"-l {shape}",
        f"-l walltime={job.walltime}",
    ]
    return small_job.script("#PBS", directives, job)


class Pbs(BatchSystem):
    """PBS Professional, OpenPBS and Torque."""

    name = "pbs"
    title = "PBS"
    cluster = "PBSCluster"
    directives = Directives(
        sign="#PBS",
        walltime="-l walltime=",
        queue="-q",
        account="-A",
        account_key="account",
        name="-N",
        resources="select=1:ncpus={cores}:mem={memory}b",
        first_counts=True,
        gpus=(("-l", r"\b(?:ngpus|gpus)=(\d{1,3})"),),
        nodes=(("-l", r"(?:^|,)\s*(?:nodes|select)=(\d{1,6})\b"),),
        bare_number=1,
        array=("-J", "-t"),
        hold="-h",
        released_by="qrls",
        waits=("-I",),
        quiet=("-z",),
        glued=GLUED,
    )
    submit = ("qsub",)
    commands = ("qsub", "qstat", "qselect", "qdel")
    detect_by = ("qsub",)
    facts = "pegconf.batch.pbs.facts"
    turn = 5
    configured_by = ("$PBS_CONF_FILE", "/etc/pbs.conf", "/var/spool/torque/server_name")
    own_facts = (("flavour", "the kind of PBS"),)
    questions = ("flavour",)
    walltime_words = _WORDS
    keeps_ended = False
    id_form = r"\d+(?:\[\d*\])?(?:\.[A-Za-z0-9_.-]+)?"
    job_id_variable = JOB_NUMBER
    directives_anywhere = False
    sets_tmpdir = True
    second_walltime = "of one resource behind two -l PBS takes the first, which is the key's"
    refusals = words.REFUSALS
    # As OpenPBS 23.06 did; Torque's own way with jobs that fit no node is its manual's.
    impossible = Impossible(
        no_queue="qsub says: Unknown queue",
        over_walltime="is refused",
        over_node="waits for ever; Torque refuses it",
    )

    def parse_walltime(self, text: str) -> int:
        """Seconds of PBS's `[[hours:]minutes:]seconds`, so `04:00` is 4 minutes; raises RefusedError, also for 0."""
        return shared_grammar.colons(text, (3600, 60, 1), f"{_WORDS}, such as 04:00:00", "PBS")

    def fill(self, request: Request) -> Filled:
        """The resources in full, with headroom above the workers' limits, which dask-jobqueue's own have not.

        It makes `select=1:ncpus=2:mem=3815MB` of 4 GB (pbs.py), just what the workers may hold, and in PBS Pro's words
        only: Torque refuses `select=`.
        """
        if request.details.get("flavour", FLAVOURS[0]) == "torque":
            return fill_nodes(request)
        shape = request.shape
        memory = resource_spec.size(shape.limit)
        wanted = {"ncpus": str(shape.cores), "mem": memory} | ({"ngpus": str(request.gpus)} if request.gpus else {})
        return Filled(
            values={
                "resource-spec": resource_spec.one_node("select", wanted, request.kept.get("resource-spec")),
                "job-extra-directives": without_memory(request.kept["job-extra-directives"]),
            },
            comments={"resource-spec": f"one node; mem in PBS's 1024s, above the workers' limits: {_job(shape.limit)}"},
            reserved=f"ncpus={shape.cores} and mem={memory}: {_job(shape.limit)}",
            ended_above=f"{show_bytes(shape.limit)}, where PBS enforces mem",
        )

    def job_id(self, printed: str) -> str | None:
        """The id in a line of its own, `1234.server`; other lines are a site's own words."""
        found = re.findall(r"^(\d+(?:\[\])?(?:\.\S+)?)\s*$", printed, re.MULTILINE)
        return found[-1] if found else None

    def list_named(self, name: str) -> list[str]:
        """List this name's jobs in full, those that have ended left out."""
        return ["sh", "-c", _LIST, "qstat", name]

    def parse_jobs(self, printed: str) -> tuple[QueuedJob, ...]:
        """The jobs in `qstat -f`; a host is what stands before the slash in exec_host."""
        return tuple(
            QueuedJob(
                job["id"],
                job.get("job_name", ""),
                _state(job),
                job.get("exec_host", "").partition("/")[0],
                job.get("qtime") or job.get("ctime", ""),
            )
            for job in attributes(printed)
        )

    def says_none(self, printed: str) -> bool:
        """Whether qstat failed only as a job has left: `Unknown Job Id`, `Job has finished, use -x or -H`."""
        return re.search(r"Unknown Job Id|Job has finished", printed, re.IGNORECASE) is not None

    def ask_presence(self, job: str) -> tuple[list[str], ...]:
        """The job by its id; qselect says nothing of one that has ended, and its -x is not answered everywhere."""
        return (["qstat", "-f", job],)

    def presence(self, job: str, name: str, answers: Sequence[Answer]) -> Presence:
        """`Unknown Job Id` with 153 or `Job has finished` with 35, of this id on standard error (recorded).

        In state E a job is still there: its output is being copied.
        """
        (answer,) = answers
        number = re.escape(job.partition(".")[0])
        if answer.code == _UNKNOWN_ID and re.search(rf"Unknown Job Id(?: Error)? {number}(?![\w\[])", answer.err):
            return Presence.GONE
        if answer.code == _HAS_FINISHED and re.search(rf"(?<![\w.]){number}\b\S* Job has finished", answer.err):
            return Presence.GONE
        return super().presence(job, name, answers)

    def pending_reason(self, job: str) -> list[str]:
        """Ask for everything about a job, its comment among it."""
        return ["qstat", "-f", job]

    def parse_pending_reason(self, printed: str) -> PendingReason:
        """The scheduler's comment, such as `Not Running: Insufficient amount of resource: ncpus`."""
        comment = next((job["comment"] for job in attributes(printed) if "comment" in job), "")
        return PendingReason(comment, kind_of(comment, words.WAITING) or Pending.WAITS)

    def details(self, job: str) -> list[str]:
        """Ask for everything about a job, also once it has ended."""
        return ["sh", "-c", _DETAILS, "qstat", job]

    def parse_exit_reason(self, printed: str) -> ExitReason:
        """`Exit_status = 271` in words: from 256 on it is a signal and 256 (PBS) or 128 more."""
        match = re.search(r"exit_status\s*=\s*(-?\d+)", printed, re.IGNORECASE)
        if match is None:
            return ExitReason()
        code = int(match[1])
        ended = f"Exited with exit status {code}"
        signal_number = code - 256 if code > 256 else code - 128 if 128 < code < 160 else 0  # noqa: PLR2004 - PBS's two sums
        comment = self.parse_pending_reason(printed).text
        said = ended + (f" (signal {signal_number})" if signal_number else "") + (f": {comment}" if comment else "")
        return ExitReason(said, kind_of(comment, words.ENDINGS))

    def log_files(self, job: str) -> str:
        """In a folder of one's own: `<id>.OU` and `.ER` of PBS Pro, `<name>.o<number>` and `.e<number>` of Torque."""
        return f"*{job.partition('.')[0]}*"

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id."""
        return ["qdel", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel the jobs of that name, which qselect finds."""
        return ["sh", "-c", _CANCEL, "qdel", name]

    def answered(self, values: Mapping[str, Any], by_init: bool) -> dict[str, str]:  # noqa: ARG002 - the form tells both
        """The flavour, which the form of a section's resource-spec tells."""
        asked = resource_spec.parse(values.get("resource-spec"))
        return {} if asked is None else {"flavour": "pbspro" if asked.form == "select" else "torque"}

    cores_asked = staticmethod(resource_spec.cores_asked)
    memory_asked = staticmethod(resource_spec.memory_asked)

    def small_job(self, job: SmallJob) -> str:
        """For qsub's standard input; `select` is PBS Pro's word, and Torque's is `nodes`."""
        torque = job.details.get("flavour") == "torque"
        return small_pbs_job(job, _SMALL_NODES if torque else f"select=1:ncpus=1:mem={small_job.MEGABYTES}mb")

    def usual(self, question: str, _answers: Mapping[str, Any], _files: Mapping[str, str]) -> tuple[str, str] | None:
        """PBS Pro, which OpenPBS is too."""
        return (FLAVOURS[0], "") if question == "flavour" else None


PBS: Final = Pbs()

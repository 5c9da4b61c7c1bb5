"""The toy as a batch system of pegconf: all that pegconf is told of it."""

from __future__ import annotations

import math
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import small_job
from pegconf.batch.acceptance import Complaint, Refusals, Refused, option
from pegconf.batch.base import BatchSystem, Impossible
from pegconf.batch.directives import Directives
from pegconf.batch.facts import Detected, FoundQueue, Machine, Said
from pegconf.batch.job import Ending, ExitReason, Pending, PendingReason, QueuedJob, State
from pegconf.batch.requested import Filled
from pegconf.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.batch.facts import Heard
    from pegconf.batch.requested import Request
    from pegconf.batch.small_job import SmallJob

_MB: Final = 10**6
_STATES: Final = {
    "frozen": State.PENDING,
    "riding": State.RUNNING,
    "arrived": State.DONE,
    "crashed": State.FAILED,
    "thrown-off": State.FAILED,
}
_LANES: Final = "toylanes"
_LANE: Final = re.compile(r"lane (\w+): (\d+) minutes, (\d+) machines of (\d+) slots and (\d+) MB")


class Toy(BatchSystem):
    """A railway: lanes for queues, tickets for jobs."""

    name = "toy"
    title = "Toy"
    cluster = "ToyCluster"
    module = "tests.systems.toy.cluster"
    directives = Directives(
        sign="#TOY",
        cores="--slots",
        memory="--ram",
        walltime="--span",
        queue="--lane",
        account="--budget",
        account_key="project",
        name="--title",
        memory_key="ram",
        hold="--freeze",
        released_by="toythaw",
        waits=("--stay",),
    )
    own_keys = MappingProxyType(
        {
            "ram": {
                "type": ["integer", "null"],
                "description": "Megabytes to ask the toy for.",
                "x-comment": "megabytes to ask the toy for",
            },
        }
    )
    default_section = MappingProxyType(
        {
            "name": "dask-worker",
            "cores": None,
            "memory": None,
            "processes": None,
            "python": None,
            "interface": None,
            "death-timeout": 60,
            "local-directory": None,
            "shared-temp-directory": None,
            "extra": None,
            "worker-command": "distributed.cli.dask_worker",
            "worker-extra-args": [],
            "shebang": "#!/usr/bin/env bash",
            "queue": None,
            "project": None,
            "ram": None,
            "walltime": "0h30m",
            "env-extra": None,
            "job-script-prologue": [],
            "job-extra": None,
            "job-extra-directives": [],
            "job-directives-skip": [],
            "log-directory": None,
            "scheduler-options": {},
        }
    )
    submit = ("toysub",)
    commands = ("toysub", "toyls", "toykill")
    detect_by = ("toysub", "toylanes")
    walltime_words = "<hours>h<minutes>m"
    id_form = r"t\d+"
    job_id_variable = "TOY_TICKET"
    asks_for_gpus = False
    refusals = Refusals(
        (
            Complaint(r"no lane by the name of", option("--lane"), Refused.QUEUE),
            Complaint(r"no machine of lane \S+ has that many slots", option("--slots"), Refused.CORES),
        )
    )
    impossible = Impossible(
        no_queue="toysub says: there is no lane by the name of {queue}",
        over_walltime="is thrown off",
        over_node="is refused: no machine has that many slots",
    )

    def parse_walltime(self, text: str) -> int:
        """Seconds of `1h30m`; raises RefusedError, also for 0."""
        match = re.fullmatch(r"(\d{1,6})h([0-5]?\d)m", text)
        if match is None:
            raise RefusedError(f"{text!r} is no walltime of the toy: write 4h00m")
        seconds = int(match[1]) * 3600 + int(match[2]) * 60
        if not seconds:
            raise RefusedError(f"{text!r} is no time at all: write 4h00m")
        return seconds

    def format_walltime(self, seconds: int) -> str:
        """`4h00m`."""
        hours, minutes = divmod(-(-seconds // 60), 60)
        return f"{hours}h{minutes:02d}m"

    def fill(self, request: Request) -> Filled:
        """Megabytes above the workers' limits."""
        megabytes = math.ceil(request.shape.limit / _MB)
        words = f"{megabytes} MB a job"
        return Filled({"ram": megabytes}, {"ram": "megabytes, above the workers' limits"}, words, words)

    def job_id(self, output: str) -> str | None:
        """The ticket."""
        match = re.search(r"your ticket is (t\d+)", output)
        return match[1] if match else None

    def list_named(self, name: str) -> list[str]:
        """List the jobs of a title."""
        return ["toyls", "--title", name]

    def parse_jobs(self, output: str) -> tuple[QueuedJob, ...]:
        """The lines of toyls."""
        rows = (line.split(" / ", 3) for line in output.splitlines())
        return tuple(
            QueuedJob(ticket, title, _STATES.get(state, State.UNKNOWN), "" if host == "-" else host)
            for ticket, state, host, title in rows
        )

    def says_none(self, output: str) -> bool:
        """Never: it lists nothing, and ends with 0."""
        return False

    def ask_presence(self, job: str) -> tuple[list[str], ...]:
        """The job by its ticket, which toyls never forgets."""
        return (["toyls", job],)

    def parse_pending_reason(self, output: str) -> PendingReason:
        """What stands behind `waits: `; a frozen job never starts by itself."""
        _, _, reason = output.partition("waits: ")
        return PendingReason(reason.strip(), Pending.NEVER_STARTS if "frozen" in reason else Pending.WAITS)

    def details(self, job: str) -> list[str]:
        """Ask for everything about one job."""
        return ["toyshow", job]

    def parse_exit_reason(self, output: str) -> ExitReason:
        """What stands behind `over: `."""
        _, _, reason = output.partition("over: ")
        return ExitReason(reason.strip(), Ending.PERSON if "thrown-off" in reason else None)

    def log_files(self, job: str) -> str:
        """A job's output file."""
        return f"{job}.log"

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by ticket."""
        return ["toykill", *jobs]

    def cancel_named(self, name: str) -> list[str]:
        """Cancel the jobs of a title."""
        return ["toykill", "--title", name]

    def small_job(self, job: SmallJob) -> str:
        """For toysub's standard input."""
        wishes = [
            f"--title {job.name}",
            small_job.option("--lane ", job.queue),
            small_job.option("--budget ", job.account),
            "--slots 1",
            f"--ram {small_job.MEGABYTES}",
            f"--span {job.walltime}",
            f"--log {job.folder}",
        ]
        return small_job.script(self.directives.sign, wishes, job)

    def fact_lines(self, heard: Heard, user: str) -> tuple[str, ...]:
        """Its lanes."""
        return (_LANES,)

    def read_facts(self, heard: Heard, user: str, environ: Mapping[str, str]) -> Detected | None:
        """The railway, its lanes and their machines."""
        head = re.match(r"Toy (\S+), railway of (\w+)", heard.text(_LANES))
        if head is None:
            return None
        queues = tuple(
            FoundQueue(
                name,
                f"from {_LANES}",
                max_walltime=int(minutes) * 60,
                machines=(Machine(int(slots), int(slots), int(megabytes) * _MB, count=int(number)),),
                machines_source=f"from {_LANES}",
            )
            for name, minutes, number, slots, megabytes in _LANE.findall(heard.text(_LANES))
        )
        facts: dict[str, Any] = {
            "cluster": Said(head[2], f"from {_LANES}"),
            "default-queue": Said("slow", f"from {_LANES}"),
        }
        return Detected(self.name, head[1], queues, facts=facts)


TOY: Final = Toy()

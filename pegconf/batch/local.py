"""dask-jobqueue's LocalCluster: no batch system, each job is a process of the machine the program runs on.

Taken from dask_jobqueue/local.py (0.9.0), and run: LocalJob writes the job's script without a first line and without
directives, splits it at blanks and starts the words themselves. So no shell reads it: there is no prologue, no
variable and no quoting, and `log-directory` is not used. A job is ended with SIGKILL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.base import BatchSystem
from pegconf.batch.directives import Directives
from pegconf.batch.job import ExitReason, PendingReason, Presence, QueuedJob
from pegconf.batch.requested import Filled, Request
from pegconf.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer

NAME: Final = "local"


# There is no command to ask or to cancel with: whoever starts the processes knows them.
class Local(BatchSystem):
    """No batch system: there is no command to ask or to cancel with; whoever starts the processes knows them."""

    name = NAME
    title = "this machine"
    cluster = "LocalCluster"
    module = "dask_jobqueue.local"
    directives = Directives()
    submit = ()
    commands = ()
    walltime_words = "none"
    asks_for_gpus = False
    shell_script = False
    is_batch = False
    has_queues = False
    sets_tmpdir = True
    unread_keys = ("name",)

    def parse_walltime(self, _text: str) -> int:
        """Raises RefusedError: a process has no walltime."""
        raise RefusedError("a LocalCluster has no walltime: its processes live until they are ended")

    def fill(self, _request: Request) -> Filled:
        """Nothing more than the answers: nobody is asked for cores or memory."""
        return Filled({}, {}, "", "nothing; each worker keeps to its own limit")

    def format_walltime(self, seconds: int) -> str:
        """The seconds: a process has no walltime."""
        return str(seconds)

    def job_id(self, _output: str) -> None:
        """No id: a process is known to whoever has started it."""

    def list_named(self, _name: str) -> list[str]:
        """No command."""
        return []

    def ask_presence(self, _job: str) -> tuple[list[str], ...]:
        """No command."""
        return ()

    def presence(self, _job: str, _name: str, _answers: Sequence[Answer]) -> Presence:
        """Nobody can be asked."""
        return Presence.UNKNOWN

    def details(self, _job: str) -> list[str]:
        """No command."""
        return []

    def cancel_named(self, _name: str) -> list[str]:
        """No command."""
        return []

    def cancel(self, _jobs: Sequence[str]) -> list[str]:
        """No command."""
        return []

    def parse_jobs(self, _output: str) -> tuple[QueuedJob, ...]:
        """No jobs."""
        return ()

    def says_none(self, _output: str) -> bool:
        """Nothing is listed."""
        return True

    def parse_pending_reason(self, _output: str) -> PendingReason:
        """A process does not wait."""
        return PendingReason()

    def parse_exit_reason(self, _output: str) -> ExitReason:
        """Nobody records it."""
        return ExitReason()

    def log_files(self, _job: str) -> str:
        """No pattern: whoever starts the processes knows their files."""
        return ""

    def small_job(self, _job: SmallJob) -> str:
        """No script."""
        return ""

    def usual(self, question: str, _answers: Mapping[str, Any], _files: Mapping[str, str]) -> tuple[str, str] | None:
        """The loopback interface."""
        return ("lo", "workers and scheduler are on this machine") if question == "interface" else None


LOCAL: Final = Local()

"""dask-jobqueue's LocalCluster: no batch system, each job is a process of the machine the program runs on.

Taken from dask_jobqueue/local.py (0.9.0), and run: LocalJob writes the job's script without a first line and without
directives, splits it at blanks and starts the words themselves. So no shell reads it: there is no prologue, no
variable and no quoting, and `log-directory` is not used. A job is ended with SIGKILL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.base import BatchSystem, Filled, QueuedJob, Request, SmallJob
from pegconf.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME: Final = "local"


def parse_walltime(_text: str) -> int:
    """Raises RefusedError: a process has no walltime."""
    raise RefusedError("a LocalCluster has no walltime: its processes live until they are ended")


def fill(_request: Request) -> Filled:
    """Nothing more than the answers: nobody is asked for cores or memory."""
    return Filled({}, {}, "", "nothing; each worker keeps to its own limit")


def _no_id(_printed: str) -> str | None:
    return None


def _no_command(_about: str | Sequence[str]) -> list[str]:
    return []


def _no_jobs(_printed: str) -> tuple[QueuedJob, ...]:
    return ()


def _is_none(_printed: str) -> bool:
    return True


def _no_words(_text: str) -> str:
    return ""


def _no_script(_job: SmallJob) -> str:
    return ""


# There is no command to ask or to cancel with: whoever starts the processes knows them.
LOCAL: Final = BatchSystem(
    name=NAME,
    title="this machine",
    cluster="LocalCluster",
    module="dask_jobqueue.local",
    directive="",
    account_key=None,
    submit=(),
    commands=(),
    walltime_words="none",
    bare_number=0,
    parse_walltime=parse_walltime,
    format_walltime=str,
    fill=fill,
    job_id=_no_id,
    list_named=_no_command,
    parse_jobs=_no_jobs,
    says_none=_is_none,
    pending_reason=_no_command,
    parse_pending_reason=_no_words,
    details=_no_command,
    parse_exit_reason=_no_words,
    output_so_far=None,
    log_files=_no_words,
    own_output=str.strip,
    cancel=_no_command,
    cancel_named=_no_command,
    small_job=_no_script,
    has_walltime=False,
    asks_for_gpus=False,
    shell_script=False,
    is_batch=False,
)

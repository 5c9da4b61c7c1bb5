"""A section's cluster whose jobs are this run's own: dask-jobqueue's Job, submitted and cancelled by pegconf."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import warnings
from typing import TYPE_CHECKING, Any, Final

from pegconf.config import dashboard_address
from pegconf.core import ports
from pegconf.core.errors import CannotGoOnError
from pegconf.diagnosis import this_host
from pegconf.diagnosis.causes import CauseError
from pegconf.jobs import dask_import
from pegconf.jobs import script as jobscript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.jobs.run_jobs import Backend

CLOSE_SECONDS: Final = 20
UNREAD_SECONDS: Final = 300
"""How long a worker may leave unread what it is sent."""
_NOISY: Final = ("distributed", "tornado", "asyncio", "bokeh")


def start(section: Section, system: BatchSystem, backend: Backend, name: str, finish: Callable[[str, str], str]) -> Any:
    """Start Dask's scheduler here for that section, without a worker yet.

    `finish` makes the script that is submitted of dask-jobqueue's and the scheduler's address. Must be called while
    dask holds the section (dask_import.configured); raises CauseError, or CannotGoOnError with what dask said.
    """
    jobqueue = dask_import.import_dask_jobqueue()
    quiet()
    try:
        return jobqueue.core.JobQueueCluster(
            job_cls=_job_class(system, backend, finish),
            config_name=section.name,
            name=name,
            silence_logs=logging.CRITICAL,
        )
    except Exception as error:
        known = this_host.no_scheduler(section, str(error))
        if known is not None:
            raise CauseError(known) from error
        if isinstance(error, RuntimeError):
            # dask says "Cluster failed to start: REASON".
            reason = str(error).removeprefix("Cluster failed to start: ")
            raise CannotGoOnError(f"Dask's scheduler does not start here: {reason}", "see pegconf validate") from error
        raise jobscript.refused(section.name, error) from error


@contextlib.contextmanager
def patient() -> Iterator[None]:
    """Let connections of this process outlast a host that is too busy to read.

    Dask has the kernel close one whose other end has read nothing for 30 s, and takes that worker for lost. Must be
    called while dask holds the section (dask_import.configured).
    """
    import dask.config  # noqa: PLC0415 - see dask_import
    from dask.utils import parse_timedelta  # noqa: PLC0415

    name = "distributed.comm.timeouts.tcp"
    try:
        seconds = max(parse_timedelta(dask.config.get(name), default="seconds"), UNREAD_SECONDS)
    except (ValueError, TypeError, KeyError):
        # Dask itself says what is wrong with it.
        seconds = dask.config.get(name)
    with dask.config.set({name: seconds}):
        yield


def _job_class(system: BatchSystem, backend: Backend, finish: Callable[[str, str], str]) -> Any:
    """dask-jobqueue's Job of that batch system, submitted through the backend, which keeps the batch system's words.

    dask-jobqueue throws LSF's words away, takes the first number that is printed for the job's id and cancels that
    (lsf.py, core.py); subclassing Job is its documented way of extension.
    """
    from distributed.core import Status  # noqa: PLC0415 - 0.5 s, with dask_jobqueue

    base = dask_import.job_class(system)

    class SmokeJob(base):  # type: ignore[misc, valid-type]
        """One job of a smoke test."""

        async def start(self) -> None:
            """Submit; whether it was accepted, the backend knows."""
            script = finish(self.job_script(), str(self.scheduler))
            await asyncio.to_thread(backend.submit, str(self.name), script)
            self.status = Status.running

        async def close(self) -> None:
            """Count as closed; the backend cancels all jobs of the run."""
            self.status = Status.closed

    return SmokeJob


def quiet() -> None:
    """Keep dask's own log and warnings off the terminal: what matters of them is reported in plain words."""
    warnings.simplefilter("ignore", FutureWarning)
    warnings.filterwarnings("ignore", message="Port .* is already in use", category=UserWarning)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def contact(cluster: Any) -> str:
    """The address that workers are given: the scheduler's, or the one that scheduler-options: contact_address names."""
    return str(cluster.scheduler.contact_address or cluster.scheduler_address)


def stop(cluster: Any) -> None:
    """Close Dask's scheduler; one that does not close in time is left to the end of the process."""
    try:
        cluster.close(timeout=CLOSE_SECONDS)
    except (TimeoutError, asyncio.CancelledError, AssertionError, OSError):
        # Its jobs are cancelled by then and its sockets end with this process.
        logging.getLogger(__name__).debug("the scheduler did not close in time", exc_info=True)


def lost(cluster: Any) -> tuple[str, ...]:
    """The addresses of the workers that had registered and are gone, by the scheduler's own log."""
    scheduler = cluster.scheduler
    gone = [event["worker"] for _, event in scheduler.get_events("all") if event.get("action") == "remove-worker"]
    return tuple(dict.fromkeys(address for address in gone if address not in scheduler.workers))


def dashboard_is_free(options: Mapping[str, Any]) -> bool:
    """Whether the port that the scheduler's options name for the dashboard can be had on this host."""
    address = dashboard_address.of_scheduler(options)
    return address.number is None or ports.why_not(address.number, address.host) is None

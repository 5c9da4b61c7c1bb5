"""What one run has of its own: its jobs' name, walltime and deadline, a folder for their output, a free port."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pegconf.diagnosis import this_host
from pegconf.diagnosis.causes import CauseError
from pegconf.jobs.plan import DEFAULT_TIMEOUT
from pegconf.smoke import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.jobs.plan import Plan
    from pegconf.smoke.evidence import Evidence
    from pegconf.smoke.request import Request

DEADLINE_SECONDS: Final = 120
"""Beyond the test's own limits: until then a job that nobody cancels any more may wait in the queue."""


def seconds(plan: Plan) -> float:
    """From now until the last moment at which a job of this run may be about."""
    return plan.timeout + plan.walltime + DEADLINE_SECONDS


def values(request: Request, run_name: str, folder: Path | None, evidence: Evidence) -> dict[str, Any]:
    """What differs from the section: the job's name, walltime and patience, its log folder, a free dashboard port."""
    section, system = request.section, request.system
    own: dict[str, Any] = {"name": run_name}
    if system.has_walltime:
        own["walltime"] = system.format_walltime(request.plan.walltime)
    if section.get("death-timeout") is not None:
        # On a busy node a worker may take longer to start than the section's, and is none the worse for that.
        own["death-timeout"] = max(request.plan.timeout, DEFAULT_TIMEOUT)
    if system.is_batch:
        own["log-directory"] = None if folder is None else str(folder)
    configured, extra = section.get("log-directory"), section.get("job-extra-directives")
    if folder is not None and configured and isinstance(extra, list):
        # OAR's output files are named in directives, since dask-jobqueue gives it no log directory.
        own["job-extra-directives"] = [str(item).replace(f"{configured}/OAR.", f"{folder}/OAR.") for item in extra]
    if not request.on_batch and system.is_batch:
        own["local-directory"] = str(folder)
    elif system.deadline_directive is not None and isinstance(extra, list):
        # After a kill -9 nobody cancels a job that waits.
        until = datetime.now() + timedelta(seconds=seconds(request.plan))  # noqa: DTZ005 - the batch system's own time
        own["job-extra-directives"] = [*extra, system.deadline_directive(until)]
    options = dict(section.get("scheduler-options") or {})
    if not cluster.dashboard_is_free(options):
        host, _, port = str(options.get("dashboard_address", ":8787")).rpartition(":")
        evidence.notes.append(this_host.dashboard_taken(port))
        options["dashboard_address"] = f"{host}:0"
    own["scheduler-options"] = options
    return own


@contextlib.contextmanager
def folder(request: Request, run_name: str) -> Iterator[Path | None]:
    """A folder for this run's output: below the log directory, or a temporary one where no batch system writes."""
    if not request.on_batch:
        with tempfile.TemporaryDirectory(prefix=f"{run_name}-") as temporary:
            yield Path(temporary)
        return
    configured = request.section.get("log-directory")
    if configured is None:
        yield None
        return
    made = Path(configured) / run_name
    try:
        made.mkdir(parents=True)
    except OSError as error:
        raise CauseError(this_host.log_directory(configured, error)) from None
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)

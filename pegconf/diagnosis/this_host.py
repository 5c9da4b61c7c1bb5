"""What stands in the way on this host: causes that show before a job is submitted, and what the test avoids."""

from __future__ import annotations

import errno
import re
import shlex
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import psutil

from pegconf.core import ports
from pegconf.diagnosis.causes import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.jobs.timeline import Accepted

_NO_INTERFACE: Final = re.compile(r"'(?P<name>[^']*)' is not a valid network interface")


def no_scheduler(section: Section, said: str) -> Cause | None:
    """Why Dask's scheduler did not start here, of what dask said and of the ports in use; None where it is neither.

    Of a port that another program has, dask says `cannot get address of non-running Server`.
    """
    match = _NO_INTERFACE.search(said)
    if match is not None:
        there = ", ".join(name for name in psutil.net_if_addrs() if name != "lo") or "none but lo"
        return Cause(
            "PEG639",
            f"Dask's scheduler does not start: this host has no interface {match['name']}",
            "run it on a host that has it, such as the login node; or name another one: --interface, or "
            "scheduler-options: {interface: ...} in the file",
            f"it has: {there}",
        )
    address, port = _place(section)
    if port and ports.is_taken(port, address):
        return Cause(
            "PEG637",
            f"Dask's scheduler does not start: port {port} of this host is taken{_by_whom(port)}",
            "take the port out of scheduler-options in the file: the scheduler then finds a free one, and the workers "
            "are told which",
        )
    return None


def _place(section: Section) -> tuple[str, int]:
    """The address, or an empty text, and the port that the section gives the scheduler; 0 where it gives none."""
    options = section.get("scheduler-options")
    options = options if isinstance(options, dict) else {}
    host, port = str(options.get("host") or ""), str(options.get("port") or "0")
    try:
        named = urlsplit(host if "://" in host else f"tcp://{host}")
        return named.hostname or "", named.port or (int(port) if port.isdecimal() else 0)
    except ValueError:
        return "", 0


def _by_whom(port: int) -> str:
    """The program that listens on the port, where it is one of the user's own: others' are not shown to them."""
    for one in psutil.net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port and one.pid:
            try:
                return f" by {psutil.Process(one.pid).name()} (process {one.pid})"
            except psutil.Error:
                break
    return " by another program"


def dashboard_taken(port: str) -> Cause:
    """The note that the dashboard's port is another program's."""
    return Cause(
        "PEG638",
        f"port {port} of the dashboard is taken on this host; the test's dashboard has another one",
        f"your program's gets a random one too, and only warns: end what has port {port}, or take a port of your own "
        "with pegconf init --dashboard-port own",
    )


def log_directory(configured: object, error: OSError) -> Cause:
    """The section's log directory cannot be made or written on this host."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return Cause(
        "PEG640",
        f"the log directory {configured} {'is full' if full else 'cannot be written'} on this host: {error.strerror}",
        "make room there, or set log-directory: to another folder"
        if full
        else "make it, or set log-directory: to a folder that this host and the compute nodes share",
    )


def misread_id(accepted: Mapping[str, Accepted], pattern: str, system: BatchSystem, name: str) -> Iterable[Cause]:
    """The note that dask-jobqueue takes another number for a job's id; `pattern` is its own, `name` the section's."""
    for job_id, taken in accepted.items():
        match = re.search(pattern, taken.said)
        if match is not None and match["job_id"].partition(".")[0] not in re.findall(r"\d+", job_id):
            line = next(line for line in taken.said.splitlines() if match[0] in line)
            yield Cause(
                "PEG643",
                f"dask-jobqueue takes {match['job_id']} for the id of job {job_id}, since {system.submit[0]} prints "
                f"first: {line.strip()}",
                f"cluster.close() would cancel job {match['job_id']} and not yours: cancel what still waits by "
                f"{shlex.join(system.cancel_named(name))}, or use a project without digits",
            )
            return

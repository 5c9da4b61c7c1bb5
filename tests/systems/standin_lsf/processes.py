"""Processes of a job as /proc shows them, found by session, by parent and by their environment."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass(frozen=True)
class Process:
    """One living process."""

    pid: int
    parent: int
    session: int
    memory_kb: int


def living() -> list[Process]:
    """Return all processes that are not zombies."""
    found = (_read(entry) for entry in PROC.iterdir() if entry.name.isdigit())
    return [process for process in found if process is not None]


def _read(entry: Path) -> Process | None:
    try:
        text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    values = text.rpartition(")")[2].split()
    if values[0] in "ZX":
        return None
    return Process(int(entry.name), int(values[1]), int(values[3]), int(values[21]) * PAGE_KB)


def of_job(leader: int) -> list[Process]:
    """Return the processes of a job: its session and everything started below it."""
    everything = living()
    members = {process.pid for process in everything if leader in {process.pid, process.session}}
    grown = True
    while grown:
        below = {process.pid for process in everything if process.parent in members and process.pid > 1}
        grown = not below <= members
        members |= below
    return [process for process in everything if process.pid in members]


def send(pids: list[int], number: int) -> None:
    """Send a signal to processes, some of which may be gone already."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def signal_number(text: str) -> int | None:
    """Read a signal as `bkill -s` takes it: KILL, SIGKILL or 9."""
    if text.isdigit():
        return int(text) if 0 < int(text) < signal.NSIG else None
    name = text.upper().removeprefix("SIG")
    return next((one.value for one in signal.Signals if one.name == f"SIG{name}"), None)


def marked(variable: str, value: str) -> dict[int, dict[str, str]]:
    """Return the environments of the living processes that were started with a variable of that value, by id."""
    wanted = f"{variable}={value}"
    found: dict[int, dict[str, str]] = {}
    for process in living():
        try:
            text = (PROC / str(process.pid) / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        items = text.split("\0")
        if wanted in items:
            found[process.pid] = dict(item.partition("=")[::2] for item in items)
    return found


def command_line(pid: int) -> str:
    """Return the command line of a process, empty when it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def ancestors() -> set[int]:
    """Return this process and those above it."""
    parents = {process.pid: process.parent for process in living()}
    found = {os.getpid()}
    above = parents.get(os.getpid(), 0)
    while above and above not in found:
        found.add(above)
        above = parents.get(above, 0)
    return found

"""What a killed run left in the queue: each run notes itself, and the next one cancels its jobs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from pegconf.batch.job import Presence
from pegconf.core import commands, units
from pegconf.jobs import confirm_ended
from pegconf.jobs.run_jobs import ASK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pegconf.batch.base import BatchSystem

_NAME: Final = re.compile(r"peg-[0-9a-f]{8}")
AFTERWARDS_SECONDS: Final = 600
"""How long after its own limits a run on another host may still be cancelling its jobs."""


@dataclass(frozen=True, slots=True)
class Run:
    """One smoke test or probe: its jobs' name, and the process that cancels them, by host, id and start (unix time).

    `ends` is the unix time after which the run cannot still be going on, `ids` are those of its jobs so far.
    """

    name: str
    system: str
    host: str
    pid: int
    started: float
    ends: float
    ids: tuple[str, ...] = ()

    def goes_on(self) -> bool:
        """Whether the run may still be under way; of another host's only its own limits tell."""
        if self.host != os.uname().nodename:
            return time.time() < self.ends + AFTERWARDS_SECONDS
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started) < 1
        except psutil.NoSuchProcess:
            return False


def folder(environ: Mapping[str, str]) -> Path:
    """Where runs are noted: `$XDG_STATE_HOME/pegconf/runs`, else below `~/.local/state`."""
    state = environ.get("XDG_STATE_HOME")
    home = Path(environ["HOME"]) if environ.get("HOME") else Path("~").expanduser()
    return (Path(state) if state else home / ".local" / "state") / "pegconf" / "runs"


def this_run(name: str, system: BatchSystem, seconds: float) -> Run:
    """A run of this process."""
    me = psutil.Process()
    return Run(name, system.name, os.uname().nodename, me.pid, me.create_time(), time.time() + seconds)


class Note:
    """The note of a run that is under way, and what remains of it at its end."""

    def __init__(self, run: Run, file: Path | None) -> None:
        """Without a file nothing is written: a run whose jobs are this host's own processes needs no note."""
        self.remaining: list[str] = []
        self._run, self._file = run, file

    def add(self, job_id: str) -> None:
        """Note a job's id at once: after a kill -9 nobody else knows it."""
        self._run = replace(self._run, ids=(*self._run.ids, job_id))
        with contextlib.suppress(OSError):
            self.write()

    def write(self) -> None:
        """Write the note in one piece; raises OSError."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(asdict(self._run)), encoding="utf-8")
        part.replace(self._file)


@contextlib.contextmanager
def noted(name: str, system: BatchSystem, seconds: float, say: Callable[[str], None]) -> Iterator[Note]:
    """Note a run while it lasts, `seconds` at most; the note stays where jobs remain.

    A home that cannot be written only costs the note.
    """
    file = folder(os.environ) / f"{name}.json"
    note = Note(this_run(name, system, seconds), file)
    try:
        note.write()
    except OSError as error:
        say(f"this run cannot be noted in {file.parent} ({error.strerror}): if it is killed, its jobs are not found")
    try:
        yield note
    finally:
        if not note.remaining:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)


def cancel(system: BatchSystem, say: Callable[[str], None]) -> None:
    """Cancel what killed runs left on this batch system: jobs under the very name of such a run, and no others."""
    for file in sorted(folder(os.environ).glob("peg-*.json")):
        run = _read(file, system)
        if run is not None and run.system == system.name and not run.goes_on():
            _cancel(run, file, system, say)


def _cancel(run: Run, file: Path, system: BatchSystem, say: Callable[[str], None]) -> None:
    """Cancel a killed run's jobs; its note goes once all of them are known to be gone."""
    by_name = confirm_ended.listed(system, run.name)
    ids = dict.fromkeys([*run.ids, *(job.job_id for job in by_name or ())])
    said = {job: confirm_ended.presence(system, job, run.name, by_name) for job in ids}
    there = [job for job, presence in said.items() if presence is Presence.THERE]
    if there:
        done = commands.run(system.cancel(there), ASK_SECONDS)
        told = "" if done.code == 0 else f"; {done.command} {done.ended}: {done.said}"
        say(f"a killed run, {run.name}, had left {units.count(len(there), 'job')}: cancelled{told}")
        return
    not_told = [job for job, presence in said.items() if presence is Presence.UNKNOWN]
    # Without ids a submission may have been cut off before it gave one: one empty list is not yet an answer.
    if by_name == () and not ids:
        time.sleep(confirm_ended.TWICE_SECONDS)
        by_name = None if confirm_ended.listed(system, run.name) != () else ()
    if by_name is None or not_told:
        jobs = f"job {', '.join(not_told)}" if not_told else f"jobs named {run.name}"
        command = shlex.join(system.cancel(not_told) if not_told else system.cancel_named(run.name))
        say(
            f"what the killed run {run.name} left is not known: {system.title} does not say it; "
            f"{jobs}: cancel with {command}"
        )
    elif run.host == os.uname().nodename or time.time() > run.ends + AFTERWARDS_SECONDS:
        # The queue holds none of its jobs; from another host it might be the queue of another cluster.
        file.unlink(missing_ok=True)


def _read(file: Path, system: BatchSystem) -> Run | None:
    """The note in a file, or None where it is no such note: its name and ids go to the batch system's commands."""
    try:
        run = Run(**json.loads(file.read_text(encoding="utf-8")))
        run = replace(run, ids=tuple(job for job in run.ids if system.is_job_id(job)))
    except (OSError, ValueError, TypeError):
        return None
    return run if _NAME.fullmatch(file.stem) and run.name == file.stem else None

"""What a killed run left in the queue: each run notes itself, and the next one cancels its jobs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from pegconf.core import commands, units
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

    `ends` is the unix time after which the run cannot still be going on.
    """

    name: str
    system: str
    host: str
    pid: int
    started: float
    ends: float

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


@contextlib.contextmanager
def noted(name: str, system: BatchSystem, seconds: float, say: Callable[[str], None]) -> Iterator[list[str]]:
    """Note a run while it lasts, `seconds` at most; the note stays where jobs remain in the list that it gives.

    A home that cannot be written only costs the note.
    """
    remaining: list[str] = []
    me = psutil.Process()
    run = Run(name, system.name, os.uname().nodename, me.pid, me.create_time(), time.time() + seconds)
    file = folder(os.environ) / f"{name}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(asdict(run)), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        say(f"this run cannot be noted in {file.parent} ({error.strerror}): if it is killed, its jobs are not found")
    try:
        yield remaining
    finally:
        if not remaining:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)


def cancel(system: BatchSystem, say: Callable[[str], None]) -> None:
    """Cancel what killed runs left on this batch system: jobs under the very name of such a run, and no others."""
    for file in sorted(folder(os.environ).glob("peg-*.json")):
        run = _read(file)
        if run is None or run.system != system.name or run.goes_on():
            continue
        answer = commands.run(system.list_named(run.name), ASK_SECONDS)
        if answer.code != 0 and not system.says_none(answer.out + answer.err):
            say(f"{answer.command} {answer.ended}, so what the killed run {run.name} left is not known")
            continue
        jobs = [job for job in system.parse_jobs(answer.out) if job.name == run.name and not job.state.finished]
        if jobs:
            ids = [job.job_id for job in jobs]
            done = commands.run(system.cancel(ids), ASK_SECONDS)
            told = "" if done.code == 0 else f"; {done.command} {done.ended}: {done.said}"
            say(f"a killed run, {run.name}, had left {units.count(len(ids), 'job')}: cancelled{told}")
        elif run.host == os.uname().nodename or time.time() > run.ends + AFTERWARDS_SECONDS:
            # The queue holds none of its jobs; from another host it might be the queue of another cluster.
            file.unlink(missing_ok=True)


def _read(file: Path) -> Run | None:
    """The note in a file, or None where it is no such note: its name goes to the batch system's commands."""
    try:
        run = Run(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return run if _NAME.fullmatch(file.stem) and run.name == file.stem else None

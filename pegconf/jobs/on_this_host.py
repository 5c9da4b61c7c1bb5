"""The jobs of one run as processes of this machine, each in its own process group."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Final

import psutil

from pegconf.batch.base import ExitReason, PendingReason, QueuedJob, State
from pegconf.core import commands, units
from pegconf.core.progress import Progress
from pegconf.jobs.run_jobs import Refusal, Remaining
from pegconf.jobs.timeline import Accepted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pegconf.batch.base import BatchSystem

END_SECONDS: Final = 10.0
"""How long processes that were asked to end have for it."""
GONE_SECONDS: Final = 120.0
"""And those that were killed: on a busy host they take a while to be gone, and no longer if one waits."""
OUTPUT_READ: Final = 100_000


def by_its_shell(script: str, file: Path) -> list[str]:
    """The command that runs a batch system's script here: the shell that its first line names."""
    return [*(shlex.split(script.splitlines()[0].removeprefix("#!")) or ["sh"]), str(file)]


def word_by_word(script: str, _file: Path) -> list[str]:
    """The command that dask-jobqueue's LocalJob makes of its script, which no shell reads (dask_jobqueue/local.py)."""
    return script.split()


class LocalJobs:
    """This run's jobs as process groups; their scripts and output lie in `folder`, `words` makes the command."""

    def __init__(
        self,
        system: BatchSystem,
        run_name: str,
        folder: Path,
        words: Callable[[str, Path], list[str]] = by_its_shell,
    ) -> None:
        self.system = system
        self.title = "this machine"
        self.refusals: list[Refusal] = []
        self.accepted: dict[str, Accepted] = {}
        self.script = ""
        self.reasons: dict[str, PendingReason] = {}
        self._run_name = run_name
        self._folder = folder
        self._words = words
        self._lock = threading.Lock()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._closed = False

    def submit(self, worker: str, script: str) -> None:
        """Write the script and start it."""
        file = self._folder / f"{worker}.sh"
        file.write_text(script, encoding="utf-8")
        self.script = script
        words = self._words(script, file)
        with self._lock:
            if self._closed:
                return
            with (self._folder / f"{worker}.log").open("wb") as log:
                try:
                    process = subprocess.Popen(
                        words,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                except OSError as error:
                    self.refusals.append(Refusal(words[0], str(error.strerror)))
                    return
            self._processes[worker] = process
            self.accepted[worker] = Accepted(worker, time.time())

    def submitting(self) -> int:
        """Nothing: a process starts at once."""
        return 0

    def jobs(self) -> tuple[QueuedJob, ...]:
        """The processes and whether they still run."""
        host = os.uname().nodename
        with self._lock:
            known = tuple(self._processes.items())
        return tuple(QueuedJob(worker, self._run_name, _state(process), host) for worker, process in known)

    def why_pending(self, job: QueuedJob) -> PendingReason:  # noqa: ARG002 - processes never wait
        """Nothing waits here."""
        return PendingReason()

    def room(self) -> int | None:
        """Processes do not wait for one another."""
        return None

    def why_ended(self, job: QueuedJob) -> ExitReason:
        """The exit code of the script."""
        code = self._processes[job.job_id].poll()
        return ExitReason("" if code is None else f"Exited with exit code {code}.")

    def output(self, job: QueuedJob) -> str:
        """The end of the script's output."""
        return (self._folder / f"{job.job_id}.log").read_text(encoding="utf-8", errors="replace")[-OUTPUT_READ:]

    def cancel(self) -> None:
        """Ask every process group to end."""
        with self._lock:
            self._closed = True
        self._signal(signal.SIGTERM)

    def make_sure(self, show: Callable[[Progress], None]) -> tuple[Remaining, ...]:
        """Wait for the process groups to end, then end them by force."""
        for signal_number, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, GONE_SECONDS)):
            self._signal(signal_number)
            ends = time.monotonic() + seconds
            while (alive := self._alive()) and time.monotonic() < ends:
                show(Progress(f"waiting for {units.count(len(alive), 'process')} to end"))
                time.sleep(0.1)
        return tuple(Remaining(f"process {pid} remains: end it with kill -9 {pid}") for pid in self._alive())

    def _signal(self, signal_number: int) -> None:
        for process in self._processes.values():
            commands.kill_group(process.pid, signal_number)

    def _alive(self) -> tuple[int, ...]:
        """Processes in the jobs' groups that have not ended; a zombie has."""
        for process in self._processes.values():
            process.poll()
        groups = {process.pid for process in self._processes.values()}
        alive = []
        for running in psutil.process_iter(["status"]):
            with contextlib.suppress(ProcessLookupError):
                if os.getpgid(running.pid) in groups and running.info["status"] != psutil.STATUS_ZOMBIE:
                    alive.append(running.pid)
        return tuple(alive)


def _state(process: subprocess.Popen[bytes]) -> State:
    code = process.poll()
    if code is None:
        return State.RUNNING
    return State.DONE if code == 0 else State.FAILED

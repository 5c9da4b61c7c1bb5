"""The supervisor of one job: waits for room, runs the script, watches its limits and writes its report."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from . import environment, place, processes, report

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord, Store

RECHECK = 0.5
ESCALATION = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
AT_LIMIT = (signal.SIGUSR2, *ESCALATION)
RESET = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE)
RUN_LIMIT = "TERM_RUNLIMIT: job killed after reaching LSF run time limit."
MEMORY_LIMIT = "TERM_MEMLIMIT: job killed after reaching LSF memory usage limit."
OWNER = "TERM_OWNER: job killed by owner."
ADMINISTRATOR = "TERM_ADMIN: job killed by root or LSF administrator."


def launch(store: Store, number: int) -> None:
    """Leave a detached supervisor behind for a job, so that bsub returns at once."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        _detach(store, number)
        if os.fork() == 0:
            Supervisor(store, number).run()
    finally:
        os._exit(0)


def _detach(store: Store, number: int) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    errors = os.open(store.job_folder(number) / "supervisor.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for target, source in ((0, nothing), (1, nothing), (2, errors)):
        os.dup2(source, target)
    os.closerange(3, 256)
    for number_of_signal in RESET:
        signal.signal(number_of_signal, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


@dataclass
class _Ending:
    """How a running job is being ended: the signals still to come, when the next is due, and why."""

    signals: list[int] = field(default_factory=list)
    due: float = 0.0
    reason: str = ""


@dataclass
class Supervisor:
    """What follows one job from its submission to its end."""

    store: Store
    number: int
    ending: _Ending = field(default_factory=_Ending)
    memory_checked: float = 0.0
    max_memory_kb: int = 0
    requests_read: int = 0

    def run(self) -> None:
        """Wait for room, run the job and finish it, unless it is removed before or the stand-in is stopped."""
        job = self._wait()
        if job is not None:
            try:
                code = self._execute(job)
            except Exception:
                self._finish(job, 127)
                raise
            if code is not None:
                self._finish(job, code)

    def _wait(self) -> JobRecord | None:
        seen, looked = -1, 0.0
        while not self.store.stopped:
            cluster = self.store.cluster()
            version = self.store.count("version")
            if version == seen and time.monotonic() - looked < RECHECK:
                time.sleep(cluster.poll_interval)
                continue
            looked = time.monotonic()
            with self.store.locked():
                self._dispatch_if_due()
                seen = self.store.count("version")
                job = self.store.job(self.number)
                if job is None or not job.unfinished:
                    return None
                if job.status == "RUN":
                    return job
                if job.deadline is not None and time.time() + cluster.clock_ahead >= job.deadline:
                    self.store.save(replace(job, status="EXIT", end_time=time.time(), exit_code=0))
                    return None
            time.sleep(cluster.poll_interval)
        return None

    def _dispatch_if_due(self) -> None:
        """Consider all waiting jobs again after any change, else twice a second, whichever supervisor comes first."""
        marker = self.store.folder / "dispatched"
        fresh = marker.exists() and time.time() - marker.stat().st_mtime < RECHECK
        if fresh and self.store.count("dispatched") == self.store.count("version"):
            return
        place.dispatch(self.store)
        self.store.set_count("dispatched", self.store.count("version"))

    def _execute(self, job: JobRecord) -> int | None:
        folder = self.store.job_folder(job.id)
        cluster = self.store.cluster()
        host = cluster.host(job.hosts[0]) if job.hosts else None
        # Entering a host's namespaces leads to /.
        there = [*host.enter, "env", "-C", job.cwd] if host and host.enter else []
        with ExitStack() as files:
            out = files.enter_context((folder / "out").open("wb"))
            err = files.enter_context((folder / "err").open("wb")) if job.error else subprocess.STDOUT
            try:
                process = subprocess.Popen(
                    [*there, str(folder / "script")],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    cwd=job.cwd,
                    env=environment.of_job(job, self.store, cluster),
                    start_new_session=True,
                )
            except OSError as problem:
                out.write(f"{problem}\n".encode())
                return 127
        self.store.change(job.id, pid=process.pid)
        return self._watch(replace(job, pid=process.pid), process)

    def _watch(self, job: JobRecord, process: subprocess.Popen[bytes]) -> int | None:
        while True:
            cluster = self.store.cluster()
            try:
                code = process.wait(cluster.poll_interval)
            except subprocess.TimeoutExpired:
                if self.store.stopped:
                    processes.send([one.pid for one in processes.of_job(job.pid)], signal.SIGKILL)
                    return None
                self._requests(job)
                self._limits(job, cluster)
                self._escalate(job, cluster)
                continue
            if self.ending.reason:
                processes.send([one.pid for one in processes.of_job(job.pid)], signal.SIGKILL)
            return code if code >= 0 else 128 - code

    def _requests(self, job: JobRecord) -> None:
        """Carry out what `bkill` has asked for since the last look; `end` means the whole escalation."""
        path = self.store.job_folder(job.id) / "requests"
        words = path.read_text(encoding="utf-8").split() if path.exists() else []
        for word in words[self.requests_read :]:
            if word == "end":
                self._end(ESCALATION, OWNER)
            elif word == "end-by-administrator":
                self._end(ESCALATION, ADMINISTRATOR)
            else:
                processes.send([one.pid for one in processes.of_job(job.pid)], int(word))
        self.requests_read = len(words)

    def _limits(self, job: JobRecord, cluster: Cluster) -> None:
        now = time.time()
        limit = run_limit(job, cluster)
        if limit is not None and job.start_time and now - job.start_time >= limit * cluster.seconds_per_minute:
            self._end(AT_LIMIT, RUN_LIMIT)
        if job.deadline is not None and now + cluster.clock_ahead >= job.deadline:
            self._end(AT_LIMIT, RUN_LIMIT)
        if not cluster.enforce_memory or job.memory_limit_kb is None:
            return
        if now - self.memory_checked >= cluster.memory_check_interval:
            self.memory_checked = now
            used = sum(one.memory_kb for one in processes.of_job(job.pid))
            self.max_memory_kb = max(used, self.max_memory_kb)
            if used > job.memory_limit_kb:
                self._end(ESCALATION, MEMORY_LIMIT)

    def _end(self, signals: tuple[int, ...], reason: str) -> None:
        if not self.ending.reason:
            self.ending = _Ending(list(signals), 0.0, reason)

    def _escalate(self, job: JobRecord, cluster: Cluster) -> None:
        """Send the next signal when it is due; the last one again and again."""
        if not self.ending.signals or time.time() < self.ending.due:
            return
        number = self.ending.signals[0]
        self.ending.signals = self.ending.signals[1:] or [number]
        self.ending.due = time.time() + cluster.job_terminate_interval
        processes.send([one.pid for one in processes.of_job(job.pid)], number)

    def _finish(self, job: JobRecord, code: int) -> None:
        """Write the report first and then the end of the job, so that who sees DONE finds the files."""
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        cluster = self.store.cluster()
        ended = replace(
            job,
            status="EXIT" if code else "DONE",
            exit_code=code,
            end_time=time.time(),
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            max_memory_kb=self.max_memory_kb,
            term_reason=self.ending.reason if cluster.term_reasons and code else "",
        )
        ended = replace(ended, output_lost=not report.write(ended, self.store, cluster))
        with self.store.locked():
            self.store.save(ended)


def run_limit(job: JobRecord, cluster: Cluster) -> float | None:
    """Return the run limit in minutes, normalised by CPU factor while it runs, as recorded on volclava 2.2."""
    host = cluster.host(job.hosts[0]) if job.hosts else None
    master = cluster.host(cluster.master)
    if job.run_limit is None or not cluster.normalise_run_limit or host is None or master is None:
        return job.run_limit
    return job.run_limit * master.cpu_factor / host.cpu_factor

"""The supervisor of one job: waits for room, runs the script on its node, watches its walltime, copies its output."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.systems.standin_lsf import processes

from . import amounts, environment, place

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord, Store

RECHECK = 0.5
RESET = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE)
AT_WALLTIME = -29
"""The Exit_status of a job that its walltime has ended."""
NO_SHELL = 254


def launch(store: Store, key: str) -> None:
    """Leave a detached supervisor behind for a job, so that qsub returns at once."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        _detach(store, key)
        if os.fork() == 0:
            Supervisor(store, key).run()
    finally:
        os._exit(0)


def _detach(store: Store, key: str) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    errors = os.open(store.job_folder(key) / "supervisor.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for target, source in ((0, nothing), (1, nothing), (2, errors)):
        os.dup2(source, target)
    os.closerange(3, 256)
    for number in RESET:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


@dataclass
class Supervisor:
    """What follows one job from its submission to its end."""

    store: Store
    key: str
    over: str = ""
    looked: float = 0.0
    terminated: float = 0.0

    def run(self) -> None:
        """Wait for room, run the job and finish it, unless it is removed before or the stand-in is stopped."""
        job = self._wait()
        if job is None:
            return
        code = self._execute(job)
        if not self.store.stopped:
            self._finish(code)

    def _job(self) -> JobRecord | None:
        return self.store.job(self.key)

    def _change(self, **values: object) -> JobRecord:
        with self.store.locked():
            job = self._job()
            assert job is not None
            return self.store.save(job, **values)

    def _wait(self) -> JobRecord | None:
        seen, looked = -1, 0.0
        every = self.store.cluster().poll_interval
        while not self.store.stopped:
            version = self.store.count("version")
            if version == seen and time.monotonic() - looked < RECHECK:
                time.sleep(every)
                continue
            looked = time.monotonic()
            with self.store.locked():
                self._dispatch_if_due()
                seen = self.store.count("version")
                job = self._job()
                if job is None or not job.unfinished:
                    return None
                if job.state == "R":
                    return job
            time.sleep(every)
        return None

    def _dispatch_if_due(self) -> None:
        """Consider all waiting jobs again after any change, else twice a second, whichever supervisor comes first."""
        marker = self.store.folder / "dispatched"
        fresh = marker.exists() and time.time() - marker.stat().st_mtime < RECHECK
        if fresh and self.store.count("dispatched") == self.store.count("version"):
            return
        place.dispatch(self.store)
        self.store.set_count("dispatched", self.store.count("version"))

    def _execute(self, job: JobRecord) -> int:
        """Run the script with the user's shell, as PBS does, whatever its first line says."""
        folder = self.store.job_folder(job.key)
        cluster = self.store.cluster()
        out, err = spooled(job, self.store)
        time.sleep(cluster.sent_for)
        self._change(substate=42, comment=f"Job run at {amounts.at(job.started or 0)} on {job.vnodes}")
        home = Path(cluster.real(job.home))
        there = [*cluster.node(job.nodes[0]).enter, "env", "-C", str(home)] if cluster.node(job.nodes[0]).enter else []
        shell = job.shell or job.variables.get("PBS_O_SHELL", "/bin/sh")
        if shutil.which(shell) is None:
            out.touch(0o600)
            err.write_text(f"{shell}: No such file or directory\n", encoding="utf-8")
            return NO_SHELL
        for path in (out, err):
            path.touch(0o600)
        with out.open("wb") as to_out, err.open("wb") as to_err:
            joined = job.join == "oe"
            process = subprocess.Popen(
                [*there, shell, str(folder / "script")],
                stdin=subprocess.DEVNULL,
                stdout=to_out if job.join != "eo" else to_err,
                stderr=to_out if joined else to_err,
                cwd=home,
                env=environment.of_job(job, self.store, cluster),
                start_new_session=True,
            )
        self._change(pid=process.pid, session=process.pid)
        return self._watch(job, process)

    def _watch(self, job: JobRecord, process: subprocess.Popen[bytes]) -> int:
        while True:
            cluster = self.store.cluster()
            try:
                code = process.wait(cluster.poll_interval)
            except subprocess.TimeoutExpired:
                if self.store.stopped:
                    self._signal(process.pid, signal.SIGKILL)
                    return 0
                self._look(process.pid, cluster)
                continue
            if self.terminated:
                self._signal(process.pid, signal.SIGKILL)
            if code >= 0:
                return code
            return 256 - code if self.terminated else 128 - code

    def _look(self, pid: int, cluster: Cluster) -> None:
        """Pass on what qdel has asked for, and end a job that is over its walltime: TERM first, later KILL."""
        now = time.time()
        job = self._job()
        if job is None:
            return
        if job.deleted_by and not self.terminated and job.key not in cluster.deaf:
            self._terminate(pid, signal.SIGKILL if job.state == "S" else signal.SIGTERM)
        elif self.terminated and now - self.terminated >= cluster.term_delay:
            self._signal(pid, signal.SIGKILL)
        limit = amounts.seconds(job.resources.get("walltime", ""))
        if limit is None or self.terminated or now - self.looked < cluster.mom_poll:
            return
        self.looked = now
        used = (now - (job.started or now)) * cluster.clock_speed
        if used > limit:
            self.over = f"=>> PBS: job killed: walltime {int(used)} exceeded limit {limit}\n"
            with spooled(job, self.store)[0 if job.join == "oe" else 1].open("a", encoding="utf-8") as err:
                err.write(self.over)
            self._terminate(pid, signal.SIGTERM)

    def _terminate(self, pid: int, number: int) -> None:
        self.terminated = time.time()
        self._signal(pid, number)
        if number == signal.SIGKILL:
            self._signal(pid, signal.SIGCONT)

    def _signal(self, pid: int, number: int) -> None:
        processes.send([one.pid for one in processes.of_job(pid)], number)

    def _finish(self, code: int) -> None:
        """Be in state E until the output is where it belongs, and only then gone."""
        cluster = self.store.cluster()
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        status = AT_WALLTIME if self.over else code
        job = self._change(state="E", substate=51, exit_status=status, memory_kb=usage.ru_maxrss)
        time.sleep(cluster.exiting_for)
        began = time.time()
        while not (delivered := deliver(job, self.store, cluster)) and not self.store.stopped:
            cluster = self.store.cluster()
            if time.time() - began >= cluster.stage_out_tries:
                break
            time.sleep(cluster.poll_interval)
        self._change(substate=53, stage_out=int(delivered))
        left = time.time()
        while time.time() - left < self.store.cluster().leaving_for and not self.store.stopped:
            time.sleep(cluster.poll_interval)
        if self.over:
            substate, how = 93, " and exceeded resource walltime"
        elif job.deleted_by:
            substate, how = 91, ""
        else:
            substate, how = (93, " and failed") if status else (92, " and finished")
        with self.store.locked():
            job = self._job() or job
            ended = self.store.save(job, state="F", substate=substate, ended=time.time(), comment=job.comment + how)
            release(ended, self.store, cluster)
            place.arrays(self.store)


def release(job: JobRecord, store: Store, cluster: Cluster) -> None:
    """Let jobs go on that waited for this one, or end those that waited for another end; the caller holds the lock."""
    for other in store.jobs():
        kind, _, key = other.dependency.partition("@")[0].partition(":")
        if other.state != "H" or not kind.startswith("after") or key.partition(".")[0] != job.key:
            continue
        good = {"afterok": job.exit_status == 0, "afternotok": job.exit_status != 0}.get(kind, True)
        if good:
            store.save(other, state="Q", substate=10, hold="n")
        else:
            store.save(other, state="F", substate=92, ended=time.time())


def spooled(job: JobRecord, store: Store) -> tuple[Path, Path]:
    """Where the output of a job lies while it runs: on its node."""
    folder = store.job_folder(job.key)
    return folder / "spool.OU", folder / "spool.ER"


def deliver(job: JobRecord, store: Store, cluster: Cluster) -> bool:
    """Copy the output to where it belongs; False where that folder is not there."""
    done = True
    for path, suffix, spool in zip(targets(job, cluster), ("OU", "ER"), spooled(job, store), strict=True):
        if (job.join == "oe" and suffix == "ER") or (job.join == "eo" and suffix == "OU") or not spool.exists():
            continue
        shown = f"{path}{job.key}.{cluster.name}.{suffix}" if path.endswith("/") else path
        real = Path(cluster.real(shown))
        if not real.parent.is_dir():
            done = False
            continue
        shutil.copyfile(spool, real)
        real.chmod(0o600)
    return done


def targets(job: JobRecord, cluster: Cluster) -> tuple[str, str]:
    """The paths of `-o` and `-e` in full, without the host; a folder ends with a slash."""
    index = ".^array_index^" if job.array else f".{job.key.partition('[')[2].rstrip(']')}" if job.part_of else ""
    found = []
    for given, letter in ((job.output, "o"), (job.error, "e")):
        path = given.partition(":")[2] if ":" in given else given
        whole = str(Path(job.folder, path)) if path else f"{job.folder}/{job.name}.{letter}{job.number}{index}"
        folder = path.endswith("/") or (bool(path) and Path(cluster.real(whole)).is_dir())
        found.append(f"{whole}/" if folder else whole)
    return found[0], found[1]

"""What tests use: start a stand-in LSF over a folder, change it while it runs, look at its jobs, stop it."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import cluster as clusters
from . import processes
from .cluster import Cluster, Fault
from .presets import pegasus
from .state import STATE_VARIABLE, JobRecord, Store

if TYPE_CHECKING:
    from collections.abc import Mapping

BIN = Path(__file__).resolve().parent / "bin"
SWEEPS = 2000


@dataclass(frozen=True)
class StandInLsf:
    """A stand-in LSF over one state folder."""

    state: Path

    @property
    def store(self) -> Store:
        """The state folder as the commands see it."""
        return Store(self.state)

    @property
    def path(self) -> str:
        """The folder to put first on PATH."""
        return str(BIN)

    @property
    def cluster(self) -> Cluster:
        """The cluster with its present settings."""
        return self.store.cluster()

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return an environment in which the commands are found and LSF_ENVDIR holds an lsf.conf."""
        path = os.pathsep.join(part for part in (self.path, base.get("PATH", "")) if part)
        return {
            **base,
            "PATH": path,
            STATE_VARIABLE: str(self.state),
            "STANDIN_LSF_PYTHON": sys.executable,
            "LSF_ENVDIR": str(self.state / "etc"),
        }

    def change(self, **settings: Any) -> None:
        """Change settings of the cluster, from the next look of any command or job on."""
        unknown = settings.keys() - clusters.setting_names()
        if unknown:
            message = f"not settings of the stand-in: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        with self.store.locked():
            changed = replace(self.cluster, **settings)
            _write(self.store, changed)

    def change_queue(self, name: str, **values: Any) -> None:
        """Change one queue, for example `opened=False`."""
        queues = tuple(replace(one, **values) if one.name == name else one for one in self.cluster.queues)
        self.change(queues=queues)

    def change_host(self, name: str, **values: Any) -> None:
        """Change one host, for example `status="closed_Adm"` or `reports=False`."""
        hosts = tuple(replace(one, **values) if one.name == name else one for one in self.cluster.hosts)
        self.change(hosts=hosts)

    def fault(self, command: str, fault: Fault | None = None) -> None:
        """Set the fault of one command, or take it away."""
        with self.store.locked():
            self.store.set_count(f"faults.{command}", 0)
        self.change(faults={**self.cluster.faults, command: fault or Fault()})

    def jobs(self) -> list[JobRecord]:
        """Return all jobs ever submitted, by id."""
        return self.store.jobs()

    def unfinished(self) -> list[JobRecord]:
        """Return the jobs that wait or run."""
        return [job for job in self.jobs() if job.unfinished]

    def end_as_administrator(self, number: int) -> None:
        """End a running job as an administrator's bkill does, which the job's record then says."""
        with self.store.locked(), (self.store.job_folder(number) / "requests").open("a", encoding="utf-8") as requests:
            requests.write("end-by-administrator\n")

    def wait_until_empty(self, seconds: float = 300) -> None:
        """Wait until no job waits or runs, or raise TimeoutError."""
        deadline = time.monotonic() + seconds
        while left := self.unfinished():
            if time.monotonic() > deadline:
                message = f"unfinished after {seconds} s: {[(job.id, job.status) for job in left]}"
                raise TimeoutError(message)
            time.sleep(0.05)

    def script(self, number: int) -> str:
        """Return the script of a job as it was submitted."""
        return (self.store.job_folder(number) / "script").read_text(encoding="utf-8")

    def processes(self) -> list[int]:
        """Return the living processes of this stand-in: commands, supervisors and all that jobs have started."""
        found = {
            pid
            for pid, variables in processes.marked(STATE_VARIABLE, str(self.state)).items()
            if "LSB_JOBID" in variables or f"{BIN.parent.name}/bin/../main.py" in processes.command_line(pid)
        }
        for job in self.jobs():
            if job.pid and job.unfinished:
                found |= {one.pid for one in processes.of_job(job.pid)}
        return sorted(found - processes.ancestors())

    def stop(self) -> None:
        """Kill every job, supervisor and hung command, and wait until they are gone; later commands do nothing."""
        (self.state / "stopped").touch()
        for _ in range(SWEEPS):
            left = self.processes()
            if not left:
                return
            processes.send(left, signal.SIGKILL)
            time.sleep(0.05)
        message = f"still living after stop: {self.processes()}"
        raise RuntimeError(message)


def start(state: Path, cluster: Cluster | None = None) -> StandInLsf:
    """Start a stand-in LSF over a folder, which is made if it is not there."""
    state.mkdir(parents=True, exist_ok=True)
    store = Store(state.resolve())
    for name in ("jobs", "etc", "lsf/bin", "lsf/sbin"):
        (store.folder / name).mkdir(parents=True, exist_ok=True)
    (store.folder / "stopped").unlink(missing_ok=True)
    _write(store, cluster or pegasus())
    return StandInLsf(store.folder)


def _write(store: Store, cluster: Cluster) -> None:
    clusters.save(store.cluster_file, cluster)
    conf = store.folder / "etc" / "lsf.conf"
    line = f"LSF_UNIT_FOR_LIMITS={cluster.limit_unit}\n" if cluster.limit_unit else ""
    conf.write_text(line, encoding="utf-8")
    store.touch()

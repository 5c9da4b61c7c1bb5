"""What tests use: start a stand-in PBS over a folder, change it while it runs, look at its jobs, stop it."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.systems.standin_lsf import processes

from . import cluster as clusters
from .cluster import Cluster, Fault
from .presets import small
from .state import STATE_VARIABLE, USER_VARIABLE, JobRecord, Store

if TYPE_CHECKING:
    from collections.abc import Mapping

BIN = Path(__file__).resolve().parent / "bin"
OTHERS = ("sbatch", "qconf", "bsub", "oarsub", "condor_submit", "msub")
"""Commands by which the batch systems are known that tests install on this machine."""
SWEEPS = 2000


@dataclass(frozen=True)
class StandInPbs:
    """A stand-in PBS over one state folder."""

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

    def environment(self, base: Mapping[str, str], user: str | None = None) -> dict[str, str]:
        """An environment in which the commands are found, and are given by that user where one is named."""
        path = os.pathsep.join(part for part in (self.path, base.get("PATH", "")) if part)
        who = {USER_VARIABLE: user} if user else {}
        return {**base, "PATH": path, STATE_VARIABLE: str(self.state), "STANDIN_PBS_PYTHON": sys.executable, **who}

    def change(self, **settings: Any) -> None:
        """Change settings of the cluster, from the next look of any command or job on."""
        unknown = settings.keys() - clusters.setting_names()
        if unknown:
            message = f"not settings of the stand-in: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        with self.store.locked():
            _write(self.store, replace(self.cluster, **settings))

    def change_queue(self, name: str, **values: Any) -> None:
        """Change one queue, for example `enabled=False`."""
        queues = tuple(replace(one, **values) if one.name == name else one for one in self.cluster.queues)
        self.change(queues=queues)

    def change_node(self, name: str, **values: Any) -> None:
        """Change one node, for example `state="offline"`."""
        nodes = tuple(replace(one, **values) if one.name == name else one for one in self.cluster.nodes)
        self.change(nodes=nodes)

    def fault(self, command: str, fault: Fault | None = None) -> None:
        """Set the fault of one command, or take it away."""
        with self.store.locked():
            self.store.set_count(f"faults.{command}", 0)
        self.change(faults={**self.cluster.faults, command: fault or Fault()})

    def jobs(self) -> list[JobRecord]:
        """All jobs ever submitted, by number, but for those that a route queue has dropped."""
        return self.store.jobs()

    def unfinished(self) -> list[JobRecord]:
        """The jobs that are in the queue, in whatever state."""
        return [job for job in self.jobs() if job.unfinished]

    def wait_until_empty(self, seconds: float = 300) -> None:
        """Wait until no job is in the queue, or raise TimeoutError."""
        deadline = time.monotonic() + seconds
        while left := self.unfinished():
            if time.monotonic() > deadline:
                message = f"unfinished after {seconds} s: {[(job.key, job.state) for job in left]}"
                raise TimeoutError(message)
            time.sleep(0.05)

    def script(self, key: str) -> str:
        """The script of a job as it was submitted."""
        return (self.store.job_folder(key) / "script").read_text(encoding="utf-8")

    def processes(self) -> list[int]:
        """The living processes of this stand-in: commands, supervisors and all that jobs have started."""
        found = {
            pid
            for pid, variables in processes.marked(STATE_VARIABLE, str(self.state)).items()
            if "PBS_JOBID" in variables or f"{BIN.parent.name}/bin/../main.py" in processes.command_line(pid)
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


def start(state: Path, cluster: Cluster | None = None) -> StandInPbs:
    """Start a stand-in PBS over a folder, which is made if it is not there."""
    (state / "jobs").mkdir(parents=True, exist_ok=True)
    store = Store(state.resolve())
    (store.folder / "stopped").unlink(missing_ok=True)
    _write(store, cluster or small())
    return StandInPbs(store.folder)


def without_other_systems(folder: Path) -> str:
    """A PATH on which this machine's other batch systems are not: a folder of links to all else."""
    folder.mkdir()
    for command in Path("/usr/bin").iterdir():
        if command.name not in OTHERS:
            (folder / command.name).symlink_to(command)
    return str(folder)


def _write(store: Store, cluster: Cluster) -> None:
    clusters.save(store.cluster_file, cluster)
    store.touch()

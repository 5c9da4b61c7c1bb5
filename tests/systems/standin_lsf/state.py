"""The jobs on disk: one JSON file each in the state folder, changed only under one file lock."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from . import cluster as clusters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE_VARIABLE = "STANDIN_LSF_STATE"
UNFINISHED = frozenset({"PEND", "PSUSP", "RUN"})


@dataclass(frozen=True)
class JobRecord:
    """One job from its submission to its end; times are seconds since the epoch, limits minutes and kilobytes."""

    id: int
    name: str
    user: str
    queue: str
    command: str
    cwd: str
    submit_time: float
    from_host: str
    status: str = "PEND"
    project: str = "default"
    slots: int = 1
    resources: str = ""
    run_limit: float | None = None
    run_limit_given: bool = False
    memory_limit_kb: int | None = None
    output: str = ""
    error: str = ""
    requested_hosts: tuple[str, ...] = ()
    begin: float | None = None
    deadline: float | None = None
    held: bool = False
    exclusive: bool = False
    dependency: str = ""
    hosts: tuple[str, ...] = ()
    start_time: float | None = None
    end_time: float | None = None
    exit_code: int | None = None
    term_reason: str = ""
    pid: int = 0
    max_memory_kb: int = 0
    cpu_seconds: float = 0.0
    output_lost: bool = False

    @property
    def unfinished(self) -> bool:
        """Tell whether the job still waits or runs."""
        return self.status in UNFINISHED


@dataclass(frozen=True)
class Store:
    """The state folder."""

    folder: Path

    @property
    def cluster_file(self) -> Path:
        """The JSON file with the cluster and its settings."""
        return self.folder / "cluster.json"

    def cluster(self) -> clusters.Cluster:
        """Read the cluster as it is now."""
        return clusters.load(self.cluster_file)

    def job_folder(self, number: int) -> Path:
        """The folder of one job: its record, script and output so far."""
        return self.folder / "jobs" / str(number)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the state folder."""
        with (self.folder / "lock").open("a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def job(self, number: int) -> JobRecord | None:
        """Read one job."""
        path = self.job_folder(number) / "record.json"
        if not path.exists():
            return None
        return JobRecord(**clusters.tuples(json.loads(path.read_text(encoding="utf-8"))))

    def jobs(self) -> list[JobRecord]:
        """Read all jobs ever submitted, by id."""
        found = (self.job(int(path.name)) for path in (self.folder / "jobs").iterdir())
        return sorted((job for job in found if job is not None), key=lambda job: job.id)

    def save(self, job: JobRecord) -> JobRecord:
        """Write one job in one step; the caller holds the lock."""
        path = self.job_folder(job.id) / "record.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(job)), encoding="utf-8")
        part.replace(path)
        self.touch()
        return job

    def change(self, number: int, **values: object) -> JobRecord | None:
        """Replace fields of one job that has not finished, under the lock."""
        with self.locked():
            job = self.job(number)
            return self.save(replace(job, **values)) if job is not None and job.unfinished else None  # type: ignore[arg-type]

    def next_number(self) -> int:
        """Count up to the next job id; the caller holds the lock."""
        number = self.count("last_id") + 1
        self.set_count("last_id", number)
        return number

    def touch(self) -> None:
        """Note that something changed, so that waiting jobs are considered again."""
        self.set_count("version", self.count("version") + 1)

    def count(self, name: str) -> int:
        """Read one of the counters of the state folder."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return int(text or 0)

    def set_count(self, name: str, value: int) -> None:
        """Write one of the counters in one step."""
        part = self.folder / f"{name}.{os.getpid()}.part"
        part.write_text(str(value), encoding="utf-8")
        part.replace(self.folder / name)

    @property
    def stopped(self) -> bool:
        """Tell whether the test has stopped the stand-in."""
        return (self.folder / "stopped").exists()


def user_name(cluster: clusters.Cluster) -> str:
    """Return the name of the account, or the one the settings pretend."""
    return cluster.user or pwd.getpwuid(os.getuid()).pw_name

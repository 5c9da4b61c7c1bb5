"""The jobs on disk: one JSON file each in the state folder, changed only under one file lock."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from tests.systems.standin_lsf.cluster import tuples

from . import cluster as clusters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE_VARIABLE = "STANDIN_PBS_STATE"
USER_VARIABLE = "STANDIN_PBS_USER"
"""Who gives a command; without it the account of this process."""


@dataclass(frozen=True)
class JobRecord:
    """One job from its submission to its end; times are seconds since the epoch, amounts in PBS's words.

    `key` is its id without the server: `12`, of an array `12[]`, of its parts `12[1]`.
    """

    key: str
    name: str
    owner: str
    queue: str
    folder: str
    home: str
    submitted: float
    arguments: str = ""
    state: str = "Q"
    substate: int = 10
    hold: str = "n"
    comment: str = ""
    select: str = ""
    place: str = "pack"
    resources: dict[str, str] = field(default_factory=dict)
    output: str = ""
    error: str = ""
    join: str = "n"
    keep: str = "n"
    account: str = ""
    project: str = "_pbs_project_default"
    shell: str = ""
    umask: str = ""
    dependency: str = ""
    execution_time: float | None = None
    variables: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    array: str = ""
    command: tuple[str, ...] = ()
    part_of: str = ""
    nodes: tuple[str, ...] = ()
    vnodes: str = ""
    hosts: str = ""
    changed: float = 0.0
    started: float | None = None
    ended: float | None = None
    exit_status: int | None = None
    stage_out: int | None = None
    session: int = 0
    memory_kb: int = 0
    pid: int = 0
    deleted_by: str = ""

    @property
    def number(self) -> int:
        """The number of its id."""
        return int(self.key.partition("[")[0])

    @property
    def unfinished(self) -> bool:
        """Whether it is still in the queue, in whatever state."""
        return self.state != "F"

    @property
    def holds_room(self) -> bool:
        """Whether it has its part of a node, as it has while its output is copied."""
        return self.state in {"R", "E"} and bool(self.nodes)


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

    def job_folder(self, key: str) -> Path:
        """The folder of one job: its record, script and output so far."""
        return self.folder / "jobs" / key

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the state folder."""
        with (self.folder / "lock").open("a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def job(self, key: str) -> JobRecord | None:
        """Read one job."""
        path = self.job_folder(key) / "record.json"
        if not path.exists():
            return None
        return JobRecord(**tuples(json.loads(path.read_text(encoding="utf-8"))))

    def jobs(self) -> list[JobRecord]:
        """Read all jobs ever submitted, by number, an array before its parts."""
        found = (self.job(path.name) for path in (self.folder / "jobs").iterdir())
        return sorted((job for job in found if job is not None), key=lambda job: (job.number, job.key))

    def save(self, job: JobRecord, **values: object) -> JobRecord:
        """Write one job in one step, with these values; the caller holds the lock."""
        changed = replace(job, **values)  # type: ignore[arg-type]
        if changed.state != job.state or changed.substate != job.substate or not job.changed:
            changed = replace(changed, changed=time.time())
        path = self.job_folder(job.key) / "record.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(changed)), encoding="utf-8")
        part.replace(path)
        self.touch()
        return changed

    def forget(self, job: JobRecord) -> None:
        """Leave nothing of a job, as a route queue does that has found no queue for it; the caller holds the lock."""
        (self.job_folder(job.key) / "record.json").unlink()
        self.touch()

    def next_number(self) -> int:
        """Count up to the next job's number; the caller holds the lock."""
        number = self.count("next_id")
        self.set_count("next_id", number + 1)
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
        """Whether the test has stopped the stand-in."""
        return (self.folder / "stopped").exists()


def user_name() -> str:
    """Who gives this command."""
    return os.environ.get(USER_VARIABLE) or pwd.getpwuid(os.getuid()).pw_name

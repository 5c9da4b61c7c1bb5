"""The shape and the settings of a pretended cluster, kept as one JSON file in the state folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

UNIT_IN_KB = {"": 1, "KB": 1, "MB": 1024, "GB": 1024**2, "TB": 1024**3, "PB": 1024**4, "EB": 1024**5}


@dataclass(frozen=True)
class Host:
    """One host as `lshosts` and `bhosts` know it; `status` other than ok is what `bhosts -w` prints.

    `enter` are the words before a job's script that have it run there, where the host has namespaces of its own.
    """

    name: str
    ncpus: int = 16
    memory_mb: int = 32 * 1024
    slots: int = 16
    swap_mb: int | None = 8191
    cpu_factor: float = 20.0
    type: str = "X86_64"
    model: str = "Intel_Platinum"
    resources: tuple[str, ...] = ("cs",)
    gpus: int = 0
    status: str = "ok"
    reports: bool = True
    enter: tuple[str, ...] = ()


@dataclass(frozen=True)
class Queue:
    """One queue as `bqueues -l` describes it: limits in minutes, kilobytes and processors."""

    name: str
    description: str = ""
    priority: int = 30
    opened: bool = True
    active: bool = True
    jobs_per_user: int | None = None
    run_default: float | None = None
    run_maximum: float | None = None
    processors: tuple[int, ...] = ()
    memory_default_kb: int | None = None
    memory_maximum_kb: int | None = None
    exclusive: bool = False
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ("all",)
    requirement: str = ""
    comment: str = ""

    @property
    def status(self) -> str:
        """The status word of `bqueues`, recorded on volclava 2.2."""
        return f"{'Open' if self.opened else 'Closed'}:{'Active' if self.active else 'Inact'}"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one command: see `faults.py` for the order in which the fields apply."""

    delay: float = 0.0
    delay_after: float = 0.0
    hang: bool = False
    exit_code: int | None = None
    text: str = ""
    silent: bool = False
    signal: int = 0
    acts: bool = False
    times: int | None = None


@dataclass(frozen=True, eq=False)
class Cluster:
    """Hosts, queues and every setting a test may change while jobs run; hashed by identity, to be a cache's key."""

    name: str
    hosts: tuple[Host, ...]
    queues: tuple[Queue, ...]
    default_queue: str = "general"
    master: str = "vm"
    version: tuple[str, ...] = ("volclava project 2.2, Nov 23 2026", "")
    host_groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    user_groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    users: tuple[str, ...] = ("alice", "lsfadmin", "root")
    user: str | None = None
    account_home: str | None = None
    limit_unit: str = "MB"
    ibm: bool = False
    project_banner: bool = False
    projects: tuple[str, ...] | None = None
    default_project: str = "default"
    join_resource_strings: bool = True
    reserve_per_slot: bool = False
    default_reserved_mb: int = 0
    normalise_run_limit: bool = False
    enforce_memory: bool = False
    memory_check_interval: float = 0.5
    term_reasons: bool = False
    job_terminate_interval: float = 10.0
    seconds_per_minute: float = 60.0
    clock_ahead: float = 0.0
    poll_interval: float = 0.1
    dispatch_delay: float = 0.0
    hold_pending: bool = False
    hold_reason: str = "Job slot limit reached"
    jobs_per_user: int | None = None
    user_slots: int = 200
    lim_down: bool = False
    faults: dict[str, Fault] = field(default_factory=dict)

    def host(self, name: str) -> Host | None:
        """Return the host of that name."""
        return next((host for host in self.hosts if host.name == name), None)

    def queue(self, name: str) -> Queue | None:
        """Return the queue of that name."""
        return next((queue for queue in self.queues if queue.name == name), None)

    def members(self, names: tuple[str, ...]) -> list[Host] | None:
        """Return the hosts behind host and group names, or None when a name is unknown."""
        found: list[Host] = []
        for name in names:
            plain = name.rstrip("/").partition("+")[0]
            inner = [host.name for host in self.hosts] if plain == "all" else self.host_groups.get(plain, (plain,))
            hosts = [self.host(one) for one in inner]
            if None in hosts:
                return None
            found += [host for host in hosts if host is not None and host not in found]
        return found

    def may_use(self, user: str, queue: Queue) -> bool:
        """Tell whether the queue's USERS line admits the user."""
        groups = (name.rstrip("/") for name in queue.users)
        return not queue.users or any(user == name or user in self.user_groups.get(name, ()) for name in groups)

    def with_faults(self, **faults: Fault) -> Cluster:
        """Return the cluster with faults added or replaced, by command."""
        return replace(self, faults={**self.faults, **faults})


def save(path: Path, cluster: Cluster) -> None:
    """Write the cluster in one step, so that a reader never sees half of it."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(asdict(cluster)), encoding="utf-8")
    part.replace(path)


def load(path: Path) -> Cluster:
    """Read the cluster back."""
    values = tuples(json.loads(path.read_text(encoding="utf-8")))
    values["hosts"] = tuple(Host(**host) for host in values["hosts"])
    values["queues"] = tuple(Queue(**queue) for queue in values["queues"])
    values["faults"] = {name: Fault(**fault) for name, fault in values["faults"].items()}
    return Cluster(**values)


def tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return JSON values with tuples in place of lists, at every depth."""
    return {name: _tuple(value) for name, value in values.items()}


def _tuple(value: Any) -> Any:
    if isinstance(value, dict):
        return tuples(value)
    return tuple(_tuple(item) for item in value) if isinstance(value, list) else value


def setting_names() -> frozenset[str]:
    """Return the names `change` accepts."""
    return frozenset(one.name for one in fields(Cluster))

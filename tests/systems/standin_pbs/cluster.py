"""The shape and the settings of a pretended PBS, kept as one JSON file in the state folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING

from tests.systems.standin_lsf.cluster import tuples

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Node:
    """One node as `pbsnodes -a` knows it; `enter` are the words before a job that have it run there."""

    name: str
    ncpus: int = 4
    mem: str = "8gb"
    pcpus: int = 2
    state: str = "free"
    comment: str = ""
    enter: tuple[str, ...] = ()


@dataclass(frozen=True)
class Queue:
    """One queue as `qstat -Q -f` describes it, amounts in PBS's words.

    `max_run`, `max_queued` and their `_res`, by resource, are limits of any one user.
    """

    name: str
    enabled: bool = True
    started: bool = True
    maximum: dict[str, str] = field(default_factory=dict)
    minimum: dict[str, str] = field(default_factory=dict)
    default: dict[str, str] = field(default_factory=dict)
    max_run: int | None = None
    max_queued: int | None = None
    max_run_res: dict[str, int] = field(default_factory=dict)
    max_queued_res: dict[str, int] = field(default_factory=dict)
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one command: see `faults.py` for the order in which the fields apply.

    `replace` is a pattern and what stands in its place on standard output: an answer about another job, say.
    """

    delay: float = 0.0
    delay_after: float = 0.0
    hang: bool = False
    exit_code: int | None = None
    out: str = ""
    err: str = ""
    silent: bool = False
    swapped: bool = False
    replace: tuple[str, str] = ("", "")
    endless: bool = False
    signal: int = 0
    acts: bool = False
    times: int | None = None


@dataclass(frozen=True, eq=False)
class Cluster:
    """Nodes, queues and every setting a test may change while jobs run; hashed by identity, to be a cache's key.

    `mounted` is a folder in PBS's words and where it really is. In seconds: `sent_for` is how long a job is on its way
    to a node, `exiting_for` how long its output is being copied, `leaving_for` how long it is in the queue after that,
    `stage_out_tries` how long a folder that is not there is tried, `term_delay` how long a job may take to end, and
    `mom_poll` how often a node looks at walltimes. `waiting` are jobs that are not considered for a start, `deaf` those
    whose nodes have not heard of a qdel yet.
    """

    nodes: tuple[Node, ...]
    queues: tuple[Queue, ...]
    name: str = "pbslogin"
    version: str = "23.06.06"
    default_queue: str = "workq"
    history: bool = False
    query_other_jobs: bool = True
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    root_submits: bool = True
    mounted: tuple[str, str] = ("", "")
    poll_interval: float = 0.1
    dispatch_delay: float = 0.0
    sent_for: float = 0.0
    exiting_for: float = 0.0
    leaving_for: float = 0.0
    mom_poll: float = 0.0
    term_delay: float = 5.0
    stage_out_tries: float = 2.0
    clock_speed: float = 1.0
    hold_pending: bool = False
    hold_comment: str = "Not Running: Not enough free nodes available"
    waiting: tuple[str, ...] = ()
    deaf: tuple[str, ...] = ()
    server_down: bool = False
    faults: dict[str, Fault] = field(default_factory=dict)

    def queue(self, name: str) -> Queue | None:
        """The queue of that name."""
        return next((queue for queue in self.queues if queue.name == name), None)

    def node(self, name: str) -> Node:
        """The node of that name."""
        return next(node for node in self.nodes if node.name == name)

    def real(self, path: str) -> str:
        """Where a path in PBS's words really is."""
        shown, real = self.mounted
        return real + path.removeprefix(shown) if shown and path.startswith(shown) else path

    def shown(self, path: str) -> str:
        """A real path in PBS's words."""
        shown, real = self.mounted
        return shown + path.removeprefix(real) if real and path.startswith(real) else path


def save(path: Path, cluster: Cluster) -> None:
    """Write the cluster in one step, so that a reader never sees half of it."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(asdict(cluster)), encoding="utf-8")
    part.replace(path)


def load(path: Path) -> Cluster:
    """Read the cluster back."""
    values = tuples(json.loads(path.read_text(encoding="utf-8")))
    values["nodes"] = tuple(Node(**node) for node in values["nodes"])
    values["queues"] = tuple(Queue(**queue) for queue in values["queues"])
    values["faults"] = {name: Fault(**fault) for name, fault in values["faults"].items()}
    return Cluster(**values)


def setting_names() -> frozenset[str]:
    """The names that `change` accepts."""
    return frozenset(one.name for one in fields(Cluster))

"""The questions of init in their order: how each is named and worded, and how its answer is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import systems
from pegconf.batch.gridengine import request
from pegconf.batch.oar.jobs import NO_PROPERTY, property_name
from pegconf.batch.pbs.jobs import FLAVOURS
from pegconf.config import catalogue
from pegconf.core import sizing, units
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node
from pegconf.init import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.batch.base import BatchSystem
    from pegconf.init.defaults import Got, Known


@dataclass(frozen=True, slots=True)
class Spec:
    """One question: its name, option, label in tables, words, parser; `fact` where a site may know the answer.

    `asked_by` says whether a batch system asks it; where `detail` is true only those do that name it among their
    `questions`, and the answer goes into `Answers.details`.
    """

    name: str
    option: str
    label: str
    words: str
    parse: Callable[[str, Known, Got], Any]
    fact: bool = True
    asked_by: Callable[[BatchSystem], bool] = lambda _: True
    detail: bool = False

    def belongs_to(self, system: str) -> bool:
        """Whether a batch system asks it."""
        chosen = systems.KNOWN[system]
        return self.name in chosen.questions if self.detail else self.asked_by(chosen)


def _words(key: str) -> str:
    return catalogue.keys()[key].question or catalogue.keys()[key].comment


def _usable_cores(raw: str, _: Known, got: Got) -> int:
    usable, cores = answers.count(raw), got["cores-per-node"]
    if usable > cores:
        raise RefusedError(f"{usable} are more than the {units.count(cores, 'core')} that a node has")
    return usable


def _memory_per_node(raw: str, _: Known, got: Got) -> int:
    memory = answers.node_memory(raw, got["cores-per-node"])
    got["node"] = Node(got["cores-per-node"], got["usable-cores"], memory)
    return memory


def _cores(raw: str, known: Known, got: Got) -> int:
    cores = answers.count(raw)
    _fits(known, got, cores, sizing.SMALLEST_MEMORY, 1)
    return cores


def _memory(raw: str, known: Known, got: Got) -> int:
    memory = answers.amount(raw)
    _fits(known, got, got["cores"], memory, 1)
    return memory


def _processes(raw: str, known: Known, got: Got) -> int:
    processes = answers.processes(raw, got["cores"])
    _fits(known, got, got["cores"], got["memory"], processes)
    return processes


def _fits(known: Known, got: Got, cores: int, memory: int, processes: int) -> None:
    unit = got.get("memory-unit", "mb")
    sizing.shape(got["node"], cores, memory, processes, known.headroom, unit=unit, per_core=known.per_core)


def _project(raw: str, known: Known, _: Got) -> str | None:
    return answers.project(raw, required=known.site is not None and known.site.project_required)


def _scratch(raw: str, known: Known, got: Got) -> str | None:
    if not systems.KNOWN[got["scheduler"]].is_batch and "$" in raw:
        raise RefusedError(f"{raw.strip()!r} has a $ in it, and no shell reads the words of a local job")
    return answers.shell_folder(raw, known.home)


def _walltime(raw: str, known: Known, got: Got) -> int:
    queue = known.site.queue(got["queue"]) if known.site else None
    return answers.walltime(raw, systems.KNOWN[got["scheduler"]], queue)


_WORK: Final = "Where the time goes: python (itself), or numpy (and the like)"

LOGIN: Final = Spec(
    "login", "--login", "login", "Login, user@host or none", lambda raw, *_: answers.login(raw), fact=False
)
SPECS: Final = (
    Spec(
        "scheduler",
        "--scheduler",
        "batch system",
        "Batch system",
        lambda raw, *_: answers.choice(raw, tuple(systems.KNOWN)),
    ),
    Spec(
        "flavour",
        "--flavour",
        "kind of PBS",
        "Which PBS: pbspro (also OpenPBS), or torque",
        lambda raw, *_: answers.choice(raw, FLAVOURS),
        detail=True,
    ),
    LOGIN,
    Spec(
        "queue",
        "--queue",
        "queue",
        _words("queue"),
        lambda raw, known, _: answers.queue(raw, known.site),
        asked_by=lambda system: system.has_queues,
    ),
    Spec(
        "cores-per-node", "--cores-per-node", "cores of a node", "Cores of a node", lambda raw, *_: answers.count(raw)
    ),
    Spec("usable-cores", "--usable-cores", "of them for jobs", "How many of them are for jobs", _usable_cores),
    Spec("memory-per-node", "--memory-per-node", "memory of a node", "Memory of a node", _memory_per_node),
    Spec(
        "interface",
        "--interface",
        "interface",
        f"{_words('interface')}, or none",
        lambda raw, *_: answers.interface(raw),
    ),
    Spec(
        "memory-unit",
        "--memory-unit",
        "unit of limits",
        _words("lsf-units"),
        lambda raw, *_: answers.unit(raw),
        asked_by=lambda system: "memory-unit" in system.questions,
    ),
    Spec("cores", "--cores", "cores of a job", _words("cores"), _cores),
    Spec("memory", "--memory", "memory of a job", _words("memory"), _memory),
    Spec(
        "parallel-environment",
        "--parallel-environment",
        "slots from",
        "Parallel environment that gives a job several slots of one host (qconf -spl), or none",
        lambda raw, *_: request.environment_name(answers.text(raw)),
        detail=True,
    ),
    Spec(
        "memory-resource",
        "--memory-resource",
        "memory from",
        "Resource by which memory is asked for (h_vmem, mem_free, ...), or none",
        lambda raw, *_: request.resource_name(answers.text(raw)),
        detail=True,
    ),
    Spec(
        "disk",
        "--disk",
        "disk of a job",
        "Disk of one job",
        lambda raw, *_: units.format_bytes(answers.amount(raw)),
        detail=True,
    ),
    Spec(
        "memory-property",
        "--memory-property",
        "memory property",
        f"OAR's property for memory per core (oarnodes lists them), or {NO_PROPERTY}",
        lambda raw, *_: property_name(answers.text(raw)),
        detail=True,
    ),
    Spec(
        "walltime", "--walltime", "walltime", _words("walltime"), _walltime, asked_by=lambda system: system.has_walltime
    ),
    Spec(
        "log-directory",
        "--log-directory",
        "output",
        _words("log-directory"),
        lambda raw, known, _: answers.folder(raw, known.home),
        asked_by=lambda system: system.is_batch,
    ),
    Spec(
        "local-directory",
        "--local-directory",
        "scratch",
        _words("local-directory"),
        _scratch,
    ),
    Spec(
        "project",
        "--project",
        "project",
        _words("project"),
        _project,
        fact=False,
        asked_by=lambda system: bool(system.directives.account_key),
    ),
    Spec("processes", "--work", "work", _WORK, _processes, fact=False),
    Spec(
        "names",
        "--name",
        "sections",
        "Names of further sections for single scripts",
        lambda raw, *_: answers.names(raw),
        fact=False,
    ),
)

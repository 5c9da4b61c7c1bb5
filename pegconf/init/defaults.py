"""What each question offers as its default, and where that comes from: the file, the site, this machine, a habit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import systems
from pegconf.core import sizing, units
from pegconf.site import ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.core.model import Node, Queue, Site

Got = dict[str, Any]
"""The answers so far, parsed, by the name of their question."""

_WALLTIME: Final = 4 * 3600
_HABITS: Final = {
    "scheduler": next(iter(systems.KNOWN)),
    "login": "none",
    "names": "none",
    "project": "none",
}
_WORK: Final = "python: a process per core, since threads of pure Python wait for one another; numpy: one process"


@dataclass(frozen=True, slots=True)
class Offer:
    """A default as the user would type it, and its source for people."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a job on a compute node has seen: defaults that go before all others, and the node's interfaces.

    `scheduler_interfaces` names this host's own interface for each of the node's that this host does not have;
    `python` is one that works there, where the configured one does not.
    """

    offers: Mapping[str, Offer] = field(default_factory=dict)
    interfaces: tuple[str, ...] = ()
    scheduler_interfaces: Mapping[str, str] = field(default_factory=dict)
    python: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the first question; `saved` holds the file's values as the user would type them.

    `here` are answers where a batch system could be recognised and not asked, `node` is this machine; `files` are the
    texts of the batch systems' files on this host, by path. `own_port` is this user's for the dashboard, `free_port`
    the one for a section that has none yet.
    """

    user: str
    home: str
    site: Site | None = None
    site_word: str = ""
    saved: Mapping[str, str] = field(default_factory=dict)
    interfaces: tuple[str, ...] = ()
    scratch: Offer = field(default=Offer("/tmp/dask"))  # noqa: S108 - offered, then asked
    node: Node | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    here: Mapping[str, Offer] = field(default_factory=dict)
    probe: Probe = field(default=Probe())
    own_port: int = ports.FIRST_OWN
    free_port: int = ports.DEFAULT

    def queue(self, got: Got) -> Queue | None:
        """The site's queue that was chosen; where none is asked for, as with HTCondor, the one for all of its nodes."""
        if self.site is None:
            return None
        default = None if systems.KNOWN[self.site.scheduler].has_queues else self.site.default_queue
        return self.site.queue(got.get("queue", default))

    @property
    def headroom(self) -> float:
        """What is reserved for a job, as a multiple of its memory."""
        return self.site.headroom if self.site else sizing.HEADROOM

    @property
    def per_core(self) -> bool:
        """Whether memory is reserved per core."""
        return self.site.reserve_per_core if self.site else True


def offers(name: str, known: Known, got: Got) -> Iterator[Offer]:
    """The candidates for a question's default, the best one first; one that its question refuses is passed over."""
    if name in known.probe.offers:
        yield known.probe.offers[name]
    if name in known.saved and not (name in _OF_THE_QUEUE and got.get("queue") != known.saved.get("queue")):
        yield Offer(known.saved[name], "in the file")
    if known.site is not None:
        yield from _from_site(name, known.site, known, got)
    if name in known.here:
        yield known.here[name]
    yield from _from_here(name, known, got)


_OF_THE_QUEUE: Final = {"cores-per-node", "usable-cores", "memory-per-node"}


def _from_site(name: str, site: Site, known: Known, got: Got) -> Iterator[Offer]:
    queue = known.queue(got)
    node = queue.node if queue else None
    user = (got.get("login") or f"{known.user}@").rpartition("@")[0]
    details = {**site.details, **(queue.details if queue else {})}
    text = details.get(name)
    if name == "login" and site.login_host and known.user:
        text = f"{known.user}@{site.login_host}"
    elif name in _OF_THE_QUEUE and node is not None:
        text = _of_node(name, node)
    elif name == "memory" and site.memory is not None:
        text = units.format_bytes(site.memory)
    elif name == "walltime" and site.walltime is not None:
        text = systems.KNOWN[got["scheduler"]].format_walltime(site.walltime) if "scheduler" in got else None
    elif name in {"log-directory", "local-directory"}:
        pattern = site.log_directory if name == "log-directory" else site.local_directory
        text = pattern.replace("{user}", user) if pattern and user else None
    elif name == "project" and site.accounts:
        text = site.accounts[0]
    elif name in {"scheduler", "queue", "interface", "memory-unit", "cores"}:
        attributes = {"queue": "default_queue", "memory-unit": "memory_unit"}
        value = getattr(site, attributes.get(name, name))
        text = None if value is None else str(value)
    if text is not None:
        yield Offer(text, _site_source(name, site, text if name == "queue" else queue.name if queue else None))


def _of_node(name: str, node: Node) -> str:
    if name == "memory-per-node":
        return units.format_bytes(node.memory)
    return str(node.cores if name == "cores-per-node" else node.usable_cores)


def _site_source(name: str, site: Site, queue_name: str | None) -> str:
    """Where the site's statement comes from and as of when, as far as its file or the cluster says."""
    queue = site.queue(queue_name)
    if queue is not None and name in queue.details and name not in _OF_THE_QUEUE:
        words = [queue.source]
    elif name in _OF_THE_QUEUE:
        words = [queue.node_source or queue.source, f"as of {queue.as_of}" if queue.as_of else ""] if queue else []
    elif name == "queue":
        words = [_fact_words(site, "default-queue"), f"as of {queue.as_of}" if queue and queue.as_of else ""]
        words += [queue.now, queue.note] if queue else []
        words += [_other_queues(site, queue_name)]
    elif name == "project":
        others = f"you have {', '.join(site.accounts)}" if len(site.accounts) > 1 else ""
        words = [site.accounts_source, others]
    else:
        unverified = name == "interface" and not site.interface_verified
        words = [
            _fact_words(site, name, with_source=name == "memory-unit"),
            "unverified until a job has seen it" if unverified else "",
        ]
    return "; ".join(filter(None, words)) or f"site {site.name}"


def _fact_words(site: Site, key: str, *, with_source: bool = False) -> str:
    """A fact's words: of one that the cluster said now its source, of another its date."""
    fact = site.fact(key)
    if fact is None:
        return ""
    if fact.live:
        return fact.source
    return f"as of {fact.as_of}" + (f"; {fact.source}" if with_source else "")


def _other_queues(site: Site, chosen: str | None) -> str:
    others = [queue.name for queue in site.queues if queue.name != chosen]
    return f"there are also {', '.join(others[:8])}" if site.detected and others else ""


def _from_here(name: str, known: Known, got: Got) -> Iterator[Offer]:
    node: Node | None = got.get("node")
    yield from _of_one_system(name, known, got)
    if name in _HABITS:
        yield Offer(_HABITS[name])
    elif name == "processes":
        yield from [Offer(str(got["gpus"]), "a process for each GPU")] * bool(got.get("gpus"))
        yield Offer("python", _WORK)
    elif name == "usable-cores" and "cores-per-node" in got:
        yield Offer(str(got["cores-per-node"]), "all of them")
    elif name == "interface":
        real = [interface for interface in known.interfaces if interface != "lo"]
        yield Offer(real[0] if real else "lo", f"this host has {', '.join(known.interfaces)}" if real else "")
    elif name in {"cores", "memory"} and node is not None:
        yield from _of_a_job(name, node, known, got)
    elif name == "walltime" and "scheduler" in got:
        yield from _walltimes(known, got)
    elif name == "log-directory":
        yield Offer(f"{known.home}/dask-logs", "must be on a shared file system")
    elif name == "local-directory":
        yield known.scratch


def _of_one_system(name: str, known: Known, got: Got) -> Iterator[Offer]:
    """What only one batch system asks, or asks with another default."""
    system = systems.KNOWN.get(got.get("scheduler", ""))
    if system is None:
        return
    if not system.is_batch and known.node is not None and name in _OF_THE_QUEUE:
        yield Offer(_of_node(name, known.node), "this machine")
    usual = system.usual(name, got, known.files)
    if usual is not None:
        yield Offer(*usual)


def _of_a_job(name: str, node: Node, known: Known, got: Got) -> Iterator[Offer]:
    if name == "cores":
        yield Offer(str(min(2, node.usable_cores)))
    elif "cores" in got:
        memory = sizing.memory_offer(node, got["cores"], known.headroom)
        yield Offer(units.format_bytes(memory), "the cores' part of a node, with headroom")


def _walltimes(known: Known, got: Got) -> Iterator[Offer]:
    """Four hours, or the most the queue allows."""
    system = systems.KNOWN[got["scheduler"]]
    queue = known.site.queue(got.get("queue")) if known.site else None
    yield Offer(system.format_walltime(_WALLTIME))
    if queue is not None and queue.max_walltime is not None:
        yield Offer(system.format_walltime(queue.max_walltime), f"the most the queue {queue.name} allows")

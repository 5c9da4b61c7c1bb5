"""Site files to sites: what is known about one cluster, checked against its schema."""

from __future__ import annotations

import functools
import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue, document
from pegconf.config.yaml_tree import plain
from pegconf.core import resources, units
from pegconf.core.errors import CannotGoOnError, PegconfError, RefusedError, UsageError
from pegconf.core.model import Fact, Node, Queue, Site
from pegconf.core.units import format_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pegconf.batch.base import BatchSystem


_OF_THE_CENTRE: Final = Path("/etc/pegconf/sites")


def about(system: BatchSystem) -> dict[str, str]:
    """What a cluster says of itself, in words, by the facts' keys."""
    first = {"scheduler": f"the batch system {system.title}", "cluster": "the cluster's name"}
    return {**first, "default-queue": "the default queue", **dict(system.own_facts), "interface": "the interface"}


def details(system: BatchSystem) -> tuple[str, ...]:
    """Which of a site's `details` such a cluster has; the unit of limits has a place of its own."""
    return tuple(name for name in system.questions if name in dict(system.own_facts) and name != "memory-unit")


def schema() -> dict[str, Any]:
    """The form of a site file: that of schemas/, for every batch system there is."""
    form = resources.schema("site")
    catalogue.add_systems(form["properties"]["scheduler"]["enum"])
    for system in KNOWN.values():
        form["properties"] = {name: {"type": "string"} for name in details(system)} | form["properties"]
    return form


def folders() -> tuple[Path, ...]:
    """Where sites are looked for, the user's own first, then the centre's, then the shipped ones."""
    return (_expanded("~/.config/pegconf/sites"), _OF_THE_CENTRE, resources.SITES)


def _expanded(path: str) -> Path:
    """A path without its `~`, which stays where that user is unknown: Path.expanduser raises then."""
    return Path(os.path.expanduser(path))  # noqa: PTH111


def files() -> dict[str, Path]:
    """The file of each known site by its name, which is the file's; of two of one name the first folder's counts."""
    found: dict[str, Path] = {}
    for folder in folders():
        for file in sorted(folder.glob("*.yaml")):
            found.setdefault(file.stem, file)
    return found


def names() -> tuple[str, ...]:
    """The names of the known sites, in alphabetical order."""
    return tuple(sorted(files()))


def is_path(word: str) -> bool:
    """Whether a site is named by its file's path."""
    return "/" in word or word.endswith((".yaml", ".yml"))


def load(word: str) -> Site:
    """The site of that name or in that file; raises UsageError that names the ones there are."""
    if is_path(word):
        return read(_expanded(word))
    file = files().get(word)
    if file is None:
        raise UsageError(f"there is no site {word!r}", f"the sites are: {', '.join(names())}")
    return read(file) if file.parent != resources.SITES else _shipped(file)


@functools.cache
def _shipped(file: Path) -> Site:
    """A site file of the package: the tests hold it against its schema, and jsonschema need not be imported for it."""
    return _site(plain(document.read(file).root))


def find(word: object) -> Site | None:
    """The site that `pegconf:` names, or None where there is none or its file is broken."""
    try:
        return load(word) if isinstance(word, str) else None
    except PegconfError:
        return None


def recognise(scheduler: str, cluster: str | None, hosts: Iterable[str]) -> str | None:
    """The name of the site that a cluster is: by what it calls itself, else by a name of this host."""
    known = {name: site for name in names() if (site := find(name)) is not None and site.scheduler == scheduler}
    if cluster is not None:
        same = [name for name, site in known.items() if cluster in {site.cluster, name, site.name}]
        if same:
            return same[0]
    # A site that says what its cluster is called is no cluster of another name.
    others = {name: site for name, site in known.items() if site.cluster is None or cluster is None}
    here = tuple(hosts)
    return next(
        (name for name, site in others.items() if any(fnmatchcase(host, one) for host in here for one in site.hosts)),
        None,
    )


def read(file: Path) -> Site:
    """A site file; raises CannotGoOnError that names the place and the reason where it does not fit the schema."""
    # jsonschema takes 0.1 s to import, and most commands read no site file of the user's.
    import jsonschema  # noqa: PLC0415

    source = document.read(file)
    if source.error is not None:
        raise CannotGoOnError(f"{file}:{source.error.line + 1}: {source.error.message}", "mend the site file")
    data = plain(source.root)
    problem = next(jsonschema.Draft7Validator(schema()).iter_errors(data), None)
    if problem is not None:
        where = ".".join(str(part) for part in problem.absolute_path)
        raise CannotGoOnError(f"{file}: {where or 'the file'}: {problem.message}", "mend the site file")
    try:
        return _site(data)
    except RefusedError as error:
        raise CannotGoOnError(f"{file}: {error}", "mend the site file") from None


def _site(data: dict[str, Any]) -> Site:
    job, system = data.get("job", {}), KNOWN[data["scheduler"]]
    return Site(
        name=data["name"],
        title=data["title"],
        scheduler=data["scheduler"],
        queues=tuple(_queue(name, queue or {}) for name, queue in data["queues"].items()),
        default_queue=data.get("default-queue"),
        login_host=data.get("login-host"),
        hosts=tuple(data.get("hosts", ())),
        interface=data.get("interface"),
        interface_verified=data.get("interface-verified", False),
        project_required=data.get("project-required", False),
        ssh_to_nodes=data.get("ssh-to-nodes", True),
        memory_unit=data.get("memory-unit"),
        reserve_per_core=data.get("reserve-per-core", True),
        headroom=data.get("headroom", 1.25),
        cores=job.get("cores"),
        memory=units.parse_bytes(job["memory"]) if "memory" in job else None,
        walltime=_seconds(job.get("walltime")),
        log_directory=data.get("log-directory"),
        local_directory=data.get("local-directory"),
        not_for_jobs=tuple(data.get("not-for-jobs", ())),
        jobs_before_pending=data.get("jobs-before-pending"),
        facts=tuple(_fact(fact, system) for fact in data["facts"]),
        cluster=data.get("cluster"),
        details={name: data[name] for name in details(system) if name in data},
    )


def _fact(data: dict[str, Any], system: BatchSystem) -> Fact:
    """A fact of a file; one without keys has that of the words in which a cluster says it."""
    keys = data.get("keys", [key for key, words in about(system).items() if words == data["about"]])
    return Fact(data["about"], data["source"], data["as-of"], keys=tuple(keys))


def _queue(name: str, data: dict[str, Any]) -> Queue:
    return Queue(
        name=name,
        node=_node(data["node"]) if "node" in data else None,
        default_walltime=_seconds(data.get("default-walltime")),
        max_walltime=_seconds(data.get("max-walltime")),
        required_span=data.get("required-span"),
        note=data.get("note", ""),
        as_of=data.get("as-of", ""),
        gpus=data.get("node", {}).get("gpus", 0),
        details={name: data[name] for name in ("parallel-environment",) if name in data},
    )


def _node(data: dict[str, Any]) -> Node:
    cores = data["cores"]
    return Node(cores, data.get("usable-cores", cores), units.parse_bytes(data["memory"]))


def _seconds(text: str | None) -> int | None:
    """Seconds of the site files' own `hours:minutes`."""
    if text is None:
        return None
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def as_text(site: Site, date: str) -> str:
    """The file's text, with a comment that says when it was made; what was not known is left out."""
    head = (
        f"# What {site.title} said of itself on {date}, written by pegconf sites --from-here.\n"
        "# Add what a cluster does not say: login-host, hosts, project-required, log-directory, local-directory.\n"
    )
    return head + yaml.safe_dump(as_data(site, date), sort_keys=False, allow_unicode=True, width=110)


def as_data(site: Site, date: str) -> dict[str, Any]:
    """The file's content, as schemas/site.schema.json has it."""
    known: dict[str, Any] = {
        "name": site.name,
        "title": site.title,
        "scheduler": site.scheduler,
        "cluster": site.cluster,
        "default-queue": site.default_queue,
        "queues": {queue.name: _queue_entry(queue, date) for queue in site.queues},
        "project-required": site.project_required or None,
        "interface": site.interface,
        "interface-verified": False if site.interface else None,
        "memory-unit": site.memory_unit,
        **{name: site.details.get(name) for name in details(KNOWN[site.scheduler])},
        "reserve-per-core": site.reserve_per_core if site.fact("reserve-per-core") else None,
        "facts": [{"about": fact.about, "source": _plain(fact.source), "as-of": fact.as_of} for fact in site.facts],
    }
    return {name: value for name, value in known.items() if value is not None}


def _queue_entry(queue: Queue, date: str) -> dict[str, Any]:
    known = {
        "node": _node_entry(queue.node, queue.gpus) if queue.node else None,
        "default-walltime": _clock(queue.default_walltime),
        "max-walltime": _clock(queue.max_walltime),
        "parallel-environment": queue.details.get("parallel-environment"),
        "note": queue.note or None,
        "as-of": date,
    }
    return {name: value for name, value in known.items() if value is not None}


def _node_entry(node: Node, gpus: int) -> dict[str, Any]:
    data: dict[str, Any] = {"cores": node.cores, "memory": format_bytes(node.memory)}
    if node.usable_cores != node.cores:
        data["usable-cores"] = node.usable_cores
    if gpus:
        data["gpus"] = gpus
    return data


def _clock(seconds: int | None) -> str | None:
    """Seconds as the site files' `hours:minutes`; a part of a minute is left out, so that no limit is exceeded."""
    return None if seconds is None else f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def _plain(source: str) -> str:
    return source.removeprefix("from ")

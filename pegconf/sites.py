"""Site files to sites: what is known about one cluster, checked against its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pegconf import document, resources, units
from pegconf.errors import CannotGoOnError, RefusedError, UsageError
from pegconf.model import Fact, Node, Queue, Site
from pegconf.values import plain

if TYPE_CHECKING:
    from pathlib import Path


def names() -> tuple[str, ...]:
    """The sites that pegconf ships, in alphabetical order."""
    return tuple(sorted(file.stem for file in resources.SITES.glob("*.yaml")))


def load(name: str) -> Site:
    """The shipped site of that name; raises UsageError that names the ones there are."""
    if name not in names():
        raise UsageError(f"there is no site {name!r}", f"the sites are: {', '.join(names())}")
    # The tests hold the shipped files against the schema; jsonschema need not be imported for them.
    return _site(plain(document.read(resources.SITES / f"{name}.yaml").root))


def read(file: Path) -> Site:
    """A site file; raises CannotGoOnError that names the place and the reason where it does not fit the schema."""
    # jsonschema takes 0.1 s to import, and most commands read no site file of the user's.
    import jsonschema  # noqa: PLC0415

    source = document.read(file)
    if source.error is not None:
        raise CannotGoOnError(f"{file}:{source.error.line + 1}: {source.error.message}", "mend the site file")
    data = plain(source.root)
    problem = next(jsonschema.Draft7Validator(resources.schema("site")).iter_errors(data), None)
    if problem is not None:
        where = ".".join(str(part) for part in problem.absolute_path)
        raise CannotGoOnError(f"{file}: {where or 'the file'}: {problem.message}", "mend the site file")
    try:
        return _site(data)
    except RefusedError as error:
        raise CannotGoOnError(f"{file}: {error}", "mend the site file") from None


def _site(data: dict[str, Any]) -> Site:
    job = data.get("job", {})
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
        memory_unit=data.get("memory-unit"),
        reserve_per_core=data.get("reserve-per-core", True),
        headroom=data.get("headroom", 1.25),
        cores=job.get("cores"),
        memory=units.parse_bytes(job["memory"]) if "memory" in job else None,
        walltime=_seconds(job.get("walltime")),
        log_directory=data.get("log-directory"),
        local_directory=data.get("local-directory"),
        jobs_before_pending=data.get("jobs-before-pending"),
        facts=tuple(Fact(fact["about"], fact["source"], fact["as-of"]) for fact in data["facts"]),
    )


def _queue(name: str, data: dict[str, Any]) -> Queue:
    return Queue(
        name=name,
        node=_node(data["node"]) if "node" in data else None,
        default_walltime=_seconds(data.get("default-walltime")),
        max_walltime=_seconds(data.get("max-walltime")),
        required_span=data.get("required-span"),
        note=data.get("note", ""),
        as_of=data.get("as-of", ""),
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

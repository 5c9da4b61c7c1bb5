"""A site as the text of a site file, for the people of one cluster to share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from pegconf.core.units import format_bytes

if TYPE_CHECKING:
    from pegconf.core.model import Node, Queue, Site


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
        "queues": {queue.name: _queue(queue, date) for queue in site.queues},
        "project-required": site.project_required or None,
        "interface": site.interface,
        "interface-verified": False if site.interface else None,
        "memory-unit": site.memory_unit,
        "memory-resource": site.details.get("memory-resource"),
        "memory-property": site.details.get("memory-property"),
        "flavour": site.details.get("flavour"),
        "reserve-per-core": site.reserve_per_core if _knows_reserving(site) else None,
        "facts": [{"about": fact.about, "source": _plain(fact.source), "as-of": fact.as_of} for fact in site.facts],
    }
    return {name: value for name, value in known.items() if value is not None}


def _queue(queue: Queue, date: str) -> dict[str, Any]:
    known = {
        "node": _node(queue.node, queue.gpus) if queue.node else None,
        "default-walltime": _clock(queue.default_walltime),
        "max-walltime": _clock(queue.max_walltime),
        "parallel-environment": queue.details.get("parallel-environment"),
        "note": queue.note or None,
        "as-of": date,
    }
    return {name: value for name, value in known.items() if value is not None}


def _node(node: Node, gpus: int) -> dict[str, Any]:
    data: dict[str, Any] = {"cores": node.cores, "memory": format_bytes(node.memory)}
    if node.usable_cores != node.cores:
        data["usable-cores"] = node.usable_cores
    if gpus:
        data["gpus"] = gpus
    return data


def _clock(seconds: int | None) -> str | None:
    """Seconds as the site files' `hours:minutes`; a part of a minute is left out, so that no limit is exceeded."""
    return None if seconds is None else f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def _knows_reserving(site: Site) -> bool:
    return any("reserved per core" in fact.about for fact in site.facts)


def _plain(source: str) -> str:
    return source.removeprefix("from ")

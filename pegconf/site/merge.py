"""A cluster that says what it is, and a site file that knows it: the cluster wins, the file adds what it cannot say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pegconf.core import folders
from pegconf.core.units import show_seconds

if TYPE_CHECKING:
    from collections.abc import Collection

    from pegconf.core.model import Node, Queue, Site


def merge(file: Site, live: Site, interfaces: Collection[str]) -> tuple[Site, tuple[str, ...]]:
    """The site as it is now, and where its file says otherwise; `interfaces` are those of this host."""
    interface_here = file.interface in interfaces
    default = live.default_queue if live.queue(live.default_queue) else None
    notes = _differences(file, live)
    if file.interface and not interface_here:
        notes.append(f"its file says interface {file.interface}, which this host does not have")
    if file.memory_unit and live.memory_unit and file.memory_unit != live.memory_unit:
        notes.append(f"its file says unit {file.memory_unit}; the cluster says {live.memory_unit}")
    facts = [fact for fact in live.facts if not (interface_here and "interface" in fact.keys)]
    site = replace(
        file,
        queues=tuple(_queue(file.queue(queue.name), queue) for queue in live.queues),
        default_queue=default,
        interface=file.interface if interface_here else live.interface,
        interface_verified=file.interface_verified and interface_here,
        memory_unit=live.memory_unit or file.memory_unit,
        reserve_per_core=(live if live.fact("reserve-per-core") else file).reserve_per_core,
        log_directory=_folder(file.log_directory, notes),
        local_directory=_folder(file.local_directory, notes),
        facts=(*facts, *file.facts),
        cluster=live.cluster,
        details={**file.details, **live.details},
        detected=True,
        project_required=file.project_required or live.project_required,
        accounts=live.accounts,
        accounts_source=live.accounts_source,
        outdated=tuple(queue.name for queue in live.queues if _outdated(file.queue(queue.name), queue)),
    )
    return site, tuple(dict.fromkeys(notes))


def _queue(file: Queue | None, live: Queue) -> Queue:
    if file is None:
        return live
    return replace(
        live,
        node=_node(file.node, live.node),
        node_source=live.node_source if live.node or not file.node else "",
        as_of="" if live.node else file.as_of,
        default_walltime=live.default_walltime or file.default_walltime,
        max_walltime=live.max_walltime or file.max_walltime,
        required_span=file.required_span,
    )


def _node(file: Node | None, live: Node | None) -> Node | None:
    """The live node; where the file knows of cores on it that are not for jobs, these stay so."""
    if file is None or live is None or file.cores != live.cores:
        return live or file
    return replace(live, usable_cores=min(file.usable_cores, live.usable_cores))


def _outdated(file: Queue | None, live: Queue) -> bool:
    return file is None or (live.max_walltime is not None and file.max_walltime != live.max_walltime)


def _differences(file: Site, live: Site) -> list[str]:
    notes = []
    if file.default_queue and live.default_queue and file.default_queue != live.default_queue:
        notes.append(f"its file says the default queue is {file.default_queue}; the cluster says {live.default_queue}")
    gone = [queue.name for queue in file.queues if live.queue(queue.name) is None]
    if gone:
        notes.append(f"its file has queues that the cluster has not: {', '.join(gone)}")
    for queue in live.queues:
        known = file.queue(queue.name)
        if known is not None and known.max_walltime and _outdated(known, queue):
            now = show_seconds(queue.max_walltime or 0)
            notes.append(f"its file says {show_seconds(known.max_walltime)} at most in {queue.name}; the cluster {now}")
    return notes


def _folder(pattern: str | None, notes: list[str]) -> str | None:
    """A file's folder where its file system is here; the first part stands for that."""
    if pattern is None:
        return None
    top = Path(*Path(pattern).parts[:2])
    if folders.existing_parent(top) == top:
        return pattern
    notes.append(f"its file says {top}, which is not here")
    return None

"""`pegconf sites`: the clusters whose facts are known, one of them in full, or this one as a file to share."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Annotated

import typer

from pegconf.cli.options import ends_well, note, out
from pegconf.core.errors import CannotGoOnError, PegconfError, UsageError
from pegconf.core.units import count, format_bytes, show_seconds
from pegconf.site import files

if TYPE_CHECKING:
    from pegconf.core.model import Queue, Site


@ends_well
def show_sites(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Site to show, or a site file; without one all are listed."),
    ] = None,
    from_here: Annotated[
        bool, typer.Option("--from-here", help="Print a site file made from what this cluster says of itself.")
    ] = False,
) -> None:
    """List the sites whose facts are known, show one, or write down this one."""
    if from_here and name is not None:
        raise UsageError("--from-here describes this cluster and takes no name", "leave one of them out")
    if from_here:
        out(_from_here().rstrip())
    elif name is not None:
        out("\n".join(_described(files.load(name))))
    else:
        _list()


def _list() -> None:
    rows = []
    for name, file in files.files().items():
        try:
            site = files.load(name)
        except PegconfError as error:
            note(f"pegconf: {error.message}")
            continue
        rows.append((name, site.scheduler, site.title, str(file.parent)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in sorted(rows):
        out("  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])))


def _from_here() -> str:
    # Both take time to import, and are needed only here.
    import jsonschema  # noqa: PLC0415

    from pegconf.site import detect  # noqa: PLC0415

    found = detect.detect(os.environ)
    if found is None or not found.queues:
        because = f": {found.silence}" if found else ""
        raise CannotGoOnError(
            f"no batch system answers here{because}", "run it on a login node of the cluster, with its commands on PATH"
        )
    site, date = detect.as_site(found), dt.datetime.now(tz=dt.UTC).date().isoformat()
    jsonschema.validate(files.as_data(site, date), files.schema())
    note(f"save it as ~/.config/pegconf/sites/{site.name}.yaml, or for everybody under /etc/pegconf/sites")
    return files.as_text(site, date)


def _described(site: Site) -> list[str]:
    facts = [
        ("batch system", site.scheduler),
        ("cluster", site.cluster),
        ("login host", site.login_host),
        ("default queue", site.default_queue),
        ("interface", site.interface and f"{site.interface}{'' if site.interface_verified else ', not seen by a job'}"),
        ("project", "required" if site.project_required else None),
        ("unit of limits", site.memory_unit),
        (
            "memory is held back",
            ("per core" if site.reserve_per_core else "per job") if site.fact("reserve-per-core") else None,
        ),
        ("output", site.log_directory),
        ("scratch", site.local_directory),
    ]
    lines = [site.title, *(f"  {label:<20} {value}" for label, value in facts if value), "", "queues"]
    lines += [f"  {queue.name:<20} {_of_queue(queue)}" for queue in site.queues]
    return [*lines, "", "from", *(f"  {fact.as_of}: {fact.about}\n      {fact.source}" for fact in site.facts)]


def _of_queue(queue: Queue) -> str:
    parts = []
    if queue.node is not None:
        node = queue.node
        usable = f" ({node.usable_cores} for jobs)" if node.usable_cores != node.cores else ""
        parts.append(f"{count(node.cores, 'core')}{usable}, {format_bytes(node.memory)}")
    if queue.gpus:
        parts.append(count(queue.gpus, "GPU"))
    if queue.max_walltime is not None:
        parts.append(f"at most {show_seconds(queue.max_walltime)}")
    if queue.required_span:
        parts.append(f"insists on {queue.required_span}")
    parts += [part for part in (queue.note, f"as of {queue.as_of}" if queue.as_of else "") if part]
    return "; ".join(parts)

"""The command qselect: the ids of the jobs that are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import ids
from .reply import USAGE, RefusedError, Reply, options

if TYPE_CHECKING:
    from .cluster import Cluster
    from .reply import Options
    from .state import JobRecord, Store

_STATES = set("BEFHMQRSTUWX")
NO_HISTORY = "PBS is not configured to maintain job history"


def qselect(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Ids by name, user, queue and state; without history `-x` says so on standard error, and ends with 0."""
    if arguments == ["--version"]:
        return Reply(f"pbs_version = {cluster.version}\n")
    given = options("a:A:c:h:HJl:N:p:q:r:s:t:TP:xu:", arguments)
    wrong = [*given.wrong, *(["illegal -s value"] if "s" in given and not set(given.get("s")) <= _STATES else [])]
    if wrong or given.operands:
        return Reply(err="".join(f"qselect: {words}\n" for words in wrong) + USAGE["qselect"], code=2)
    queue = given.get("q").partition("@")[0]
    if queue and cluster.queue(queue) is None:
        raise RefusedError("Unknown queue destination", 170)
    if ("x" in given or "H" in given) and not cluster.history:
        raise RefusedError(NO_HISTORY, 0)
    found = [job for job in ids.visible(store.jobs(), cluster) if _meant(job, given)]
    return Reply("".join(f"{job.key}.{cluster.name}\n" for job in found))


def _meant(job: JobRecord, given: Options) -> bool:
    users = {word.partition("@")[0] for word in given.get("u").split(",")}
    return (
        (job.unfinished or "x" in given or "H" in given)
        and not (job.unfinished and "H" in given)
        and bool(job.array if "T" in given else job.part_of) is False
        and given.get("N", job.name) == job.name
        and ("u" not in given or job.owner in users)
        and given.get("q", job.queue).partition("@")[0] in {"", job.queue}
        and job.state in given.get("s", job.state)
    )

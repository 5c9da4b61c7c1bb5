"""Which jobs a command means by its options: user, queue, name and host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .state import user_name

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord

NOTHING = "No unfinished job found"


def matches(job: JobRecord, options: dict[str, str], cluster: Cluster) -> bool:
    """Tell whether a job is meant by -u (by default the caller), -q, -J and -m."""
    return (
        same_name(job, options)
        and options.get("u", user_name(cluster)) in {job.user, "all"}
        and options.get("q", job.queue) == job.queue
        and ("m" not in options or options["m"] in job.hosts)
    )


def same_name(job: JobRecord, options: dict[str, str]) -> bool:
    """Compare a job's name with `-J`, which may end in a star (IBM documentation)."""
    wanted = options.get("J", "*")
    return job.name.startswith(wanted[:-1]) if wanted.endswith("*") else job.name == wanted

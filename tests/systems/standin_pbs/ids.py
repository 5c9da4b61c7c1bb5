"""The ids of jobs as people write them, and who may do what with which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .reply import RefusedError
from .state import user_name

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord, Store

_ID = re.compile(r"(\d+(?:\[\d*\])?)(?:\.([\w.-]+))?")


def key(word: str, cluster: Cluster) -> str:
    """The key of an id, with or without the server's name behind it."""
    found = _ID.fullmatch(word)
    if found is None or found[2] not in {None, cluster.name}:
        raise RefusedError(f"illegally formed job identifier: {word}", 1)
    return found[1]


def found(word: str, store: Store, cluster: Cluster) -> JobRecord:
    """The job of an id; one that has ended is there only where the server keeps its history."""
    number = key(word, cluster)
    job = store.job(number)
    if job is None or (not job.unfinished and not cluster.history):
        raise RefusedError(f"Unknown Job Id {number}.{cluster.name}", 153)
    return job


def visible(jobs: list[JobRecord], cluster: Cluster) -> list[JobRecord]:
    """The jobs that this user is shown."""
    user = user_name()
    return [job for job in jobs if cluster.query_other_jobs or user in {job.owner, "root"}]


def authorized(job: JobRecord, user: str) -> bool:
    """Whether a user may end a job: its owner, and root as the manager."""
    return user in {job.owner, "root"}

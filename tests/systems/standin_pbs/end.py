"""The commands that change jobs: qdel, qhold, qrls, and qsig for suspending."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from tests.systems.standin_lsf import processes

from . import amounts, ids, place, run
from .reply import USAGE, RefusedError, Reply, options
from .state import user_name
from .submit import UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cluster import Cluster
    from .reply import Options
    from .state import JobRecord, Store

_LETTERS = "sou"
"""The kinds of a hold in the order of `qstat -f`: the system's, the operator's, the user's own."""


def qdel(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """End jobs by id; one that waits is gone at once, one that runs gets TERM first."""
    if arguments == ["--version"]:
        return Reply(f"pbs_version = {cluster.version}\n")
    given = options("W:x", arguments)
    if given.wrong or not given.operands:
        return Reply(err="".join(f"qdel: {words}\n" for words in given.wrong) + USAGE["qdel"], code=2)

    def end(word: str) -> None:
        job = ids.found(word, store, cluster)
        shown = f"{job.key}.{cluster.name}"
        user = user_name()
        if not ids.authorized(job, user):
            raise RefusedError(f"{UNAUTHORIZED} {shown}", 159)
        if not job.unfinished:
            if "x" not in given:
                raise RefusedError(f"Job has finished {shown}", 35)
            store.forget(job)
            return
        if job.state == "E":
            raise RefusedError(f"Request invalid for state of job {shown}", 168)
        _ended(job, f"{user}@{cluster.name}", store, cluster)

    return _each("qdel", given, store, end)


def _ended(job: JobRecord, who: str, store: Store, cluster: Cluster) -> None:
    for part in (one for one in store.jobs() if one.part_of == job.key and one.unfinished):
        _ended(part, who, store, cluster)
    if job.array:
        store.save(job, deleted_by=who)
        place.arrays(store)
    elif job.state in {"R", "S"}:
        if not job.deleted_by:
            store.save(job, deleted_by=who, comment=f"{job.comment} and terminated by {who}")
    else:
        comment = f"{job.comment} and terminated" if job.comment else ""
        gone = store.save(job, state="F", substate=91, ended=time.time(), comment=comment, deleted_by=who)
        run.release(gone, store, cluster)


def qhold(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Hold waiting jobs: `-h u` is the owner's, `o` and `s` are root's."""
    given = options("h:", arguments)
    kinds = given.get("h", "u")

    def hold(word: str) -> None:
        job = ids.found(word, store, cluster)
        user = user_name()
        if not ids.authorized(job, user) or (kinds != "u" and user != "root"):
            raise RefusedError(f"{UNAUTHORIZED} {job.key}.{cluster.name}", 159)
        held = "".join(letter for letter in _LETTERS if letter in job.hold + kinds)
        comment = f"Job held by {user} on {amounts.date(time.time())}"
        store.save(job, state="H", substate=20, hold=held, comment=comment)

    return _each("qhold", given, store, hold)


def qrls(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Take holds away; a job without any waits for its turn."""
    given = options("h:", arguments)
    kinds = given.get("h", "u")

    def release(word: str) -> None:
        job = ids.found(word, store, cluster)
        user = user_name()
        if not ids.authorized(job, user) or (kinds != "u" and user != "root"):
            raise RefusedError(f"{UNAUTHORIZED} {job.key}.{cluster.name}", 159)
        held = "".join(letter for letter in job.hold if letter not in kinds + "n") or "n"
        waits = {} if held != "n" or job.state != "H" else {"state": "Q", "substate": 10, "comment": ""}
        store.save(job, hold=held, **waits)

    return _each("qrls", given, store, release)


def qsig(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Suspend a running job and have it go on, as root: `qsig -s suspend`, `qsig -s resume`."""
    given = options("s:", arguments)
    suspends = given.get("s") == "suspend"

    def send(word: str) -> None:
        job = ids.found(word, store, cluster)
        if user_name() != "root":
            raise RefusedError(f"{UNAUTHORIZED} {job.key}.{cluster.name}", 159)
        if job.state != ("R" if suspends else "S"):
            raise RefusedError(f"Request invalid for state of job {job.key}.{cluster.name}", 168)
        found = [one.pid for one in processes.of_job(job.pid)]
        processes.send(found, signal.SIGSTOP if suspends else signal.SIGCONT)
        store.save(job, state="S" if suspends else "R", substate=43 if suspends else 42)

    return _each("qsig", given, store, send)


def _each(command: str, given: Options, store: Store, act: Callable[[str], None]) -> Reply:
    """Do it for every id; what was refused is said, and the last refusal's code is the command's."""
    errors, code = "", 0
    with store.locked():
        for word in given.operands:
            try:
                act(word)
            except RefusedError as refused:
                errors += f"{command}: {refused.words}\n"
                code = refused.code
    return Reply(err=errors, code=code)

"""The command qsub: read, refuse as recorded on OpenPBS 23.06, or put a job into the state folder."""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import amounts, directives, request, run
from .reply import USAGE, Options, RefusedError, Reply, options
from .state import JobRecord, Store, user_name

if TYPE_CHECKING:
    from .cluster import Cluster, Queue

UNAUTHORIZED = "Unauthorized Request "
_DEPENDENCY = re.compile(r"(after\w*):(\d+(?:\[\])?)")


@dataclass(frozen=True)
class _Work:
    """What a job runs: its script, the name that this gives to it, and the options with the script's own."""

    script: str
    name: str
    options: Options


def qsub(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Submit one job, or refuse it."""
    if arguments == ["--version"]:
        return Reply(f"pbs_version = {cluster.version}\n")
    given = options(directives.LETTERS, arguments)
    wrong = [*given.wrong, *directives.wrong(given)]
    if wrong:
        lines = "".join(f"qsub: {words}\n" for words in wrong)
        return Reply(err=lines + USAGE["qsub"], code=2)
    directives.refuse(given)
    work = _work(given)
    directives.refuse(work.options)
    return _submitted(work, arguments, store, cluster)


def _work(given: Options) -> _Work:
    """The script on standard input, in a file or behind `--`, with the options of its `#PBS` lines."""
    if given.behind_dashes:
        return _Work(f"exec {shlex.join(given.operands)}\n", "STDIN", given)
    name, script = "STDIN", ""
    if given.operands:
        path = Path(given.operands[0])
        if not path.exists():
            raise RefusedError("script file:: No such file or directory", 1)
        if not path.is_file():
            raise RefusedError("script not a file", 1)
        # To root every file is readable.
        if not path.stat().st_mode & 0o444:
            raise RefusedError("opening script file:: Permission denied", 8)
        name, script = path.name, path.read_bytes().decode()
    elif sys.stdin is not None and not sys.stdin.isatty():
        script = sys.stdin.read()
    if "\r\n" in script:
        raise RefusedError("script contains cr, lf", 1)
    return _Work(script, name, directives.joined(script, given))


def _submitted(work: _Work, arguments: list[str], store: Store, cluster: Cluster) -> Reply:
    given = work.options
    name, _, server = given.get("q", cluster.default_queue).partition("@")
    if server not in {"", cluster.name}:
        words = f"Unknown Host.\nqsub: cannot connect to server {cluster.name} (errno=15008)\n"
        return Reply(err=words, code=160)
    queue = cluster.queue(name or cluster.default_queue)
    user = user_name()
    if (user == "root" and not cluster.root_submits) or given.get("u", user) != user:
        raise RefusedError("Bad UID for job execution", 175)
    if queue is None:
        raise RefusedError("Unknown queue", 170)
    draft = _draft(work, arguments, queue, cluster)
    with store.locked():
        draft = replace(draft, key=str(store.next_number()) + ("[]" if draft.array else ""))
        entered = _routed(draft, given, queue, cluster, store)
        if entered is None:
            return Reply(f"{draft.key}.{cluster.name}\n")
        job = _dependent(entered, store, cluster)
        _kept(job, work.script, store)
        parts = _parts(job)
        for part in parts:
            _kept(part, work.script, store)
    for one in parts if job.array else [job]:
        if one.unfinished:
            run.launch(store, one.key)
    return Reply(f"{job.key}.{cluster.name}\n")


def _kept(job: JobRecord, script: str, store: Store) -> None:
    folder = store.job_folder(job.key)
    folder.mkdir(parents=True)
    (folder / "script").write_text(script, encoding="utf-8")
    store.save(job)


def _routed(draft: JobRecord, given: Options, queue: Queue, cluster: Cluster, store: Store) -> JobRecord | None:
    """A job in its queue, for a route queue in the first that takes it; None where none of them does."""
    if not queue.destinations:
        return _entered(draft, given, queue, cluster, store)
    _open(draft, queue, cluster)
    for name in queue.destinations:
        behind = cluster.queue(name)
        try:
            if behind is not None:
                return _entered(draft, given, behind, cluster, store)
        except RefusedError:
            continue
    return None


def _open(draft: JobRecord, queue: Queue, cluster: Cluster) -> None:
    if not queue.enabled:
        raise RefusedError("Queue is not enabled", 173)
    mine = cluster.groups.get(draft.owner, ())
    if (queue.users and draft.owner not in queue.users) or (queue.groups and not set(queue.groups) & set(mine)):
        raise RefusedError(UNAUTHORIZED, 159)
    if queue.hosts and cluster.name not in queue.hosts:
        raise RefusedError("Access from host not allowed, or unknown host", 160)


def _entered(draft: JobRecord, given: Options, queue: Queue, cluster: Cluster, store: Store) -> JobRecord:
    _open(draft, queue, cluster)
    asked = request.asked([value for letter, value in given.given if letter == "l"], queue)
    if not request.within(asked.resources, queue):
        raise RefusedError("Job violates queue and/or server resource limits", 188)
    mine = [job for job in store.jobs() if job.unfinished and (job.owner, job.queue) == (draft.owner, queue.name)]
    if queue.max_queued is not None and len(mine) >= queue.max_queued:
        # `generic` is what OpenPBS itself prints in the queue's place.
        raise RefusedError("would exceed queue generic's per-user limit", 38)
    for name, limit in queue.max_queued_res.items():
        if sum(int(one.resources.get(name, "0")) for one in mine) + int(asked.resources.get(name, "0")) > limit:
            raise RefusedError(f"would exceed per-user limit on resource {name} in queue {queue.name}", 39)
    return replace(draft, queue=queue.name, select=asked.select, place=asked.place, resources=asked.resources)


def _draft(work: _Work, arguments: list[str], queue: Queue, cluster: Cluster) -> JobRecord:
    given = work.options
    name = given.get("N") or work.name
    folder = cluster.shown(str(Path.cwd()))
    begins = amounts.date_time(given.get("a")) if "a" in given else None
    later = begins is not None and begins > time.time()
    held = "h" in given
    variables = _variables(folder, queue.name, cluster)
    extra = directives.attributes(given)
    group = extra.get("group_list")
    if group and group not in cluster.groups.get(user_name(), ()):
        raise RefusedError("Bad GID for job execution", 197)
    return JobRecord(
        key="",
        name=name,
        owner=user_name(),
        queue=queue.name,
        folder=folder,
        home=os.environ.get("HOME", "/"),
        submitted=time.time(),
        arguments=" ".join(arguments),
        state="H" if held else "W" if later else "Q",
        substate=20 if held else 30 if later else 10,
        hold="u" if held else "n",
        output=given.get("o"),
        error=given.get("e"),
        join=given.get("j", "n"),
        keep=given.get("k", "n"),
        account=given.get("A"),
        project=given.get("P", "_pbs_project_default"),
        shell=given.get("S"),
        umask=extra.get("umask", ""),
        dependency=extra.get("depend", ""),
        execution_time=begins if later else None,
        variables=variables | directives.passed(given),
        environment=dict(os.environ) if "V" in given else directives.passed(given),
        array=given.get("J"),
        command=tuple(given.operands) if given.behind_dashes else (),
    )


def _variables(folder: str, queue: str, cluster: Cluster) -> dict[str, str]:
    """What travels with a job of its submission, in the order of `qstat -f`."""
    known = (("HOME", "HOME"), ("LANG", "LANG"), ("LOGNAME", "LOGNAME"), ("PATH", "PATH"), ("MAIL", "MAIL"))
    found = {
        f"PBS_O_{name}": os.environ[of] for name, of in (*known, ("SHELL", "SHELL"), ("TZ", "TZ")) if of in os.environ
    }
    return found | {
        "PBS_O_INTERACTIVE_AUTH_METHOD": "resvport",
        "PBS_O_INTERACTIVE_ENCRYPT_METHOD": "",
        "PBS_O_WORKDIR": folder,
        "PBS_O_SYSTEM": "Linux",
        "PBS_O_QUEUE": queue,
        "PBS_O_HOST": cluster.name,
    }


def _dependent(job: JobRecord, store: Store, cluster: Cluster) -> JobRecord:
    """A job that waits for another; one that waits for a job that is not there is ended at once."""
    found = _DEPENDENCY.match(job.dependency)
    if found is None:
        return job
    kind, key = found.groups()
    other = store.job(key)
    waits = replace(job, dependency=f"{kind}:{key}.{cluster.name}@{cluster.name}", hold="s", state="H", substate=22)
    if other is None or not other.unfinished:
        return replace(waits, state="F", substate=92, ended=time.time())
    before = f"before{kind.removeprefix('after')}:{job.key}.{cluster.name}@{cluster.name}"
    store.save(other, dependency=before)
    return waits


def _parts(job: JobRecord) -> list[JobRecord]:
    """The jobs of an array."""
    if not job.array:
        return []
    first, last = (int(word) for word in job.array.split(":")[0].split("-"))
    return [
        replace(job, key=f"{job.number}[{index}]", part_of=job.key, array="", arguments="")
        for index in range(first, last + 1)
    ]

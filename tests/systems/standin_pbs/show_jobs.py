"""The command qstat for jobs: its tables and, with `-f`, all of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import amounts, ids, show_queues
from .choose import NO_HISTORY
from .job_details import details, elapsed
from .reply import RefusedError, Reply, options

if TYPE_CHECKING:
    from .cluster import Cluster
    from .reply import Options
    from .state import JobRecord, Store

HEAD = (
    "Job id            Name             User              Time Use S Queue\n"
    "----------------  ---------------- ----------------  -------- - -----\n"
)
WIDE_HEAD = (
    "                                                            Req'd  Req'd   Elap\n"
    "Job ID          Username Queue    Jobname    SessID NDS TSK Memory Time  S Time\n"
    "--------------- -------- -------- ---------- ------ --- --- ------ ----- - -----\n"
)
COMMENT = 70


def qstat(store: Store, cluster: Cluster, arguments: list[str]) -> Reply:
    """Jobs, or with -Q queues and with -B the server."""
    if arguments == ["--version"]:
        return Reply(f"pbs_version = {cluster.version}\n")
    given = options("aBfF:HinpqQrstTu:wxE1", arguments)
    if given.wrong:
        return Reply(err="".join(f"qstat: {words}\n" for words in given.wrong), code=2)
    for letter, show in (("B", show_queues.server), ("Q", show_queues.queues), ("q", show_queues.limits)):
        if letter in given:
            return show(store, cluster, given.operands, full="f" in given)
    return _jobs(store, cluster, given)


def _jobs(store: Store, cluster: Cluster, given: Options) -> Reply:
    found: list[JobRecord] = []
    errors, code = "", 0
    history = "x" in given or "H" in given
    everything = ids.visible(store.jobs(), cluster)
    if history and not cluster.history:
        keys = [f"{ids.key(word, cluster)}.{cluster.name}" for word in given.operands] or [""]
        return Reply(err="".join(f"qstat: {NO_HISTORY} {key}\n" for key in keys))
    for word in given.operands:
        try:
            found += _named(word, everything, given, store, cluster)
        except RefusedError as refused:
            errors += f"qstat: {refused.words}\n"
            code = refused.code
    if not given.operands:
        found = [job for job in everything if _shown(job, given)]
    users = {word.partition("@")[0] for word in given.get("u").split(",")}
    found = [job for job in found if "u" not in given or job.owner in users]
    return Reply(_printed(found, store.jobs(), given, cluster), errors, code)


def _shown(job: JobRecord, given: Options) -> bool:
    kept = not job.unfinished if "H" in given else job.unfinished or "x" in given
    return kept and ("t" in given or not job.part_of)


def _named(word: str, everything: list[JobRecord], given: Options, store: Store, cluster: Cluster) -> list[JobRecord]:
    """The job of an id, with its parts where they are asked for, or the jobs of a queue."""
    if not word[:1].isdigit():
        if cluster.queue(word) is None:
            raise RefusedError(f"Unknown queue destination {word}", 170)
        return [job for job in everything if job.queue == word and _shown(job, given)]
    job = ids.found(word, store, cluster)
    if not job.unfinished and "x" not in given and "H" not in given:
        words = f"{job.key}.{cluster.name} Job has finished, use -x or -H to obtain historical job information"
        raise RefusedError(words, 35)
    if job not in everything:
        return []
    return [job, *(one for one in everything if "t" in given and one.part_of == job.key)]


def _printed(jobs: list[JobRecord], everything: list[JobRecord], given: Options, cluster: Cluster) -> str:
    if not jobs:
        return ""
    if "f" in given:
        return "".join(details(job, [one for one in everything if one.part_of == job.key], cluster) for job in jobs)
    if not any(letter in given for letter in "asuHinr"):
        return HEAD + "".join(_row(job, cluster) for job in jobs)
    rows = "".join(_wide_row(job, cluster) + (_comment(job) if "s" in given else "") for job in jobs)
    return f"\n{cluster.name}: \n{WIDE_HEAD}{rows}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}*"


def _row(job: JobRecord, cluster: Cluster) -> str:
    used = "0" if elapsed(job) is None else "00:00:00"
    name = _cut(job.name, 16)
    return f"{f'{job.key}.{cluster.name}':<17} {name:<16} {job.owner:<17} {used:>8} {job.state} {job.queue:<16}\n"


def _wide_row(job: JobRecord, cluster: Cluster) -> str:
    walltime = job.resources.get("walltime", "")
    memory = amounts.short(job.resources["mem"]) if "mem" in job.resources else "-- "
    ran = elapsed(job)
    cells = [
        f"{f'{job.key}.{cluster.name}':<15}",
        f"{_cut(job.owner, 8):<8}",
        f"{_cut(job.queue, 8):<8}",
        f"{_cut(job.name, 10):<10}",
        f"{job.session or '-- ':>6}",
        f"{job.resources['nodect']:>3}",
        f"{job.resources['ncpus'] if job.resources['ncpus'] != '0' else '--':>3}",
        f"{memory:>6}",
        f"{_minutes(walltime) if walltime else '-- ':>5}",
        job.state,
        f"{_minutes(amounts.clock(ran)) if ran is not None else '-- ':>5}",
    ]
    return " ".join(cells) + "\n"


def _minutes(clock: str) -> str:
    return clock.rpartition(":")[0][:5]


def _comment(job: JobRecord) -> str:
    if not job.comment:
        return "    -- \n"
    return f"   {job.comment if len(job.comment) <= COMMENT + 3 else job.comment[:COMMENT] + '...'}\n"

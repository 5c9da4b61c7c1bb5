"""The attributes of one job as `qstat -f` prints them, folded as OpenPBS 23.06 folds them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from . import amounts, run

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord

LINE = 78
SENT = 41
"""The substate of a job that is on its way to its node."""


def folded(name: str, value: str) -> str:
    """One attribute; a long value goes on behind a newline and a tab, at its commas or anywhere within a part."""
    text = f"    {name} = "
    column = len(name) + 7
    for number, part in enumerate(value.split(",")):
        text += "," if number else ""
        if len(part) + column < LINE:
            text += part
            column += len(part)
            continue
        if number:
            text += "\n\t"
            column = 9
        for letter in part:
            text += letter
            column += 1
            if column > LINE:
                text += "\n\t"
                column = 8
    return f"{text}\n"


def details(job: JobRecord, parts: list[JobRecord], cluster: Cluster) -> str:
    """A job's whole block, with the empty line behind it."""
    lines = "".join(folded(name, value) for name, value in _attributes(job, parts, cluster) if value)
    return f"Job Id: {job.key}.{cluster.name}\n{lines}\n"


def elapsed(job: JobRecord) -> float | None:
    """Seconds since a job's start or between that and its end; None where it has not run."""
    if job.started is None or job.array or job.substate == SENT:
        return None
    return (job.ended or time.time()) - job.started


def _attributes(job: JobRecord, parts: list[JobRecord], cluster: Cluster) -> list[tuple[str, str]]:
    output, error = run.targets(job, cluster)
    ran = elapsed(job) is not None
    plain = not job.part_of
    return [
        ("Job_Name", job.name),
        ("Job_Owner", f"{job.owner}@{cluster.name}"),
        *(_used(job) if ran else []),
        ("job_state", job.state),
        ("queue", job.queue),
        ("server", cluster.name),
        ("Account_Name", job.account),
        ("Checkpoint", "u" if plain else ""),
        ("ctime", amounts.date(job.submitted)),
        ("depend", job.dependency),
        ("Error_Path", f"{cluster.name}:{error}"),
        ("exec_host", job.hosts),
        ("exec_vnode", job.vnodes),
        ("Execution_Time", _date(job.execution_time)),
        ("Hold_Types", job.hold if plain else ""),
        ("Join_Path", job.join),
        ("Keep_Files", job.keep),
        ("Mail_Points", "a"),
        ("mtime", amounts.date(job.changed)),
        ("Output_Path", f"{cluster.name}:{output}"),
        ("Priority", "0"),
        ("qtime", amounts.date(job.submitted)),
        ("Rerunable", "True"),
        *sorted((f"Resource_List.{name}", value) for name, value in _resources(job).items()),
        ("stime", _date(job.started) if ran or job.array else ""),
        ("obittime", _date(job.ended) if (ran or job.array) and job.state == "F" and job.started else ""),
        ("session_id", str(job.session or "")),
        ("Shell_Path_List", job.shell),
        ("jobdir", job.home if ran else ""),
        ("substate", str(job.substate)),
        ("Variable_List", ",".join(f"{name}={value}" for name, value in job.variables.items())),
        ("comment", job.comment),
        ("etime", amounts.date(job.submitted) if job.hold == "n" and job.execution_time is None else ""),
        ("umask", job.umask),
        ("run_count", "1" if job.nodes else ""),
        ("Stageout_status", _number(job.stage_out)),
        ("Exit_status", _number(job.exit_status)),
        ("Submit_arguments", job.arguments),
        *_array(job, parts, cluster),
        ("history_timestamp", str(int(job.ended or 0)) if job.state == "F" else ""),
        *_executable(job),
        ("project", job.project),
        ("Submit_Host", cluster.name),
    ]


def _resources(job: JobRecord) -> dict[str, str]:
    return job.resources | {"place": job.place, "select": job.select}


def _used(job: JobRecord) -> list[tuple[str, str]]:
    memory = f"{job.memory_kb}kb"
    values = {
        "cpupercent": "0",
        "cput": "00:00:00",
        "mem": memory,
        "ncpus": job.resources["ncpus"],
        "vmem": memory,
        "walltime": amounts.clock(elapsed(job) or 0),
    }
    return [(f"resources_used.{name}", value) for name, value in values.items()]


def _array(job: JobRecord, parts: list[JobRecord], cluster: Cluster) -> list[tuple[str, str]]:
    if job.part_of:
        return [("array_id", f"{job.part_of}.{cluster.name}"), ("array_index", job.key.partition("[")[2].rstrip("]"))]
    if not job.array:
        return []
    states = [part.state for part in parts]
    queued = [part.key.partition("[")[2].rstrip("]") for part in parts if part.state == "Q"]
    count = f"Queued:{len(queued)} Running:{states.count('R')} Exiting:{states.count('E')} Expired:0"
    left = "-" if not queued else queued[0] if len(queued) == 1 else f"{queued[0]}-{queued[-1]}"
    return [
        ("array", "True"),
        ("array_state_count", count),
        ("array_indices_submitted", job.array),
        ("array_indices_remaining", left),
    ]


def _executable(job: JobRecord) -> list[tuple[str, str]]:
    """What stands behind `--`."""
    if not job.command:
        return []
    arguments = "".join(f"<jsdl-hpcpa:Argument>{word}</jsdl-hpcpa:Argument>" for word in job.command[1:])
    program = f"<jsdl-hpcpa:Executable>{job.command[0]}</jsdl-hpcpa:Executable>"
    return [("executable", program), ("argument_list", arguments)]


def _date(moment: float | None) -> str:
    return "" if moment is None else amounts.date(moment)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)

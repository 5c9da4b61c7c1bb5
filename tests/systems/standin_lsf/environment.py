"""The environment of a job: that of its submission with LSF's variables on top."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from . import place
from .state import STATE_VARIABLE

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord, Store


def expanded(path: str, job: JobRecord) -> str:
    """Return an `-o` or `-e` path with %J and %I filled in."""
    return path.replace("%J", str(job.id)).replace("%I", "0")


def of_job(job: JobRecord, store: Store, cluster: Cluster) -> dict[str, str]:
    """Return the variables recorded on volclava 2.2, with `ibm` also those IBM's documentation adds."""
    folder = store.job_folder(job.id)
    begun = f"{int(job.submit_time)}.{job.id}"
    counts = {name: job.hosts.count(name) for name in job.hosts}
    variables = {
        "LSB_ACCT_FILE": str(folder / f".{begun}.acct"),
        "LSB_CHKFILENAME": str(folder / begun),
        "LSB_ERRORFILE": expanded(job.error, job),
        "LSB_EXIT_PRE_ABORT": "99",
        "LSB_HOSTS": " ".join(job.hosts),
        "LSB_JOBEXIT_STAT": "0",
        "LSB_JOBFILENAME": str(folder / begun),
        "LSB_JOBID": str(job.id),
        "LSB_JOBINDEX": "0",
        "LSB_JOBNAME": job.name,
        "LSB_MCPU_HOSTS": "".join(f"{name} {count} " for name, count in counts.items()),
        "LSB_OUTPUTFILE": expanded(job.output, job),
        "LSB_QUEUE": job.queue,
        "LSB_SUB_HOST": job.from_host,
        "LSB_TRAPSIGS": "trap # 15 10 12 2 1",
        "LSB_UNIXGROUP": job.user,
        "LSFUSER": job.user,
        "LSF_BINDIR": str(store.folder / "lsf" / "bin"),
        "LSF_EAUTH_CLIENT": "user",
        "LSF_EAUTH_SERVER": f"mbatchd@{cluster.name}",
        "LSF_ENVDIR": str(store.folder / "etc"),
        "LSF_SERVERDIR": str(store.folder / "lsf" / "sbin"),
        "LS_EXEC_T": "START",
        "LS_JOBPID": str(os.getpid()),
        "LS_SUBCWD": job.cwd,
        "PWD": job.cwd,
        STATE_VARIABLE: str(store.folder),
    }
    given = {name: value for name, value in variables.items() if value}
    home = {"HOME": cluster.account_home} if cluster.account_home else {}
    return {**os.environ, **home, **given, **(_ibm(job, cluster) if cluster.ibm else {})}


def _ibm(job: JobRecord, cluster: Cluster) -> dict[str, str]:
    return {
        "LSB_BATCH_JID": str(job.id),
        "LSB_DJOB_NUMPROC": str(len(job.hosts)),
        "LSB_EFFECTIVE_RSRCREQ": combined(job, cluster),
        "LSB_MAX_NUM_PROCESSORS": str(len(job.hosts)),
    }


def combined(job: JobRecord, cluster: Cluster) -> str:
    """Return the requirement details of `bjobs -l`, in the words recorded on volclava 2.2."""
    wanted = place.effective(job, cluster)
    select = f"({wanted.select}) && (type == any)" if wanted.select else "type == local"
    reserve = ":".join(f"{name}={value:.2f}" for name, value in wanted.reserve.items())
    span = "hosts=1" if wanted.one_host else f"ptile={wanted.per_host}" if wanted.per_host else ""
    tail = f"{f' rusage[{reserve}]' if reserve else ''}{f' span[{span}]' if span else ''}"
    return f"select[{select}] order[{wanted.order}]{tail}"

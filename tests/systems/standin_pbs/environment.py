"""The environment of a job: a login's with PBS's variables, and of the submission only what was passed on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .state import STATE_VARIABLE

if TYPE_CHECKING:
    from .cluster import Cluster
    from .state import JobRecord, Store

PATH = "/usr/local/bin:/usr/bin:/bin"


def of_job(job: JobRecord, store: Store, cluster: Cluster) -> dict[str, str]:
    """The variables that a job had on OpenPBS 23.06."""
    folder = store.job_folder(job.key)
    (folder / "tmp").mkdir(exist_ok=True)
    nodes = folder / "nodefile"
    nodes.write_text("".join(f"{name}\n" for name in job.nodes), encoding="utf-8")
    home = cluster.real(job.home)
    mine = {
        "ENVIRONMENT": "BATCH",
        "HOME": home,
        "LOGNAME": job.owner,
        "NCPUS": job.resources.get("ncpus", "1"),
        "OMP_NUM_THREADS": job.resources.get("ncpus", "1"),
        "PATH": PATH,
        "PBS_ENVIRONMENT": "PBS_BATCH",
        "PBS_JOBDIR": home,
        "PBS_JOBID": f"{job.key}.{cluster.name}",
        "PBS_JOBNAME": job.name,
        "PBS_MOMPORT": "15003",
        "PBS_NODEFILE": str(nodes),
        "PBS_NODENUM": "0",
        "PBS_QUEUE": job.queue,
        "PBS_TASKNUM": "1",
        "SHELL": job.variables.get("PBS_O_SHELL", "/bin/sh"),
        "TMPDIR": str(folder / "tmp"),
        "USER": job.owner,
        STATE_VARIABLE: str(store.folder),
    }
    # So that a stop finds every process of a job; a job has no commands of its own on PATH.
    lang = {"LANG": os.environ["LANG"]} if "LANG" in os.environ else {}
    origin = {name: value for name, value in job.variables.items() if name.startswith("PBS_O_")}
    return {**lang, **mine, **origin, **job.environment}

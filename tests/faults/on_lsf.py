"""What goes wrong with LSF, its nodes and its login node."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from tests.faults.case import LONG, Case
from tests.faults.lsf_hosts import LOGS, NODES, Site, other_python
from tests.systems.standin_lsf.cluster import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

PYTHON_WITHOUT: Final = "/usr/bin/python3"
ONE_EACH: Final = {"cores": 15, "processes": 1, "memory": "2GB"}
"""A job that fills a node."""


def bsub(**what: object) -> Callable[[Site], None]:
    """What goes wrong with bsub."""
    return lambda site: site.lsf.fault("bsub", Fault(**what))  # type: ignore[arg-type]


def well(site: Site) -> None:
    """Let bsub do as it should again."""
    site.lsf.fault("bsub")


def computes_wrongly(site: Site) -> None:
    """Let the square roots of one job's processes be a little too large."""
    site.module("sitecustomize", "import math\nright = math.sqrt\nmath.sqrt = lambda x: right(x) * 1.01\n")


SUBMITTED: Final = (
    Case("nothing", "works", exit_code=0),
    Case("no such queue", "PEG631", {"queue": "nosuch"}),
    Case("queue closed", "PEG631", before=lambda site: site.lsf.change_queue("general", opened=False)),
    Case("queue inactive", "PEG631", before=lambda site: site.lsf.change_queue("general", active=False)),
    Case("queue for others", "PEG631", before=lambda site: site.lsf.change_queue("general", users=("alice",))),
    Case("project refused", "PEG632", before=lambda site: site.lsf.change(projects=("other",))),
    Case("walltime over the queue's", "PEG633", {"walltime": "900:00"}, words=("--walltime", "900:00")),
    Case(
        "memory over the queue's",
        "PEG634",
        {"mem": 4_000_000_000},
        lambda site: site.lsf.change_queue("general", memory_maximum_kb=1_000_000),
    ),
    Case("cores over the queue's", "PEG635", {"cores": 40, "ncpus": 40}),
    Case("bsub silent", "PEG606", before=bsub(silent=True), after=well),
    Case("bsub takes the job and names no id", "PEG606", before=bsub(silent=True, acts=True), after=well),
    Case("bsub hangs", "PEG602", before=bsub(hang=True), after=well, words=("--timeout", "5")),
    Case("bsub cannot be run", "PEG636", before=lambda site: site.program("bsub", "#!/no/such/shell")),
    Case(
        "bsub missing",
        "PEG636",
        before=lambda site: site.user.environment.update(PATH="/usr/bin:/bin"),
        words=("--on", "scheduler"),
        exit_code=2,
    ),
    Case(
        "project's number before the job's id",
        "PEG643",
        {"project": "proj2019"},
        lambda site: site.lsf.change(project_banner=True),
        exit_code=0,
    ),
    Case("scheduler's port taken", "PEG637", {"scheduler_options": {"port": 4786}}, lambda site: site.listen(4786)),
    Case(
        "dashboard's port taken",
        "PEG638",
        {"scheduler_options": {"dashboard_address": ":4787"}},
        lambda site: site.listen(4787),
        exit_code=0,
    ),
    Case("no such interface on this host", "PEG639", before=lambda site: site.lose("login4")),
    Case(
        "log directory read-only on this host",
        "PEG640",
        {"log_directory": LOGS},
        lambda site: site.mount(LOGS, "ro", "login4"),
    ),
    Case(
        "log directory full on this host",
        "PEG640",
        {"log_directory": LOGS},
        lambda site: site.mount(LOGS, "size=64k,nr_inodes=1", "login4"),
    ),
)
WAITING: Final = (
    Case(
        "busy",
        "PEG603",
        before=lambda site: site.lsf.change(hold_pending=True),
        words=("--timeout", "20"),
        exit_code=4,
    ),
    Case(
        "limit of the user's jobs",
        "PEG610",
        {"cores": 2, "processes": 1},
        lambda site: site.lsf.change_queue("general", jobs_per_user=2),
        workers=3,
    ),
    Case(
        "limit of the user's jobs, fewer will do",
        "works",
        {"cores": 2, "processes": 1},
        lambda site: site.lsf.change_queue("general", jobs_per_user=2),
        workers=3,
        words=("--min-workers", "1"),
        exit_code=0,
    ),
    Case(
        "a host that there is not", "PEG609", {"job_extra_directives": ['-R "select[maxmem>=900000] rusage[mem=625]"']}
    ),
)
ON_THE_NODE: Final = (
    Case("no such Python", "PEG613", {"python": "/no/such/python"}),
    Case("Python without distributed", "PEG612", {"python": PYTHON_WITHOUT}),
    Case(
        "Python of another version",
        "PEG628",
        {"python": "HOME/bin/python-of-the-node"},
        lambda site: site.program("python-of-the-node", "#!/bin/sh", other_python()),
    ),
    Case("no such interface on the nodes", "PEG611", before=lambda site: site.lose(*NODES)),
    Case("ib0 blocked", "PEG614", before=lambda site: site.no_answers("ib0")),
    Case("all blocked", "PEG616", before=lambda site: site.no_answers("ib0", "eth0")),
    Case(
        "worker on another interface",
        "PEG629",
        ONE_EACH | {"python": "HOME/bin/python-of-the-site"},
        lambda site: site.program(
            "python-of-the-site",
            "#!/bin/sh",
            f"exec {sys.executable} $(echo $* | sed 's/--interface ib0/--interface eth0/')",
        ),
    ),
    Case(
        "local directory read-only",
        "PEG618",
        {"local_directory": "/mnt/scratch"},
        lambda site: site.mount("/mnt/scratch", "ro", *NODES),
    ),
    Case(
        "local directory full",
        "PEG618",
        {"local_directory": "/mnt/scratch"},
        lambda site: site.mount("/mnt/scratch", "size=64k,nr_inodes=1", *NODES),
    ),
    Case(
        "log directory read-only on the nodes",
        "PEG618",
        before=lambda site: site.mount(f"{site.folder}/logs", "ro", *NODES),
    ),
    Case(
        "log directory full on the nodes",
        "PEG618",
        before=lambda site: site.mount(f"{site.folder}/logs", "size=64k,nr_inodes=1", *NODES),
    ),
    Case("prologue ends the job", "PEG625", {"job_script_prologue": ["echo no such module >&2", "exit 3"]}),
    Case("prologue hangs", "PEG625", {"job_script_prologue": ["sleep 600"]}, words=("--timeout", "45")),
    Case("conda activate fails", "PEG625", {"job_script_prologue": ["set -e", "conda activate dask"]}),
    Case("unknown worker option", "PEG615", {"worker_extra_args": ["--nprocs", "2"]}),
)
ENDED: Final = (
    Case("memory", "PEG622", {"mem": 20_000_000}, lambda site: site.lsf.change(enforce_memory=True)),
    Case(
        "walltime",
        "PEG623",
        {"job_script_prologue": ["sleep 600"]},
        lambda site: site.lsf.change(seconds_per_minute=1.0),
    ),
    Case("bkill by the owner", "PEG624", during=Site.bkill, words=LONG),
    Case("bkill by an administrator", "PEG642", during=Site.bkill_as_administrator, words=LONG),
    Case("worker killed, its nanny stays", "PEG641", during=lambda site: site.kill_a_worker(nanny=True), words=LONG),
    Case(
        "worker without nanny killed",
        "PEG641",
        {"worker_extra_args": ["--no-nanny"], "processes": 1},
        during=lambda site: site.kill_a_worker(nanny=False),
        words=LONG,
    ),
    Case(
        "worker killed before all have come",
        "PEG641",
        {
            "worker_extra_args": ["--no-nanny"],
            "processes": 1,
            "job_script_prologue": ['if [ "$LSB_JOBID" = 2 ]; then sleep 60; fi'],
        },
        during=lambda site: site.kill_a_worker(nanny=False),
        when="1 of 2 connected",
    ),
    Case(
        "one job computes wrongly",
        "PEG627",
        {
            "cores": 2,
            "processes": 1,
            "job_script_prologue": ['if [ "$LSB_JOBID" = 2 ]; then export PYTHONPATH=HOME/modules; fi'],
        },
        computes_wrongly,
    ),
    Case(
        "all compute wrongly", "PEG627", {"job_script_prologue": ["export PYTHONPATH=HOME/modules"]}, computes_wrongly
    ),
)
CASES: Final = (*SUBMITTED, *WAITING, *ON_THE_NODE, *ENDED)

"""What goes wrong with a real Grid Engine, and what is done about it as its manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.faults import case as cases
from tests.faults.case import LONG, Case
from tests.running import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.case import Result
    from tests.systems.gridengine.cluster import Cluster

ON: Final = "Grid Engine"
NOWHERE: Final = "tcp://10.99.0.1:8786"
"""An address in no network of the host."""
_ASKED: Final = ("--scheduler", "sge", "--queue", "all.q", "--cores-per-node", "8", "--memory-per-node", "16GB")
_ANSWERS: Final = ("--memory", "1GB", "--memory-resource", "mem_free", "--interface", "lo", "--yes")


def root(*words: str, given: str = "") -> Any:
    """Run a command as the cluster's manager."""

    def change(cluster: Cluster) -> None:
        code, out, err = cluster.run(*words, root=True, given=given)
        assert code == 0, (out, err)

    return change


def limit(cluster: Cluster) -> None:
    """Let the user have two slots at once."""
    rule = "{\n name most\n description NONE\n enabled TRUE\n limit users pegtest to slots=2\n}\n"
    root("sh", "-c", "cat > /tmp/most && qconf -Arqs /tmp/most && rm /tmp/most", given=rule)(cluster)


def fill(cluster: Cluster) -> None:
    """Let another job of the user's have all slots; root's are refused (min_uid)."""
    words = ("-N", "mine", "-pe", "smp", "8", "-q", "all.q", "-o", "/dev/null", "-j", "y", "-b", "y", "sleep", "300")
    taken = cluster.run("qsub", *words)
    assert taken[0] == 0, taken
    assert until(lambda: " r " in cluster.run("qstat")[1]), "the other job does not start"


def qdel(cluster: Cluster) -> None:
    """Delete the first job as root."""
    victim = cluster.run("qstat", "-u", "pegtest")[1].splitlines()[2].split()[0]
    root("qdel", victim)(cluster)


CASES: Final = (
    Case("no such queue", "PEG631", {"queue": "nosuch.q"}),
    Case("queue disabled", "PEG631", before=root("qmod", "-d", "all.q"), after=root("qmod", "-e", "all.q")),
    Case("no such project", "PEG632", {"project": "nosuch"}),
    Case("no such parallel environment", "PEG601", {"job-extra-directives": ["-pe nosuch 2"]}),
    Case("no such resource", "PEG601", {"resource-spec": "nosuch=1G"}),
    Case("walltime over the queue's", "PEG609", {"queue": "short.q"}),
    Case("memory over the host's", "PEG609", {"resource-spec": "h_vmem=200G"}),
    Case("cores over the host's", "PEG609", {"job-extra-directives": ["-pe smp 20"]}),
    Case(
        "slots taken",
        "PEG603",
        before=fill,
        after=root("qdel", "-u", "pegtest"),
        words=("--timeout", "20"),
        exit_code=4,
    ),
    Case("limit of the user's slots", "PEG610", before=limit, after=root("qconf", "-drqs", "most"), workers=4),
    Case("no such Python", "PEG613", {"python": "/no/such/python"}),
    Case("Python without distributed", "PEG612", {"python": "/usr/bin/python3"}),
    Case(
        "no such interface on the nodes",
        "PEG611",
        {"interface": "ib7", "scheduler-options": {"interface": "lo", "dashboard_address": "127.0.0.1:0"}},
    ),
    Case(
        "scheduler's contact address leads nowhere",
        "PEG616",
        {"scheduler-options": {"contact_address": NOWHERE, "dashboard_address": "127.0.0.1:0"}},
    ),
    Case("prologue ends the job", "PEG625", {"job-script-prologue": ["exit 3"]}),
    Case("log directory not writable on this host", "PEG640", {"log-directory": "/usr/dask-logs"}),
    Case("local directory not writable", "PEG618", {"local-directory": "/usr/dask-scratch"}),
    Case(
        "working directory missing",
        "PEG604",
        {"job-extra-directives": ["-pe smp 2", "-wd /no/such/folder"]},
    ),
    Case("memory", "PEG622", {"resource-spec": "h_vmem=20M"}),
    # The accounting has a SIGKILL and nobody who sent it.
    Case("qdel by root, who is not told", "PEG607", during=qdel, words=LONG),
    Case("walltime", "PEG623", {"job-script-prologue": ["exec sleep 300"]}, words=("--walltime", "15")),
)


def configure(cluster: Cluster) -> str:
    """Let init write a section, and give the file's text."""
    cluster.run("rm", "-rf", ".config", "dask-logs")
    made = cluster.run("pegconf", "init", *_ASKED, *_ANSWERS)
    assert made[0] == 0, made
    return _file(cluster).read_text(encoding="utf-8")


def _file(cluster: Cluster) -> Path:
    return cluster.home / ".config" / "dask" / "jobqueue.yaml"


def run(case: Case, cluster: Cluster, text: str) -> Result:
    """Provoke one fault; `text` is the file before it."""
    document = yaml.safe_load(text)
    document["jobqueue"]["sge"].update({"death-timeout": 20} | case.section)
    _file(cluster).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    words = cases.command(case)
    return cases.judge(case, ON, cluster, lambda: cluster.start("pegconf", *words), lambda: left(cluster))


def left(cluster: Cluster) -> int:
    """Jobs that qstat lists, once those that are being deleted are gone, and folders of the test."""
    until(lambda: not _found(cluster))
    return _found(cluster)


def _found(cluster: Cluster) -> int:
    listed = cluster.run("qstat", "-u", "*")[1].splitlines()[2:]
    return len(listed) + len(list(cluster.home.glob("*/peg-*")))

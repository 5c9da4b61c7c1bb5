"""Faults of a cluster of several hosts, each with the cause that the smoke test has to name: `python -m tests.faults`.

Everything is real but LSF's own daemons: the hosts are network namespaces, the jobs are processes there.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests import example
from tests.conftest import Person
from tests.network import hosts
from tests.network.lsf import over
from tests.standin_lsf import control
from tests.standin_lsf.cluster import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Ran
    from tests.network.hosts import Network
    from tests.standin_lsf.control import StandInLsf

PYTHON_WITHOUT: Final = "/usr/bin/python3"


@dataclass(frozen=True)
class Case:
    """One fault: what is changed in the section, in LSF and among the hosts; the code that has to come out."""

    name: str
    code: str
    section: dict[str, Any] = field(default_factory=dict)
    lsf: Callable[[StandInLsf], object] = lambda _: None
    network: Callable[[Network], object] = lambda _: None
    words: tuple[str, ...] = ()
    workers: int = 2
    exit_code: int = 1


@dataclass(frozen=True)
class Result:
    """What came of a case: the code first named, or `works`; seconds; jobs and processes that were left."""

    case: Case
    code: str
    seconds: float
    left: int
    ran: Ran

    @property
    def right(self) -> bool:
        """Whether the cause was named and nothing was left."""
        return self.code == self.case.code and not self.left and self.ran.code == self.case.exit_code


def _no_answers(network: Network, *interfaces: str) -> None:
    for node in ("n001", "n002"):
        for interface in interfaces:
            network["login4"].answer_nothing_to(network[node].address(interface))


def _lose(network: Network, interface: str) -> None:
    for node in ("n001", "n002"):
        network[node].lose(interface)


def _read_only(network: Network, folder: str) -> None:
    for node in ("n001", "n002"):
        network[node].run("sh", "-c", f"mkdir -p {folder} && mount -t tmpfs -o ro none {folder}")


def _full(network: Network, folder: str) -> None:
    for node in ("n001", "n002"):
        network[node].run("sh", "-c", f"mkdir -p {folder} && mount -t tmpfs -o size=64k,nr_inodes=1 none {folder}")


CASES: Final = (
    Case("nothing", "works", exit_code=0),
    Case("no such queue", "PEG631", {"queue": "nosuch"}),
    Case("queue closed", "PEG631", lsf=lambda lsf: lsf.change_queue("general", opened=False)),
    Case("project refused", "PEG632", lsf=lambda lsf: lsf.change(projects=("other",))),
    Case("walltime over the queue's", "PEG633", words=("--walltime", "900:00"), section={"walltime": "900:00"}),
    Case("cores over the queue's", "PEG635", {"cores": 40, "ncpus": 40}),
    Case("LSF silent", "PEG606", lsf=lambda lsf: lsf.fault("bsub", Fault(silent=True))),
    Case("bsub hangs", "PEG602", lsf=lambda lsf: lsf.fault("bsub", Fault(hang=True)), words=("--timeout", "5")),
    Case(
        "busy",
        "PEG603",
        lsf=lambda lsf: lsf.change(hold_pending=True),
        words=("--timeout", "5"),
        exit_code=4,
    ),
    Case(
        "limit of the user's jobs",
        "PEG610",
        {"cores": 2, "processes": 1},
        lsf=lambda lsf: lsf.change_queue("general", jobs_per_user=2),
        workers=3,
    ),
    Case(
        "limit of the user's jobs, fewer will do",
        "works",
        {"cores": 2, "processes": 1},
        lsf=lambda lsf: lsf.change_queue("general", jobs_per_user=2),
        workers=3,
        words=("--min-workers", "1"),
        exit_code=0,
    ),
    Case(
        "a host that there is not",
        "PEG609",
        {"job_extra_directives": ['-R "select[maxmem>=900000] rusage[mem=625]"']},
    ),
    Case("no such Python", "PEG613", {"python": "/no/such/python"}),
    Case("Python without distributed", "PEG612", {"python": PYTHON_WITHOUT}),
    Case("no such interface on the nodes", "PEG611", network=lambda network: _lose(network, "ib0")),
    Case("ib0 blocked", "PEG614", network=lambda network: _no_answers(network, "ib0")),
    Case("all blocked", "PEG616", network=lambda network: _no_answers(network, "ib0", "eth0")),
    Case(
        "local directory read-only",
        "PEG618",
        {"local_directory": "/mnt/scratch/dask"},
        network=lambda network: _read_only(network, "/mnt/scratch"),
    ),
    Case(
        "local directory full",
        "PEG618",
        {"local_directory": "/mnt/scratch"},
        network=lambda network: _full(network, "/mnt/scratch"),
    ),
    Case("prologue ends the job", "PEG625", {"job_script_prologue": ["echo no such module >&2", "exit 3"]}),
    Case("prologue hangs", "PEG625", {"job_script_prologue": ["sleep 600"]}, words=("--timeout", "15")),
    Case("conda activate fails", "PEG625", {"job_script_prologue": ["set -e", "conda activate dask"]}),
    Case(
        "memory",
        "PEG622",
        {"mem": 20_000_000},
        lsf=lambda lsf: lsf.change(enforce_memory=True),
    ),
    Case(
        "walltime",
        "PEG623",
        {"job_script_prologue": ["sleep 600"]},
        lsf=lambda lsf: lsf.change(seconds_per_minute=1.0),
    ),
    Case("unknown worker option", "PEG615", {"worker_extra_args": ["--nprocs", "2"]}),
)


def run(case: Case) -> Result:
    """Provoke one fault and see what the smoke test says of it."""
    with hosts.running() as network, tempfile.TemporaryDirectory(prefix="pegconf-faults-") as temporary:
        folder = Path(temporary)
        lsf = control.start(folder / "lsf", over(network))
        try:
            return _judged(case, network, lsf, folder)
        finally:
            lsf.stop()


def _judged(case: Case, network: Network, lsf: StandInLsf, folder: Path) -> Result:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DASK_", "LSB_", "LSF_"))}
    environment = lsf.environment(kept | {"HOME": str(folder)})
    user = Person(folder, environment, network["login4"].enter)
    section: dict[str, Any] = {"interface": "ib0", "death_timeout": 20} | case.section
    user.write(example.configuration(folder, **section))
    case.lsf(lsf)
    case.network(network)
    started = time.monotonic()
    words = ("smoke-test", "--workers", str(case.workers), "--columns", "100", "--timeout", "45", *case.words)
    ran = user.runs(*words, seconds=200)
    seconds = time.monotonic() - started
    lsf.fault("bsub")
    left = len(lsf.unfinished()) + len(network.processes()) + len(list(folder.glob("peg-*")))
    named = re.findall(r"\[(PEG\d+)\]", ran.out)
    return Result(case, named[0] if named else "works" if ran.code == 0 else "none", seconds, left, ran)


def table(results: Iterator[Result]) -> Iterator[str]:
    """A line for each fault: the code expected and given, seconds until it was named, what was left."""
    yield f"{'fault':42} {'expected':9} {'given':9} {'seconds':>7} {'left':>4}"
    for result in results:
        verdict = "" if result.right else "  WRONG"
        case = result.case
        yield f"{case.name:42} {case.code:9} {result.code:9} {result.seconds:7.1f} {result.left:4}{verdict}"


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for line in table(run(case) for case in CASES if not wanted or case.name in wanted):
        print(line, flush=True)

"""What the test cluster looks like: a host, two queues, two parallel environments, memory that is counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ROOT: Final = "/var/lib/gridengine"
CELL: Final = "/var/lib/gridengine/default"
SPOOL: Final = "/var/spool/gridengine"
HOST: Final = "node01"
SLOTS: Final = 8
USER: Final = "pegtest"
USER_ID: Final = 64900

_PARALLEL: Final = """\
pe_name smp
slots 999
user_lists NONE
xuser_lists NONE
start_proc_args NONE
stop_proc_args NONE
allocation_rule $pe_slots
control_slaves FALSE
job_is_first_task TRUE
urgency_slots min
accounting_summary FALSE
qsort_args NONE
"""
# A machine that runs other tests at the same time is loaded: the queue must not close itself for that.
_QUEUE: Final = {
    "qname": "all.q",
    "hostlist": HOST,
    "slots": str(SLOTS),
    "pe_list": "mpi smp",
    "h_rt": "24:00:00",
    "load_thresholds": "NONE",
}
# Each slot gets 2 GB of addresses where a job names nothing; with a default of 0 it would get nearly none.
_CONSUMED: Final = "h_vmem h_vmem MEMORY <= YES YES 2G 0"
# Sites may keep no finished jobs at all, so that qstat forgets a job as it ends: the harder case.
_GLOBAL: Final = {
    "min_uid": "100",
    "min_gid": "100",
    "load_report_time": "00:00:02",
    "finished_jobs": "0",
    "mailer": "/bin/true",
}
_SCHEDULER: Final = {"schedule_interval": "0:0:1", "flush_submit_sec": "1", "flush_finish_sec": "1"}


def account(state: Path) -> str:
    """The ordinary user's line in /etc/passwd."""
    return f"{USER}:x:{USER_ID}:{USER_ID}::{state}/home:/bin/sh\n"


def configuration(state: Path, run: Callable[..., str]) -> Iterator[tuple[str, ...]]:
    """The qconf commands that make the cluster, as lists of words; what is there is read with `run`."""

    def file(name: str, text: str) -> str:
        # qconf takes the global configuration from a file named so.
        path = state / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    yield ("-as", HOST)
    yield ("-Mconf", file("global", _changed(run("qconf", "-sconf"), _GLOBAL)))
    yield ("-Msconf", file("scheduler", _changed(run("qconf", "-ssconf"), _SCHEDULER)))
    yield ("-Mc", file("complex", re.sub(r"(?m)^h_vmem .*", _CONSUMED, run("qconf", "-sc"))))
    yield ("-Ap", file("pe", _PARALLEL))
    spread = _PARALLEL.replace("pe_name smp", "pe_name mpi").replace("$pe_slots", "$round_robin")
    yield ("-Ap", file("spread", spread))
    yield ("-Aq", file("queue", _changed(run("qconf", "-sq"), _QUEUE)))
    yield ("-Aq", file("short", _changed(run("qconf", "-sq"), _QUEUE | {"qname": "short.q", "h_rt": "00:05:00"})))
    yield ("-rattr", "exechost", "complex_values", f"slots={SLOTS},h_vmem=100G", HOST)


def _changed(text: str, values: dict[str, str]) -> str:
    """A configuration as qconf prints it, with other values."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return "".join(
        f"{line.split()[0]} {values[line.split()[0]]}\n" if line.split()[0] in values else f"{line}\n" for line in lines
    )

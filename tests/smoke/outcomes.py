"""Outcomes of smoke tests for the tests of what is printed and written of them."""

from __future__ import annotations

from types import MappingProxyType

from pegconf.batch.base import State
from pegconf.core.model import Check
from pegconf.diagnosis.causes import Cause
from pegconf.jobs.timeline import JobTimes
from pegconf.measure.checks import Seen
from pegconf.measure.three_sums import Way
from pegconf.site.node_answer import Directory, Interpreter, Link, NodeFacts
from pegconf.smoke.outcome import Outcome, Verdict
from pegconf.smoke.plan import Plan

PLAN = Plan(4, 2, 2, 1_000_000_000, 2, 600, 300, 2000, 16, 4)
START = 1_700_000_000.0
WORKERS = tuple(f"tcp://10.2.0.{number}:4100{number}" for number in range(1, 5))
WORKS = Outcome(
    Verdict.WORKS,
    PLAN,
    "LSF",
    9.5,
    workers=tuple(
        Seen(address, f"n00{1 + number // 2}", "/conda/bin/python", "ib0", 1, 500_000_000)
        for number, address in enumerate(WORKERS)
    ),
    ways=(
        Way("sequential, on one core", 13_333.5, 6.0, MappingProxyType({WORKERS[0]: 16})),
        Way("parallel, slices sent", 13_333.5, 2.4, MappingProxyType(dict.fromkeys(WORKERS, 4))),
        Way("parallel, slices made there", 13_333.5, 1.6, MappingProxyType(dict.fromkeys(WORKERS, 4))),
    ),
    checks=(Check("the three sums agree", True, "13,333.5"), Check("versions agree", True, "python 3.11.7")),
    nodes=tuple(
        NodeFacts(
            host,
            "Linux",
            (Link("lo", "127.0.0.1/8"), Link("ib0", "10.2.0.1/16", True, 56_000, True)),
            cores=16,
            memory_of_node=32_000_000_000,
            directories=(Directory("/scratch/u", "/scratch/u", True, True, "gpfs", 10**12, 10**13, 250_000_000),),
            pythons=(Interpreter("/conda/bin/python", "/conda/bin/python", "3.11.7", "2026.8.0", "2026.8.0", True),),
            complete=True,
        )
        for host in ("n001", "n002")
    ),
    jobs=(
        JobTimes("101", "n001", State.RUNNING, START, START + 3, START + 7, START + 20),
        JobTimes("102", "n002", State.RUNNING, START + 0.2, START + 5, START + 9.5, START + 21),
    ),
)
HOSTILE = "</script></svg></pre><script>document.title='it ran'</script><img src=x onerror=\"document.title='it ran'\">"
"""What a message of a batch system, a host's or a job's name must not do in a page."""
BROKEN = Outcome(
    Verdict.BROKEN,
    PLAN,
    "LSF",
    cause=Cause("PEG604", f"job 101 ended: {HOSTILE}", f"ask {HOSTILE}", f"first line\n{HOSTILE}"),
    remaining=(f"job 102 remains {HOSTILE}",),
    nodes=(NodeFacts(HOSTILE, pythons=(Interpreter(HOSTILE, trouble=HOSTILE),), complete=True),),
    jobs=(
        JobTimes("101", HOSTILE, State.FAILED, START, START + 3, None, START + 4),
        JobTimes("102", "", State.PENDING, START + 0.5, reason=HOSTILE),
    ),
)

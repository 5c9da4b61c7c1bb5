from __future__ import annotations

import pytest

from pegconf.core.errors import UsageError
from pegconf.diagnosis.causes import Cause
from pegconf.measure.speeds import Speeds, Transfer
from pegconf.measure.three_sums import Way
from pegconf.smoke import compare
from pegconf.smoke.outcome import Outcome, OverInterface, Verdict
from pegconf.smoke.plan import Plan

PLAN = Plan(
    workers=2, jobs=1, cores=2, memory=10**9, processes=2, walltime=600, timeout=300, columns=2000, slices=8, least=2
)


def over(interface: str, bandwidth: int, sent_seconds: float) -> OverInterface:
    speeds = Speeds(
        to_workers=(Transfer("", "tcp://a", bandwidth, 1.0),),
        between=Transfer("tcp://a", "tcp://b", bandwidth, 2.0),
        round_trip=0.004,
        per_task=0.001,
        tasks=300,
    )
    ways = (Way("sequential, on one core", 1.0, 6.0, {}), Way("parallel, slices sent", 1.0, sent_seconds, {}))
    return OverInterface(interface, Outcome(Verdict.WORKS, PLAN, "LSF", ways=ways, speeds=speeds))


def test_what_was_measured_stands_side_by_side() -> None:
    assert compare.table((over("eth0", 12_000_000, 15.0), over("ib0", 1_200_000_000, 3.0))).splitlines() == [
        "                         eth0       ib0         ib0 to eth0",
        "from here to a worker    12.0 MB/s  1,200 MB/s  100.0 times faster",
        "between two workers      6.0 MB/s   600 MB/s    100.0 times faster",
        "sequential, on one core  6.00 s     6.00 s      1.0 times faster",
        "parallel, slices sent    15.00 s    3.00 s      5.0 times faster",
        "an empty task            4.0 ms     4.0 ms      1.0 times faster",
        "the scheduler's share    1.0 ms     1.0 ms      1.0 times faster",
    ]


def test_one_that_does_not_run_is_compared_in_words() -> None:
    cause = Cause("PEG614", "the worker could not reach the scheduler", "name another interface")
    broken = OverInterface("ib0", Outcome(Verdict.BROKEN, PLAN, "LSF", cause=cause))
    assert compare.table((over("eth0", 12_000_000, 15.0), broken)) == (
        "eth0  it works\nib0   the worker could not reach the scheduler [PEG614]"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("eth0", "--compare-interfaces eth0: name two interfaces or more"),
        ("eth0,eth0", "--compare-interfaces eth0,eth0: name two interfaces or more"),
        ("eth0,ib0,ib1", "--compare-interfaces eth0,ib0,ib1: this host has no ib0 and no ib1"),
    ],
)
def test_what_cannot_be_compared_is_wrong_usage(text: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        compare.named(text, ("lo", "eth0"))
    assert str(raised.value) == said


def test_names_are_taken_once_and_in_order() -> None:
    assert compare.named("ib0, eth0,ib0", ("eth0", "ib0")) == ("ib0", "eth0")

"""What LSF's listings say in forms that the recorded cluster does not use."""

from __future__ import annotations

import pytest

from pegconf.batch.lsf import facts, listings, lsf_conf
from pegconf.core.units import GIB, MIB
from tests.batch.lsf.test_facts import detected
from tests.recorded import said


@pytest.mark.parametrize(
    ("printed", "memory"),
    [("524288K", 512 * MIB), ("512M", 512 * MIB), ("63.5G", 127 * GIB // 2), ("1.5T", 1536 * GIB)],
)
def test_a_hosts_memory_in_each_unit(printed: str, memory: int) -> None:
    row = f"hostA  LINUX86 Intel_EM64T  60.0    16  {printed}   3.9G    Yes (mg)\n"
    assert listings.hosts(row) == (listings.LsfHost("hostA", 16, memory, ("mg",)),)


@pytest.mark.parametrize(("line", "unit"), [("KB", "kb"), ("MB", "mb"), ("GB", "gb"), ("TB", "tb"), ("EB", None)])
def test_each_unit_of_limits(line: str, unit: str | None) -> None:
    assert lsf_conf.unit_in(f"LSF_UNIT_FOR_LIMITS={line}\n") == unit
    assert lsf_conf.unit_in(f"  export LSF_UNIT_FOR_LIMITS={line}\n") == unit


@pytest.mark.parametrize(
    ("status", "now"),
    [
        ("Open:Active  ", ""),
        ("Open:Inact   ", "inactive now: it takes jobs and starts none"),
        ("Closed:Active", "closed now: it refuses jobs"),
        ("Closed:Inact ", "closed now: it refuses jobs"),
    ],
)
def test_whether_a_queue_starts_jobs_now(status: str, now: str) -> None:
    text = said("lsf-bqueues-l").replace("40    0  Open:Active  ", f"40    0  {status}")
    (gpu,) = (queue for queue in detected(**{"bqueues -l": text}).queues if queue.name == "gpu")
    assert gpu.closed == now


@pytest.mark.parametrize(
    ("requirement", "certain", "left"),
    [
        ("", True, ["a", "b"]),
        ("select[mg]", True, ["a"]),
        ("select[type==any]", True, ["a", "b"]),
        ("select[type==local && mg]", True, ["a"]),
        ("select[type==LINUX86]", False, ["a", "b"]),
        ("order[mem]", True, ["a", "b"]),
        ("mg", False, ["a", "b"]),
    ],
)
def test_the_hosts_that_a_requirement_leaves(requirement: str, certain: bool, left: list[str]) -> None:
    hosts = (listings.LsfHost("a", 16, GIB, ("mg",)), listings.LsfHost("b", 16, GIB, ()))
    found = facts.select(requirement, hosts)
    assert (found[0], [host.name for host in found[1]]) == (certain, left)

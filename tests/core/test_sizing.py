from __future__ import annotations

import pytest

from pegconf.core import sizing
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node, Shape

GB = 10**9
PEGASUS = Node(cores=16, usable_cores=15, memory=32 * GB)


def test_two_cores_and_four_gigabytes_on_pegasus() -> None:
    assert sizing.shape(PEGASUS, cores=2, memory=4 * GB, processes=2) == Shape(
        cores=2,
        memory=4 * GB,
        processes=2,
        jobs_per_node=6,
        idle_cores=3,
        idle_memory=2 * GB,
        limit=5 * GB,
        reserved_mb_per_core=2500,
    )


@pytest.mark.parametrize(
    ("unit", "per_core", "number", "jobs"),
    [("mb", True, 2500, 6), ("kb", True, 2500, 6), ("gb", True, 3, 5), ("mb", False, 5000, 6), ("gb", False, 5, 6)],
)
def test_the_reservation_is_in_the_cluster_s_unit(unit: str, per_core: bool, number: int, jobs: int) -> None:
    shape = sizing.shape(PEGASUS, 2, 4 * GB, 2, unit=unit, per_core=per_core)
    assert (sizing.reservation(shape, unit, per_core=per_core), shape.jobs_per_node) == (number, jobs)


@pytest.mark.parametrize(
    ("cores", "memory", "processes", "reason"),
    [
        (16, 4 * GB, 1, "a job of 16 cores fits no node: 15 of a node's 16 cores are for jobs"),
        (2, 30 * GB, 1, "30.0 GB and 25% headroom are 37.5 GB, more than a node's 32.0 GB"),
        (3, 4 * GB, 2, "3 cores cannot be shared evenly by 2 processes: 1 or 3 can"),
        (2, 10**6, 1, "1 MB is too little: a worker needs 100 MB to start"),
    ],
)
def test_a_shape_that_cannot_be_is_refused_with_the_numbers(
    cores: int, memory: int, processes: int, reason: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        sizing.shape(PEGASUS, cores, memory, processes)
    assert str(refused.value) == reason


@pytest.mark.parametrize("cores", range(1, 16))
def test_the_memory_offered_lets_as_many_jobs_fit_as_the_cores_do(cores: int) -> None:
    memory = sizing.memory_offer(PEGASUS, cores)
    assert sizing.shape(PEGASUS, cores, memory, 1).jobs_per_node == PEGASUS.usable_cores // cores


@pytest.mark.parametrize(
    ("walltime", "alive", "stagger"),
    [(4 * 3600, "235m", "4m"), (1800, "27m", "144s"), (60, "54s", "4s"), (7 * 24 * 3600, "10075m", "4m")],
)
def test_workers_end_before_their_job(walltime: int, alive: str, stagger: str) -> None:
    seconds, spread = sizing.lifetime(walltime)
    assert (sizing.duration(seconds), sizing.duration(spread)) == (alive, stagger)
    assert seconds + spread < walltime


def test_forty_jobs_of_two_cores_for_four_hours_are_320_core_hours() -> None:
    assert sizing.core_hours(2, 4 * 3600, 40) == 320

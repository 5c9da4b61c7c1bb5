"""How many jobs a queue has room for, and what the smoke test says where that is too few."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pegconf.batch.lsf.acceptance import by_slots
from pegconf.batch.slurm import facts
from pegconf.batch.slurm.acceptance import in_partition
from tests import example
from tests.recorded import said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf


@pytest.mark.parametrize(
    ("sizes", "jobs"), [((15, 15), 6), ((15, 3, 0), 3), ((3, 3), 0), ((15, None), None), ((), None)]
)
def test_jobs_of_four_slots_on_one_host_each(sizes: tuple[int | None, ...], jobs: int | None) -> None:
    assert by_slots(sizes, 4) == jobs


@pytest.mark.parametrize(
    ("partition", "cores", "jobs"), [("bigmem", 16, 4), ("bigmem", 24, 2), ("nosuch", 1, None), ("bigmem", 65, None)]
)
def test_jobs_in_a_partition_of_slurm(partition: str, cores: int, jobs: int | None) -> None:
    assert in_partition(facts.partitions(said("slurm-sinfo")), partition, cores) == jobs


@pytest.mark.slow
def test_more_than_can_ever_run_is_said_early_and_fewer_will_do(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    for name in ("n001", "n002"):
        lsf.change_host(name, slots=3)
    user.write(example.configuration(tmp_path))
    ran = user.runs("smoke-test", "--workers", "8", "--columns", "100")
    assert (ran.code, re.findall(r"PEG\d+", ran.out)) == (1, ["PEG610"]), ran
    assert (
        "no more than 4 of 8 workers can ever run at once: the nodes of queue general have room for 2 such jobs"
        in ran.out
    )
    ran = user.runs("smoke-test", "--workers", "8", "--min-workers", "3", "--columns", "100")
    assert ran.code == 0, ran
    assert "It works: section lsf ran 4 workers on LSF" in ran.out
    lsf.wait_until_empty()
    assert lsf.unfinished() == []

"""Forty workers through the stand-in LSF on this one machine, and fewer where no more can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import example

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(2400)]
WORKERS = 40
SECONDS = 600


def test_forty_workers_compute_and_no_job_is_left(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    lsf.change_host("n001", slots=WORKERS)
    lsf.change_queue("general", processors=(WORKERS,))
    # So many Pythons start at once that each takes a minute; the nodes of a cluster start a few each.
    user.write(example.configuration(tmp_path, cores=4, processes=4, memory="2GB", death_timeout=SECONDS))
    words = ("--workers", str(WORKERS), "--columns", "40", "--timeout", str(SECONDS), "--walltime", "00:30")
    ran = user.runs("smoke-test", *words)
    assert ran.code == 0, (ran.out, ran.err)
    lines = ran.out.splitlines()
    assert lines[0] == "Section lsf on LSF: 40 workers in 10 jobs of 4 cores and 2.0 GB"
    assert len([line for line in lines if line.startswith("tcp://127.0.0.1:")]) == WORKERS
    assert [line[:5] for line in lines if line.startswith(("yes", "NO"))] == ["yes  "] * 5
    assert lines[-1] == "No job of this test is left on LSF."
    lsf.wait_until_empty()
    assert (lsf.unfinished(), lsf.processes(), list(tmp_path.glob("peg-*"))) == ([], [], [])

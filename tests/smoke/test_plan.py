from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pegconf.batch.lsf.jobs import LSF
from pegconf.config import document, sections
from pegconf.config.sources import Sources
from pegconf.core.errors import CannotGoOnError, UsageError
from pegconf.smoke import plan
from tests import example


def section(**changed: Any) -> sections.Section:
    text = example.configuration(Path("/logs"), **changed)
    return sections.collect(Sources((document.parse(text, Path("jobqueue.yaml")),)))[0]


def test_four_workers_of_two_a_job_are_two_jobs() -> None:
    assert plan.make(section(), LSF, 4) == plan.Plan(
        workers=4,
        jobs=2,
        cores=2,
        memory=10**9,
        processes=2,
        walltime=600,
        timeout=300,
        columns=2000,
        slices=16,
        least=4,
    )


def test_jobs_are_rounded_up_and_all_their_workers_are_used() -> None:
    made = plan.make(section(), LSF, 3)
    assert (made.jobs, made.workers) == (2, 4)


def test_the_time_limit_is_longer_than_a_workers_patience() -> None:
    assert plan.make(section(death_timeout=600), LSF, 2).timeout == 660


def test_the_walltime_is_short_and_never_over_the_sections() -> None:
    assert plan.make(section(walltime="00:05"), LSF, 2).walltime == 300
    assert plan.make(section(), LSF, 2, walltime="01:00").walltime == 3600


def test_slices_fit_a_quarter_of_a_workers_memory() -> None:
    made = plan.make(section(memory="200MB"), LSF, 2)
    assert made.rows[0] * made.columns * 93 <= 0.25 * 100_000_000


def test_slices_cover_every_row_once() -> None:
    made = plan.make(section(), LSF, 6)
    assert (sum(made.rows), len(made.rows)) == (plan.ROWS, made.slices)


def test_what_it_costs_at_most() -> None:
    assert plan.make(section(), LSF, 4).core_hours == pytest.approx(2 * 2 * 600 / 3600)


def test_processes_left_to_dask_are_what_dask_takes() -> None:
    assert plan.make(section(cores=36, processes=None), LSF, 6).processes == 6


@pytest.mark.parametrize("workers", [0, -1])
def test_there_must_be_a_worker(workers: int) -> None:
    with pytest.raises(UsageError, match="at least one worker"):
        plan.make(section(), LSF, workers)


@pytest.mark.parametrize("columns", [0, -5, 6251])
def test_columns_have_a_limit(columns: int) -> None:
    with pytest.raises(UsageError, match="1 to 6250 columns"):
        plan.make(section(), LSF, 2, columns=columns)


def test_a_walltime_in_another_grammar_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'00:10:00' has seconds"):
        plan.make(section(), LSF, 2, walltime="00:10:00")


def test_a_section_without_a_shape_cannot_be_planned() -> None:
    with pytest.raises(CannotGoOnError, match="does not say how many cores"):
        plan.make(section(memory=None), LSF, 2)


def test_with_fewer_workers_each_keeps_its_share() -> None:
    whole = plan.make(section(), LSF, 4, least=2)
    assert whole == plan.Plan(
        workers=4,
        jobs=2,
        cores=2,
        memory=10**9,
        processes=2,
        walltime=600,
        timeout=300,
        columns=2000,
        slices=16,
        least=2,
    )
    assert whole.of(2) == replace(whole, workers=2, slices=8)
    assert whole.of(3) == replace(whole, workers=3, slices=12)


@pytest.mark.parametrize("least", [0, 5])
def test_at_least_is_one_to_all(least: int) -> None:
    with pytest.raises(UsageError, match="--min-workers"):
        plan.make(section(), LSF, 4, least=least)

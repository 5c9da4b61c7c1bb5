"""What Grid Engine said on an empty cluster and on this one, as recorded, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.batch.acceptance import Said, Verdict
from pegconf.batch.gridengine.jobs import SGE
from tests.jobs.acceptance.asked import case, refused, took

if TYPE_CHECKING:
    from pegconf.core.command_output import Answer

OTHER = 'Job 9 cannot run in queue "short.q" because it is not contained in its hard queue list (-q)\n'
NO_SLOTS = 'Job 9 cannot run in PE "smp" because it only offers 0 slots\n'
NO_LOAD = 'Job 9 (-l mem_free=597M) cannot run in queue "all.q@n1" because job requests unknown resource (mem_free)\n'
NONE = "verification: no suitable queues\nExiting.\n"


def unsuitable(*reasons: str) -> Answer:
    return refused("Unable to run job: " + OTHER + "".join(reasons) + NONE)


GRID_ENGINE = ["-q all.q", "-l mem_free=597M", "-l h_rt=04:00:00", "-pe smp 2"]
WAITS = "Grid Engine takes the job and never starts it"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"qsub -w v": took()}, []),
        ({"qsub -w v": unsuitable(NO_SLOTS), "qsub -w p": took()}, []),
        (
            {
                "qsub -w v": unsuitable(
                    'Job 9 (-l h_rt=14400) cannot run in queue "all.q" because of cluster queue\n', NO_SLOTS
                )
            },
            [
                Said(
                    Verdict.NEVER_STARTS,
                    '(-l h_rt=14400) cannot run in queue "all.q" because of cluster queue',
                    WAITS,
                    "-l h_rt=04:00:00",
                )
            ],
        ),
        ({"qsub -w v": unsuitable(NO_LOAD), "qsub -w p": took()}, []),
        (
            {
                "qsub -w v": unsuitable(NO_SLOTS),
                "qsub -w p": unsuitable(
                    'Job 9 (-l slots=1) cannot run in queue "n1" because it offers only hc:slots=0.000000\n', NO_SLOTS
                ),
                "qsub -w v with totals": took(),
            },
            [
                Said(
                    Verdict.NOT_NOW,
                    '(-l slots=1) cannot run in queue "n1" because it offers only hc:slots=0.000000',
                    "an empty cluster would take it",
                )
            ],
        ),
        (
            {
                "qsub -w v": unsuitable(NO_SLOTS),
                "qsub -w p": unsuitable(NO_SLOTS),
                "qsub -w v with totals": unsuitable(
                    'Job 9 (-l mem_total=597M) cannot run in queue "n1" because it offers only hl:mem_total=200M\n',
                    NO_SLOTS,
                ),
            },
            [
                Said(
                    Verdict.NEVER_STARTS,
                    '(-l mem_total=597M) cannot run in queue "n1" because it offers only hl:mem_total=200M',
                    WAITS,
                    "-l mem_free=597M",
                )
            ],
        ),
        (
            {
                "qsub -w v": unsuitable(NO_SLOTS),
                "qsub -w p": unsuitable(NO_SLOTS),
                "qsub -w v with totals": unsuitable(NO_SLOTS),
            },
            [Said(Verdict.NEVER_STARTS, 'cannot run in PE "smp" because it only offers 0 slots', WAITS, "-pe smp 2")],
        ),
    ],
)
def test_grid_engine_on_an_empty_cluster_and_now(answers: dict[str, Answer], expected: list[Said]) -> None:
    assert list(SGE.judge(case("sge", GRID_ENGINE, answers))) == expected


def test_grid_engines_refusal_is_about_a_directive() -> None:
    asked = case("sge", GRID_ENGINE, {"qsub": refused('Unable to run job: unknown resource "mem_free"\nExiting.\n')})
    assert list(SGE.judge(asked)) == [
        Said(Verdict.REFUSED, 'unknown resource "mem_free"', "", "-l mem_free=597M"),
    ]

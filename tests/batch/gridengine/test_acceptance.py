"""How Grid Engine is asked about a script, on an empty cluster and on this one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from pegconf.batch.acceptance import Said, Verdict
from pegconf.batch.gridengine.jobs import SGE
from tests.jobs.acceptance.asked import case, refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.core.command_output import Answer

NO_SLOTS = 'cannot run in PE "smp" because it only offers 0 slots'
SCRIPT = "#!/bin/sh\n#$ -l {resource}=597M,h_rt=600\n#$ -pe smp 2\ntrue\n"


@pytest.mark.parametrize(
    ("free", "total"),
    [
        ("mem_free", "mem_total"),
        ("mf", "mem_total"),
        ("virtual_free", "virtual_total"),
        ("vf", "virtual_total"),
        ("swap_free", "swap_total"),
        ("sf", "swap_total"),
    ],
)
def test_an_empty_cluster_is_asked_for_what_a_host_has_instead_of_what_it_has_free(free: str, total: str) -> None:
    asked: list[tuple[str, str | None]] = []

    def run(words: Sequence[str], script: str | None) -> Answer:
        asked.append((" ".join(words), script))
        return refused(f"Unable to run job: Job 9 {NO_SLOTS}\nverification: no suitable queues\nExiting.\n")

    directives = [f"-l {free}=597M,h_rt=600", "-pe smp 2"]
    found = list(SGE.judge(dataclasses.replace(case("sge", directives, {}), run=run)))
    script = SCRIPT.format(resource=free)
    assert asked == [("qsub -w v", script), ("qsub -w p", script), ("qsub -w v", SCRIPT.format(resource=total))]
    effect = "Grid Engine takes the job and never starts it"
    assert found == [Said(Verdict.NEVER_STARTS, NO_SLOTS, effect, "-pe smp 2")]

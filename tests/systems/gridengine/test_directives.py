"""What the rules say of directives for Grid Engine, asked of a real one: of two the later one counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.systems.gridengine.cluster import Cluster

pytestmark = pytest.mark.slow
SCRIPT = """#!/usr/bin/env bash

#$ -N worker
#$ -q all.q
#$ -l h_vmem=2G
#$ -l h_rt=00:10:00
#$ -pe smp 2
#$ -j y
#$ {extra}

true
"""


@pytest.mark.parametrize(
    ("extra", "shown"),
    [
        ("-N other", r"job_name:\s+other\n"),
        ("-l h_rt=00:20:00", r"hard resource_list:\s+h_vmem=2G,h_rt=1200\n"),
        ("-l h_rt=0", r"hard resource_list:\s+h_vmem=2G,h_rt=0\n"),
        ("-pe smp 4", r"parallel environment:\s+smp range: 4\n"),
        ("-t 1-3", r"job-array tasks:\s+1-3:1\n"),
    ],
)
def test_the_later_directive_counts(gridengine: Cluster, extra: str, shown: str) -> None:
    code, out, err = gridengine.run("qsub", "-h", given=SCRIPT.format(extra=extra))
    found = re.search(r"Your job(?:-array)? (\d+)", out)
    assert (code, found is not None) == (0, True), (out, err)
    assert found is not None
    job = gridengine.run("qstat", "-j", found[1])[1]
    gridengine.run("qdel", found[1])
    assert re.search(shown, job), job

"""Options in directives: short and long, glued and apart, under one name."""

from __future__ import annotations

import pytest

from pegconf.batch.directives import Option
from pegconf.batch.systems import KNOWN


@pytest.mark.parametrize(
    ("system", "directive", "expected"),
    [
        ("slurm", "-N2", [("-N", "2")]),
        ("slurm", "--nodes=2", [("-N", "2")]),
        ("slurm", "--time 4:00:00 --exclusive --mem=4G", [("-t", "4:00:00"), ("--exclusive", ""), ("--mem", "4G")]),
        ("lsf", '-R "span[hosts=1] rusage[mem=1]" -n4', [("-R", "span[hosts=1] rusage[mem=1]"), ("-n", "4")]),
        ("lsf", '-gpu "num=1"', [("-gpu", "num=1")]),
        ("lsf", "-oo out.%J", [("-o", "out.%J")]),
        ("lsf", "-R 'broken", [("-R", "'broken")]),
        ("sge", "-pe smp 4 -l h_vmem=2G", [("-pe", "smp 4"), ("-l", "h_vmem=2G")]),
        ("pbs", "-lnodes=2:ppn=4", [("-l", "nodes=2:ppn=4")]),
        ("oar", "--array 4 --hold", [("--array", "4"), ("-h", "")]),
        ("slurm", "mem=4G", []),
        ("slurm", "", []),
    ],
)
def test_options(system: str, directive: str, expected: list[tuple[str, str]]) -> None:
    assert KNOWN[system].directives.options(directive) == tuple(Option(*pair) for pair in expected)

"""How Slurm's memory and the user's own directives are read."""

from __future__ import annotations

import pytest

from pegconf.batch.slurm.request import directives, parse_memory


# sbatch(1): --mem.
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5", 5 * 1024**2),
        ("5K", 5 * 1024),
        ("5kb", 5 * 1024),
        ("5M", 5 * 1024**2),
        ("5G", 5 * 1024**3),
        ("5gB", 5 * 1024**3),
        ("5T", 5 * 1024**4),
    ],
)
def test_memory_in_each_unit(text: str, amount: int) -> None:
    assert parse_memory(text) == amount


@pytest.mark.parametrize("own", ["-N 1", "-N2", "--nodes=1", "--nodes 1-2", "-N  1"])
def test_a_number_of_nodes_of_ones_own_stays_the_only_one(own: str) -> None:
    assert directives([own]) == [own]


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        ("--gres=gpu", "--gres=gpu:2"),
        ("--gres=gpu:1", "--gres=gpu:2"),
        ("--gres gpu:1", "--gres=gpu:2"),
        ("--gres=gpu:a100", "--gres=gpu:a100:2"),
        ("--gres=gpu:a100:4", "--gres=gpu:a100:2"),
    ],
)
def test_the_kind_of_gpu_stays(own: str, asked: str) -> None:
    assert directives(["-N 1", own], 2) == ["-N 1", asked]


def test_other_resources_stay_beside_gpus() -> None:
    assert directives(["-N 1", "--gres=nvme:1"], 2) == ["-N 1", "--gres=nvme:1", "--gres=gpu:2"]

"""What a smoke test costs beside a plain script with the same workers and the same three computations.

`python -m tests.benchmark_smoke_test` prints it: whole processes in one run, in turns, so that a busy machine is as
busy for both; the least of their seconds. It is no test: it says whether the goal is met, and a slow machine fails
nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests import example

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GOAL: Final = 1.25
TIMES: Final = 3
PLAIN: Final = """
import math
import numpy as np
from dask.distributed import Client
from dask_jobqueue.local import LocalCluster

ROWS, COLUMNS, SLICES = 10_000, 2_000, {slices}
BOUNDS = [ROWS * index // SLICES for index in range(SLICES + 1)]

def make(index):
    return np.random.default_rng([1, index]).random((BOUNDS[index + 1] - BOUNDS[index], COLUMNS))

def total(numbers):
    return float(np.vectorize(math.sqrt)(numbers).sum())

def made(index):
    return total(make(index))

if __name__ == "__main__":
    with LocalCluster(cores=2, processes=2, memory="1GB", interface="lo", local_directory="{folder}",
                      scheduler_options={{"dashboard_address": "127.0.0.1:0"}}) as cluster:
        cluster.scale(jobs=1)
        with Client(cluster) as client:
            client.wait_for_workers(2)
            workers = list(client.sync(client.scheduler.identity)["workers"])
            one = sum(client.submit(made, index, workers=workers[:1], pure=False).result() for index in range(SLICES))
            sent = []
            for index in range(SLICES):
                there = client.scatter(make(index), workers=[workers[index % 2]], hash=False)
                sent.append(client.submit(total, there, workers=[workers[index % 2]], pure=False))
            two = sum(client.gather(sent))
            three = sum(client.gather([client.submit(made, index, workers=[workers[index % 2]], pure=False)
                                       for index in range(SLICES)]))
            assert math.isclose(one, two, rel_tol=1e-9) and math.isclose(one, three, rel_tol=1e-9)
"""
SLICES: Final = 16
"""As `pegconf smoke-test` cuts it for two workers of 500 MB."""


def seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Run a command to its end; one that fails would be another comparison."""
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started


def main() -> None:
    """Print both and whether the goal is met."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plain.py").write_text(PLAIN.format(slices=SLICES, folder=folder), encoding="utf-8")
        (folder / "jobqueue.yaml").write_text(example.configuration(folder / "logs"), encoding="utf-8")
        environment = os.environ | {"HOME": str(folder)}
        program = str(Path(sys.executable).parent / "pegconf")
        test = [program, "smoke-test", "--file", str(folder / "jobqueue.yaml"), "--on", "local", "--workers", "2"]
        commands = {"plain script": [sys.executable, str(folder / "plain.py")], "pegconf smoke-test": test}
        least = dict.fromkeys(commands, float("inf"))
        for _ in range(TIMES):
            for title, command in commands.items():
                least[title] = min(least[title], seconds(command, environment))
    plain, ours = least["plain script"], least["pegconf smoke-test"]
    for title, taken in least.items():
        print(f"{title:<20}{taken:>7.1f} s")
    print(f"{'yes' if ours <= GOAL * plain else 'no':<5}{ours / plain:.2f} of the plain script, at most {GOAL}")


if __name__ == "__main__":
    main()

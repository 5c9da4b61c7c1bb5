"""Provoke the faults, or those of whose system and name a word is part, and print the table."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults import case, lsf_hosts, on_gridengine, on_lsf, on_slurm
from tests.systems.gridengine import cluster
from tests.systems.slurm import daemons, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.case import Case, Result


def results(wanted: list[str]) -> Iterator[Result]:
    """What comes of the faults, each system started once."""
    for one in _chosen(on_lsf.CASES, lsf_hosts.ON, wanted):
        yield lsf_hosts.run(one)
    if on_slurm_too := _chosen(on_slurm.CASES, on_slurm.ON, wanted):
        yield from _on_slurm(on_slurm_too)
    if on_gridengine_too := _chosen(on_gridengine.CASES, on_gridengine.ON, wanted):
        yield from _on_gridengine(on_gridengine_too)


def _chosen(cases: tuple[Case, ...], on: str, wanted: list[str]) -> list[Case]:
    return [one for one in cases if not wanted or any(word in f"{on}: {one.name}" for word in wanted)]


def _on_slurm(cases: list[Case]) -> Iterator[Result]:
    folder, home = Path(tempfile.mkdtemp(prefix="pegconf-python-")), people.new_home()
    folder.chmod(0o755)
    try:
        with daemons.running() as slurm:
            user = people.SlurmUser(home, people.readable_python(folder), slurm)
            text = on_slurm.configure(user)
            for one in cases:
                yield on_slurm.run(one, user, text)
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(home)


def _on_gridengine(cases: list[Case]) -> Iterator[Result]:
    started = cluster.start()
    try:
        text = on_gridengine.configure(started)
        for one in cases:
            yield on_gridengine.run(one, started, text)
    finally:
        started.stop()


if __name__ == "__main__":
    for line in case.table(results(sys.argv[1:])):
        print(line, flush=True)

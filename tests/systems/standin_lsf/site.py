"""What the stand-in's own tests use: a small one, a folder to submit from, and a way to call its commands."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.systems.standin_lsf.control import StandInLsf, start
from tests.systems.standin_lsf.presets import pegasus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.systems.standin_lsf.state import JobRecord

SOON = 300.0


@dataclass(frozen=True)
class Site:
    """A stand-in, the folder from which jobs are submitted, and a way to call commands."""

    lsf: StandInLsf
    folder: Path

    def call(self, *words: str, script: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command."""
        return subprocess.run(
            [f"{self.lsf.path}/{words[0]}", *words[1:]],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=self.lsf.environment(os.environ),
        )

    def begun(self, *words: str) -> subprocess.Popen[str]:
        """Begin one command without waiting for its end."""
        return subprocess.Popen(
            [f"{self.lsf.path}/{words[0]}", *words[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self.lsf.environment(os.environ),
        )

    def job(self, number: int = 1) -> JobRecord:
        """Return one job."""
        return next(job for job in self.lsf.jobs() if job.id == number)

    def until(self, condition: Callable[[], object], seconds: float = SOON) -> None:
        """Wait for a condition."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.lsf.jobs()
            time.sleep(0.03)

    def running(self, number: int = 1) -> None:
        """Wait until a job has its process."""
        self.until(lambda: self.job(number).pid)

    def ended(self, number: int = 1) -> JobRecord:
        """Wait for the end of a job and return it."""
        self.until(lambda: not self.job(number).unfinished)
        return self.job(number)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A small Pegasus with short intervals."""
    lsf = start(tmp_path / "state", pegasus(nodes=1))
    lsf.change(job_terminate_interval=0.5, poll_interval=0.05, memory_check_interval=0.1)
    folder = tmp_path / "work"
    folder.mkdir()
    yield Site(lsf, folder)
    lsf.stop()
    assert lsf.processes() == []

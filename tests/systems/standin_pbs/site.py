"""What the stand-in's own tests use: a small one, a folder to submit from, and a way to call its commands."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests import running
from tests.running import until
from tests.systems.standin_pbs.control import StandInPbs, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.running import Ran
    from tests.systems.standin_pbs.state import JobRecord


@dataclass(frozen=True)
class PbsSite:
    """A stand-in, the folder from which jobs are submitted, and a way to call commands."""

    pbs: StandInPbs
    folder: Path

    def call(self, *words: str, script: str = "", user: str | None = None) -> Ran:
        """Run one command, as another user where one is named."""
        environment = self.pbs.environment(os.environ | {"HOME": str(self.folder)}, user)
        return running.run([f"{self.pbs.path}/{words[0]}", *words[1:]], script, cwd=self.folder, env=environment)

    def begun(self, *words: str) -> subprocess.Popen[str]:
        """Begin one command without waiting for its end."""
        return subprocess.Popen(
            [f"{self.pbs.path}/{words[0]}", *words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self.pbs.environment(os.environ),
        )

    def submitted(self, script: str, *words: str) -> str:
        """Submit a job and return its key."""
        ran = self.call("qsub", *words, script=script)
        assert ran.code == 0, ran
        return ran.out.partition(".")[0]

    def job(self, key: str) -> JobRecord:
        """One job."""
        return next(job for job in self.pbs.jobs() if job.key == key)

    def running(self, key: str) -> JobRecord:
        """Wait until a job has its process."""
        until(lambda: self.job(key).pid)
        return self.job(key)

    def ended(self, key: str) -> JobRecord:
        """Wait for the end of a job and return it."""
        until(lambda: not self.job(key).unfinished)
        return self.job(key)

    def commented(self, key: str) -> str:
        """Wait until the scheduler has said something of a job, and return that."""
        until(lambda: self.job(key).comment)
        return self.job(key).comment


@pytest.fixture
def pbs_site(tmp_path: Path) -> Iterator[PbsSite]:
    """A small PBS with short intervals."""
    pbs = start(tmp_path / "state")
    pbs.change(term_delay=0.5, poll_interval=0.05)
    folder = tmp_path / "work"
    folder.mkdir()
    yield PbsSite(pbs, folder)
    pbs.stop()
    assert pbs.processes() == []

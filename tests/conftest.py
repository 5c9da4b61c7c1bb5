"""What tests share: an empty home, the installed command, a stand-in LSF, a stand-in PBS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import example, running
from tests.systems.browser.fixtures import browser
from tests.systems.editor.fixtures import editor
from tests.systems.gridengine.fixtures import gridengine
from tests.systems.network.fixtures import network, network_lsf
from tests.systems.oar.fixtures import oar
from tests.systems.slurm.fixtures import accounting_slurm, accounting_user, everybodys_python, slurm, slurm_user
from tests.systems.standin_lsf import control
from tests.systems.standin_lsf.site import site
from tests.systems.standin_pbs import control as pbs_control
from tests.systems.standin_pbs.site import pbs_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.running import Ran
    from tests.systems.network.hosts import Network

__all__ = [
    "accounting_slurm",
    "accounting_user",
    "browser",
    "editor",
    "everybodys_python",
    "gridengine",
    "network",
    "network_lsf",
    "oar",
    "pbs_site",
    "site",
    "slurm",
    "slurm_user",
]
COMMAND = Path(sys.executable).parent / "pegconf"
SYSTEMS = {"accounting_slurm", "browser", "editor", "everybodys_python", "gridengine", "oar", "slurm"}
"""Fixtures of what needs a real batch system, a browser or a language server."""

# The same examples every time: a new one that fails is for whoever looks for it, not for whoever lands a change.
# How long one of them takes says how busy the machine is.
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

# Under nohup, or behind `&` in a script, these are ignored, and so would be in every command that a test starts.
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have one process run all that needs a real system, and one all that starts workers or hosts, each in turn.

    Beside them any others have what only computes. So no more is started at once than two cores can start in time.
    """
    for item in items:
        if SYSTEMS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("systems"))
        elif item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.xdist_group("workers"))


@dataclass(frozen=True)
class Person:
    """A new user: an empty home, and the installed command; `enter` are the words that have it run on another host."""

    home: Path
    environment: Mapping[str, str]
    enter: tuple[str, ...] = ()

    @property
    def _there(self) -> list[str]:
        # Entering a host's namespaces leads to /.
        return [*self.enter, "env", "-C", str(self.home)] if self.enter else []

    @property
    def file(self) -> Path:
        """Where dask looks for the configuration."""
        return self.home / ".config" / "dask" / "jobqueue.yaml"

    def write(self, text: str) -> Path:
        """Write the configuration by hand."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(text, encoding="utf-8")
        return self.file

    def leave_the_port(self) -> None:
        """Let the dashboard have any free port."""
        example.leave_the_port(self.file)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start pegconf with these words; nothing is on standard input."""
        return subprocess.Popen(
            [*self._there, str(COMMAND), *words],
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
        )

    def runs(self, *words: str) -> Ran:
        """Run pegconf to its end."""
        return running.ended(self.start(*words))

    def python(self, program: str) -> Ran:
        """Run a Python program as this person."""
        words = [*self._there, sys.executable, "-W", "always", "-c", program]
        return running.run(words, env=dict(self.environment), cwd=self.home)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """A user on a machine without a batch system."""
    home = tmp_path / "home"
    home.mkdir()
    return person_at(home)


def person_at(home: Path) -> Person:
    """A user with this home, who has nothing set for dask or LSF."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DASK_", "LSB_", "LSF_"))}
    return Person(home, kept | {"HOME": str(home)})


@pytest.fixture
def lsf(tmp_path: Path) -> Iterator[control.StandInLsf]:
    """A stand-in Pegasus that ends jobs quickly."""
    standing = control.start(tmp_path / "lsf")
    standing.change(job_terminate_interval=1)
    yield standing
    standing.stop()


@pytest.fixture
def user(person: Person, lsf: control.StandInLsf) -> Person:
    """A user on a login node of the stand-in LSF."""
    return Person(person.home, lsf.environment(person.environment))


@pytest.fixture
def pbs(tmp_path: Path) -> Iterator[pbs_control.StandInPbs]:
    """A stand-in PBS of two nodes that ends jobs quickly, in PBS's default settings: without a history of jobs."""
    standing = pbs_control.start(tmp_path / "pbs")
    standing.change(term_delay=1.0)
    yield standing
    standing.stop()


@pytest.fixture
def pbs_user(person: Person, pbs: pbs_control.StandInPbs) -> Person:
    """A user on a login node of the stand-in PBS, on which the batch systems of this machine are not."""
    path = pbs_control.without_other_systems(person.home.parent / "bin")
    return Person(person.home, pbs.environment({**person.environment, "PATH": path}))


@pytest.fixture
def network_user(person: Person, network: Network, network_lsf: control.StandInLsf) -> Person:
    """A user on the login node of the stand-in LSF over several hosts."""
    return Person(person.home, network_lsf.environment(person.environment), network["login4"].enter)

"""The fixtures for tests on a real Slurm; it is started once for each process of pytest."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.systems.slurm import accounting, daemons, people

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def slurm() -> Iterator[daemons.Slurm]:
    """A running Slurm; where it cannot be had the test is skipped, or fails under PEGCONF_REQUIRE_ALL=1."""
    _only_where_it_runs(daemons.missing())
    with daemons.running() as running:
        yield running


@pytest.fixture(scope="session")
def accounting_slurm() -> Iterator[accounting.AccountingSlurm]:
    """A running Slurm with accounting, limits and a site's rules, under the same conditions."""
    _only_where_it_runs(accounting.missing())
    with accounting.running() as running:
        yield running


def _only_where_it_runs(missing: str) -> None:
    reason = missing or ("" if people.exists() else f"no user {people.NAME} (tests/systems/slurm/install)")
    if reason and os.environ.get("PEGCONF_REQUIRE_ALL") == "1":
        pytest.fail(f"no Slurm here: {reason}")
    if reason:
        pytest.skip(f"no Slurm here: {reason}")


@pytest.fixture(scope="session")
def everybodys_python() -> Iterator[Path]:
    """A Python that the ordinary user can run."""
    folder = Path(tempfile.mkdtemp(prefix="pegconf-python-"))
    folder.chmod(0o755)
    yield people.readable_python(folder)
    shutil.rmtree(folder)


@pytest.fixture
def slurm_user(slurm: daemons.Slurm, everybodys_python: Path) -> Iterator[people.SlurmUser]:
    """An ordinary user of that Slurm; whatever a test leaves in the queue is cancelled after it."""
    yield from _user_of(slurm, everybodys_python)


@pytest.fixture
def accounting_user(
    accounting_slurm: accounting.AccountingSlurm, everybodys_python: Path
) -> Iterator[people.SlurmUser]:
    """An ordinary user of the Slurm with accounting, who has the accounts in `accounting.ASSOCIATIONS`."""
    yield from _user_of(accounting_slurm, everybodys_python)


def _user_of(slurm: daemons.Slurm, everybodys_python: Path) -> Iterator[people.SlurmUser]:
    home = people.new_home()
    yield people.SlurmUser(home, everybodys_python, slurm)
    slurm.run("scancel", "-u", people.NAME)
    slurm.wait_until_empty()
    shutil.rmtree(home)

"""The fixtures for tests that need several hosts: the hosts, a stand-in LSF over them, a user on its login node."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.systems.network import hosts, lsf
from tests.systems.standin_lsf import control

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.systems.standin_lsf.control import StandInLsf


def need() -> None:
    """Skip a test where such hosts cannot be had, or fail it under PEGCONF_REQUIRE_ALL=1."""
    reason = hosts.missing()
    if reason and os.environ.get("PEGCONF_REQUIRE_ALL") == "1":
        pytest.fail(f"no network of hosts here: {reason}")
    if reason:
        pytest.skip(f"no network of hosts here: {reason}")


@pytest.fixture
def network() -> Iterator[hosts.Network]:
    """The hosts; where they cannot be had the test is skipped, or fails under PEGCONF_REQUIRE_ALL=1."""
    need()
    with hosts.running() as standing:
        yield standing


@pytest.fixture
def network_lsf(network: hosts.Network, tmp_path: Path) -> Iterator[StandInLsf]:
    """A stand-in Pegasus whose jobs run on the network's compute nodes."""
    standing = control.start(tmp_path / "lsf", lsf.over(network))
    yield standing
    standing.stop()

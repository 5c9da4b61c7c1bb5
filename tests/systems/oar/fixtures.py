"""The fixture that tests of OAR share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from tests.systems.gridengine import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS: Final = ("Almighty", "oar-database", "oarstat", "oarnodes", "sshd", "unshare", "nsenter", "setpriv")


@pytest.fixture(scope="session")
def oar() -> Iterator[cluster.Cluster]:
    """A running OAR; where it cannot be had the test is skipped, or fails under PEGCONF_REQUIRE_ALL=1."""
    reason = cluster.why_not("OAR", COMMANDS, "tests/systems/oar/install")
    if reason and os.environ.get("PEGCONF_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    started = cluster.start("tests.systems.oar.inside")
    yield started
    started.stop()

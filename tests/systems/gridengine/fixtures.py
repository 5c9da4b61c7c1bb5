"""The fixture that tests of Grid Engine share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.systems.gridengine import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def gridengine() -> Iterator[cluster.Cluster]:
    """A running Grid Engine; where it cannot be had the test is skipped, or fails under PEGCONF_REQUIRE_ALL=1."""
    reason = cluster.why_not()
    if reason and os.environ.get("PEGCONF_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    started = cluster.start()
    yield started
    started.stop()

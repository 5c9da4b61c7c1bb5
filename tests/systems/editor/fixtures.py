"""The fixture for tests with a real language server."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.systems.editor import language_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[language_server.LanguageServer]:
    """A running yaml-language-server; where there is none the test is skipped, or fails under PEGCONF_REQUIRE_ALL=1."""
    reason = ""
    if shutil.which("node") is None:
        reason = "no node"
    elif not language_server.COMMAND.exists():
        reason = "no yaml-language-server (tests/systems/editor/install)"
    if reason and os.environ.get("PEGCONF_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} here")
    if reason:
        pytest.skip(f"{reason} here")
    with language_server.running(tmp_path) as server:
        yield server

"""The fixture for tests that open a page: Chromium without a window, with a profile of its own."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest

from tests.running import run

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM: Final = "chromium"
QUIET: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It asks nobody anything; as root, as which the tests run in a container, it starts without its sandbox only."""


@dataclass(frozen=True)
class Browser:
    """Chromium; `profile` is a folder of its own."""

    profile: Path

    def dom(self, page: Path, width: int = 1200) -> str:
        """The page as it stands after its scripts have run, as HTML."""
        return self._run(page, width, "--dump-dom")

    def picture(self, page: Path, file: Path, width: int = 1200, height: int = 2400, *, dark: bool = False) -> None:
        """Take a picture of the page."""
        scheme = ("--blink-settings=preferredColorScheme=0",) if dark else ()
        self._run(page, width, f"--screenshot={file}", *scheme, height=height)

    def _run(self, page: Path, width: int, *options: str, height: int = 900) -> str:
        words = [PROGRAM, *QUIET, f"--user-data-dir={self.profile}", f"--window-size={width},{height}", *options]
        done = run([*words, page.as_uri()], errors="replace")
        assert done.code == 0, done
        return done.out


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """Chromium; where it is missing the test is skipped, or fails under PEGCONF_REQUIRE_ALL=1."""
    if shutil.which(PROGRAM) is None:
        reason = f"no {PROGRAM} here (tests/systems/browser/install)"
        if os.environ.get("PEGCONF_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return Browser(tmp_path / "chromium")

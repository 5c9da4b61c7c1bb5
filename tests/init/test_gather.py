from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pegconf.init.defaults import Offer
from pegconf.init.gather import scratch

if TYPE_CHECKING:
    from pathlib import Path


def test_scratch_is_the_user_s_own(tmp_path: Path) -> None:
    assert scratch("dana", str(tmp_path)) == Offer(f"{tmp_path}/dask-dana")
    assert scratch("", str(tmp_path)) == Offer(f"{tmp_path}/dask")


def test_scratch_that_is_not_writable_here_is_not_offered() -> None:
    assert scratch("dana", "/dev/null") == Offer(
        f"/dev/null/dask-dana-{os.getuid()}", "/dev/null/dask-dana of this host is not yours"
    )

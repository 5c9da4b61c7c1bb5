"""Dask's own performance report of the computations, with everything that its page needs inside it."""

from __future__ import annotations

import contextlib
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.smoke.evidence import Evidence

_ICON: Final = re.compile(r"<link rel=\"shortcut icon\"[^>]*>")
"""It points to docs.dask.org (distributed/dashboard/templates/performance_report.html)."""


@contextlib.contextmanager
def kept(evidence: Evidence) -> Iterator[None]:
    """Keep the report of what the current client computes meanwhile, where the evidence is to have one.

    Where the computation raises there is none: Dask's own report would ask a scheduler that has lost its workers.
    """
    if not evidence.keeps_performance:
        yield
        return
    from distributed import performance_report  # noqa: PLC0415 - 0.5 s, with dask_jobqueue

    with tempfile.TemporaryDirectory(prefix="pegconf-") as folder:
        file = Path(folder) / "dask.html"
        # "inline" has bokeh's scripts in the page; else it would load them from a server on the internet.
        report = performance_report(filename=str(file), mode="inline")
        report.__enter__()
        yield
        report.__exit__(None, None, None)
        evidence.performance = _ICON.sub("", file.read_text(encoding="utf-8"))

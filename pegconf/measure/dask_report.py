"""Dask's own performance report of the computations, with everything that its page needs inside it."""

from __future__ import annotations

import contextlib
import re
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ICON: Final = re.compile(r"<link rel=\"shortcut icon\"[^>]*>")
"""It points to docs.dask.org (distributed/dashboard/templates/performance_report.html)."""


@contextlib.contextmanager
def kept(keep: Callable[[str], None] | None) -> Iterator[None]:
    """Keep the report of what the current client computes meanwhile: `keep` gets its HTML, None wants none.

    Where the test is cut short there is none; where Dask cannot make one, as after a loss of workers, it says why.
    """
    if keep is None:
        yield
        return
    from distributed import performance_report  # noqa: PLC0415 - 0.5 s, with dask_jobqueue

    with tempfile.TemporaryDirectory(prefix="pegconf-") as folder:
        file = Path(folder) / "dask.html"
        # "inline" has bokeh's scripts in the page; else it would load them from a server on the internet.
        report = performance_report(filename=str(file), mode="inline")
        report.__enter__()
        yield
        try:
            report.__exit__(None, None, None)
            keep(_ICON.sub("", file.read_text(encoding="utf-8")))
        except Exception as error:  # noqa: BLE001 - whatever Dask raises, the verdict does not hang on its report
            keep(f"<p>Dask made no report: {escape(f'{type(error).__name__}: {error}')}</p>")

"""Importing dask-jobqueue without its side effects, and giving dask the very values of a section."""

from __future__ import annotations

import importlib
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pegconf.config.yaml_tree import plain
from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.config.sources import Sources


def import_dask_jobqueue() -> Any:
    """Import dask_jobqueue, so that it writes no configuration file and SIGINT keeps its handler.

    Importing it copies its jobqueue.yaml to `~/.config/dask` (config.py) and replaces SIGINT's handler (runner.py).
    `sources.readable` must have passed: `import dask` raises on a file it cannot parse.
    """
    try:
        import dask.config  # noqa: PLC0415 - 0.1 s
    except ValueError as error:
        raise CannotGoOnError(
            " ".join(str(error).split()), "mend that file: pegconf validate shows the place"
        ) from None

    dask.config.ensure_file = lambda *_args, **_kwargs: None
    on_main_thread = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT) if on_main_thread else None
    import dask_jobqueue  # noqa: PLC0415 - 0.7 s

    if on_main_thread:
        signal.signal(signal.SIGINT, handler)
    return dask_jobqueue


def job_class(system: BatchSystem) -> Any:
    """dask-jobqueue's Job of a batch system."""
    import_dask_jobqueue()
    return getattr(importlib.import_module(system.module), system.cluster).job_cls


@contextmanager
def configured(section: Section, sources: Sources) -> Iterator[None]:
    """Let dask's configuration hold what the sources say, also where they are a file of the user's choice."""
    import dask.config  # noqa: PLC0415 - see import_dask_jobqueue

    others: dict[str, Any] = {}
    for document in sources.documents:
        root = plain(document.root) or {}
        others |= {name: value for name, value in root.items() if name not in {"jobqueue", "pegconf"}}
    merged = dask.config.merge(dask.config.config, others)
    with dask.config.set(merged | {f"jobqueue.{section.name}": section.values()}):
        yield

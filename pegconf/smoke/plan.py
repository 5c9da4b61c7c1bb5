"""What a smoke test will do, worked out and checked before anything is submitted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pegconf.core import units
from pegconf.core.errors import CannotGoOnError, RefusedError, UsageError
from pegconf.jobs import dask_import
from pegconf.jobs.wait_for_workers import Wanted

if TYPE_CHECKING:
    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section

ROWS: Final = 10_000
DEFAULT_COLUMNS: Final = 2_000
"""As in the talk this work comes from: 20 million numbers, about 6 s on one core."""
BYTES_PER_NUMBER: Final = 8
WORKING_BYTES_PER_NUMBER: Final = 93
"""Measured: what np.vectorize(math.sqrt) holds for one number while it runs."""
MAX_COLUMNS: Final = 500 * units.MB // (ROWS * BYTES_PER_NUMBER)
"""500 MB are sent from here at most, which is also about 20 s of work for one core."""
SLICES_PER_WORKER: Final = 4
SHARE_OF_MEMORY: Final = 0.25
DEFAULT_TIMEOUT: Final = 300
COMPUTE_SECONDS: Final = 300
"""Added to the time limit for the jobs' walltime: what the three computations may take after the last worker came."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A smoke test's size: memory in bytes, `walltime` and `timeout` in seconds, `slices` for all workers together.

    With `least` of the workers it goes on where the others cannot come.
    """

    workers: int
    jobs: int
    cores: int
    memory: int
    processes: int
    walltime: int
    timeout: int
    columns: int
    slices: int
    least: int

    def of(self, workers: int) -> Plan:
        """The same with fewer workers, whose slices are as large."""
        return replace(self, workers=workers, slices=self.slices // self.workers * workers)

    @property
    def threads(self) -> int:
        """Threads of one worker."""
        return max(self.cores // self.processes, 1)

    @property
    def core_hours(self) -> float:
        """What the jobs cost at most."""
        return self.jobs * self.cores * self.walltime / 3600

    @property
    def array(self) -> str:
        """What is computed, and on how many cores, in words."""
        columns = units.count(f"{self.columns:,}", "column")
        size = f"{columns} of 10,000 rows in {units.count(self.slices, 'slice')}"
        return f"{size}, {units.count(self.workers * self.threads, 'core')}"

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of each slice."""
        return tuple(end - start for start, end in pairwise(ROWS * at // self.slices for at in range(self.slices + 1)))

    @property
    def wanted(self) -> Wanted:
        """The workers that are waited for."""
        return Wanted(self.workers, self.jobs, self.processes, self.least, self.timeout)


def make(
    section: Section,
    system: BatchSystem,
    workers: int,
    *,
    walltime: str | None = None,
    timeout: int | None = None,
    columns: int | None = None,
    least: int | None = None,
) -> Plan:
    """Plan a test of that many workers; raises UsageError for a number that cannot be."""
    cores, memory, processes = shape_of(section)
    if workers < 1:
        raise UsageError(f"--workers {workers}: there must be at least one worker", "use --workers 2 or more")
    if least is not None and not 1 <= least <= workers:
        raise UsageError(f"--min-workers {least}: it is 1 to {workers}, the workers asked for", "leave it out for all")
    if columns is not None and not 1 <= columns <= MAX_COLUMNS:
        raise UsageError(
            f"--columns {columns}: the array may have 1 to {MAX_COLUMNS} columns",
            f"{MAX_COLUMNS} columns are 500 MB to send and about 20 s of work",
        )
    waits = _timeout(section, timeout)
    jobs = math.ceil(workers / processes)
    total = jobs * processes
    width = columns or DEFAULT_COLUMNS
    return Plan(
        workers=total,
        jobs=jobs,
        cores=cores,
        memory=memory,
        processes=processes,
        walltime=_walltime(section, system, walltime, waits),
        timeout=waits,
        columns=width,
        slices=_slices(total, width, memory // processes),
        least=total if least is None else least,
    )


def shape_of(section: Section) -> tuple[int, int, int]:
    """Cores, bytes and processes of one job, as dask-jobqueue takes them; processes default to about sqrt(cores)."""
    cores, memory, processes = section.get("cores"), section.get("memory"), section.get("processes")
    if not isinstance(cores, int) or cores < 1 or not isinstance(memory, str):
        raise CannotGoOnError(
            f"section {section.name!r} does not say how many cores and how much memory a job has",
            "set cores and memory: pegconf init, or edit the file and run pegconf validate",
        )
    try:
        size = units.parse_bytes(memory)
    except RefusedError as error:
        raise CannotGoOnError(f"memory of section {section.name!r}: {error}", "run pegconf validate") from None
    if not isinstance(processes, int) or processes < 1:
        dask_import.import_dask_jobqueue()
        from distributed.deploy.local import nprocesses_nthreads  # noqa: PLC0415 - 0.5 s, and only where none is set

        processes = int(nprocesses_nthreads(cores)[0])
    return cores, size, processes


def _timeout(section: Section, asked: int | None) -> int:
    if asked is not None:
        if asked < 1:
            raise UsageError(f"--timeout {asked}: give at least one second", "leave it out for 300 s")
        return asked
    patience = section.get("death-timeout")
    return max(DEFAULT_TIMEOUT, int(patience) + 60) if isinstance(patience, (int, float)) else DEFAULT_TIMEOUT


def _walltime(section: Section, system: BatchSystem, asked: str | None, timeout: int) -> int:
    """Seconds of the test's own walltime: short, so that it starts soon, and never over the section's."""
    if asked is not None:
        try:
            return system.parse_walltime(asked)
        except RefusedError as error:
            raise UsageError(
                f"--walltime: {error}", f"write it as {system.title} does: {system.walltime_words}"
            ) from None
    needed = -(-(timeout + COMPUTE_SECONDS) // 60) * 60
    configured = section.get("walltime")
    try:
        return min(needed, system.parse_walltime(configured)) if isinstance(configured, str) else needed
    except RefusedError as error:
        raise CannotGoOnError(f"walltime of section {section.name!r}: {error}", "run pegconf validate") from None


def _slices(workers: int, columns: int, worker_memory: int) -> int:
    """Slices for all workers: the same number for each, small enough for a worker's memory, at most one a row."""
    working = ROWS * columns * WORKING_BYTES_PER_NUMBER
    for_memory = math.ceil(working / workers / max(worker_memory * SHARE_OF_MEMORY, 1))
    each = min(max(SLICES_PER_WORKER, for_memory), max(ROWS // workers, 1))
    return workers * each

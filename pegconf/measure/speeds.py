"""How fast the wires and the scheduler are: bytes to each worker and between two, an empty task, many of them."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pegconf.core import units
from pegconf.measure.three_sums import by_value, losses, until_done

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.measure.checks import Seen

TRIED_BYTES: Final = units.MB
MOST_BYTES: Final = 32 * units.MB
SHARE_OF_MEMORY: Final = 1 / 16
TRANSFER_SECONDS: Final = 0.25
"""What one transfer may take: on a slow wire it is smaller, so that the test does not wait for it."""
ALL_TRANSFERS_SECONDS: Final = 1.0
ROUND_TRIPS: Final = 10
MANY_TASKS: Final = 100


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many bytes from one address to another (from this host: empty) in so many seconds."""

    source: str
    target: str
    size: int
    seconds: float

    @property
    def bandwidth(self) -> float:
        """Bytes a second."""
        return self.size / self.seconds


@dataclass(frozen=True, slots=True)
class Speeds:
    """What was measured: transfers, and the seconds of an empty task alone and of each of `tasks` at once.

    `between` is None where there is one worker only.
    """

    to_workers: tuple[Transfer, ...]
    between: Transfer | None
    round_trip: float
    per_task: float
    tasks: int

    @property
    def bandwidth_to_workers(self) -> float:
        """Bytes a second from this host to a worker: the median of all."""
        return statistics.median(transfer.bandwidth for transfer in self.to_workers)


@dataclass(frozen=True, slots=True)
class _Measuring:
    client: Any
    work: Any
    all_there: Callable[[], None]


def measure(client: Any, workers: tuple[Seen, ...]) -> Speeds:
    """Measure on these workers, in about a second; raises ComputeError where one of them is lost."""
    on = _Measuring(client, by_value(), losses(client))
    seconds = min(TRANSFER_SECONDS, ALL_TRANSFERS_SECONDS / len(workers))
    round_trip = statistics.median(_seconds_of_empty(on, workers[0]) for _ in range(ROUND_TRIPS))
    to_workers = tuple(_to(on, worker, seconds) for worker in workers)
    started = time.monotonic()
    until_done(client.map(on.work.nothing, range(MANY_TASKS), pure=False), on.all_there)
    per_task = (time.monotonic() - started) / MANY_TASKS
    return Speeds(to_workers, _between_two(on, workers), round_trip, per_task, MANY_TASKS)


def _seconds_of_empty(on: _Measuring, worker: Seen) -> float:
    started = time.monotonic()
    until_done([on.client.submit(on.work.nothing, 0, workers=[worker.address], pure=False)], on.all_there)
    return time.monotonic() - started


def _to(on: _Measuring, worker: Seen, seconds: float) -> Transfer:
    """Straight to the worker: Dask's way over the scheduler would take the bytes over this host's wires twice."""
    # The first opens the connection.
    tried = min(_seconds_to(on, worker, TRIED_BYTES) for _ in range(2))
    size = _size((worker,), seconds * TRIED_BYTES / tried)
    return Transfer("", worker.address, size, _seconds_to(on, worker, size))


def _seconds_to(on: _Measuring, worker: Seen, size: int) -> float:
    numbers = on.work.make_bytes(size)
    started = time.monotonic()
    on.client.scatter(numbers, workers=[worker.address], direct=True, hash=False)
    return time.monotonic() - started


def _between_two(on: _Measuring, workers: tuple[Seen, ...]) -> Transfer | None:
    """From the first worker to one on another host, or on the same where all are."""
    first, *others = workers
    if not others:
        return None
    other = next((worker for worker in others if worker.host != first.host), others[0])
    tried = min(_seconds_between(on, first, other, TRIED_BYTES) for _ in range(2))
    size = _size((first, other), TRANSFER_SECONDS * TRIED_BYTES / tried)
    return Transfer(first.address, other.address, size, _seconds_between(on, first, other, size))


def _seconds_between(on: _Measuring, source: Seen, target: Seen, size: int) -> float:
    """Seconds until a task on one worker has what lies on another, its own round trip included."""
    there = on.client.submit(on.work.make_bytes, size, workers=[source.address], pure=False)
    until_done([there], on.all_there)
    started = time.monotonic()
    until_done([on.client.submit(on.work.nothing, there, workers=[target.address], pure=False)], on.all_there)
    return time.monotonic() - started


def _size(ends: tuple[Seen, ...], wanted: float) -> int:
    """Bytes of a transfer: no more than a share of each end's memory (0: it has no limit)."""
    limits = [int(worker.memory * SHARE_OF_MEMORY) for worker in ends if worker.memory]
    return max(min(int(wanted), MOST_BYTES, *limits), TRIED_BYTES)

"""The sum of square roots three ways: on one worker, sent to all, made by all."""

from __future__ import annotations

import contextlib
import time
import types
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pegconf.core import units
from pegconf.core.progress import Progress
from pegconf.measure import on_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


COMPUTE_LIMIT: Final = 600.0
LOOK_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Slices:
    """An array of random numbers in slices of whole rows: the rows of each, the columns of all."""

    rows: tuple[int, ...]
    columns: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way's result: the sum, seconds, and how many slices each worker (by address) computed."""

    title: str
    total: float
    seconds: float
    tasks: Mapping[str, int]


class ComputeError(Exception):
    """A computation did not come to its end; the text says why."""


@contextlib.contextmanager
def raising() -> Iterator[None]:
    """Let whatever a task or a call of Dask's client raises arrive as ComputeError.

    A worker that is lost shows in many ways: KilledWorker, CommClosedError, a KeyError with its address.
    """
    try:
        yield
    except ComputeError:
        raise
    except Exception as error:
        raise ComputeError(f"{type(error).__name__}: {error}") from error


def scheduler_info(client: Any) -> dict[str, Any]:
    """What the scheduler says of itself and of all its workers now.

    Dask's own Client.scheduler_info reads a field which the client's other thread sets to an answer without workers
    every two seconds (distributed 2026.8, client.py): a thread that wakes up late would see all workers lost.
    """
    info: dict[str, Any] = client.sync(client.scheduler.identity)
    return info


def three_ways(
    client: Any, slices: Slices, workers: tuple[str, ...], seed: int, show: Callable[[Progress], None]
) -> tuple[Way, ...]:
    """Compute the same sum three ways on these workers (addresses); raises ComputeError where a worker is lost.

    Slices are pinned, so that each worker has the same share of a healthy cluster, and seeded, so that they differ:
    Dask computes equal calls once.
    """
    work = by_value()
    # Each worker imports numpy at its first slice; that is not what is to be compared.
    _results(
        client, [client.submit(work.sum_made_slice, seed, 0, 1, 1, workers=[worker], pure=False) for worker in workers]
    )
    show(Progress("sequentially, on one worker", step=True))
    first = _way("sequential, on one core", slices, lambda: _sequential(client, work, slices, workers[0], seed))
    show(Progress("in parallel, each worker sent its slices", step=True))
    sent = _way("parallel, slices sent", slices, lambda: _sent(client, work, slices, workers, seed))
    show(Progress("in parallel, each worker making its slices", step=True))
    made = _way("parallel, slices made there", slices, lambda: _made(client, work, slices, workers, seed))
    return first, sent, made


def by_value() -> Any:
    """The functions of `workload` such that they travel to a worker as they are, not as names to import there.

    A worker whose Python lacks pegconf would die while it unpickles a name, and the client would wait for ever.
    distributed ships by value what belongs to `__main__` (distributed/protocol/pickle.py); registering the module
    with cloudpickle is not enough, since distributed tries plain pickle first.
    """
    source = Path(on_worker.__file__).read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, on_worker.__file__, "exec"), names)  # noqa: S102 - our own file
    return types.SimpleNamespace(**names)


def _way(title: str, slices: Slices, compute: Callable[[], Iterable[tuple[float, str]]]) -> Way:
    started = time.monotonic()
    results = list(compute())
    seconds = time.monotonic() - started
    if len(results) != len(slices.rows):
        raise ComputeError(f"{len(results)} of {units.count(len(slices.rows), 'slice')} came back ({title})")
    tasks = MappingProxyType(Counter(address for _, address in results))
    return Way(title, sum(total for total, _ in sorted(results)), seconds, tasks)


def _sequential(client: Any, work: Any, slices: Slices, worker: str, seed: int) -> Iterable[tuple[float, str]]:
    for index, rows in enumerate(slices.rows):
        arguments = (seed, index, rows, slices.columns)
        future = client.submit(work.sum_made_slice, *arguments, workers=[worker], pure=False)
        yield from _results(client, [future])


def _sent(client: Any, work: Any, slices: Slices, workers: tuple[str, ...], seed: int) -> Iterable[tuple[float, str]]:
    futures = []
    for index, rows in enumerate(slices.rows):
        worker = workers[index % len(workers)]
        numbers = on_worker.make_slice(seed, index, rows, slices.columns)
        # Scattered and not passed as an argument: in the task itself 10 MB would go through the scheduler's graph.
        there = client.scatter(numbers, workers=[worker], hash=False)
        futures.append(client.submit(work.sum_square_roots, there, workers=[worker], pure=False))
    return _results(client, futures)


def _made(client: Any, work: Any, slices: Slices, workers: tuple[str, ...], seed: int) -> Iterable[tuple[float, str]]:
    futures = [
        client.submit(
            work.sum_made_slice,
            seed,
            index,
            rows,
            slices.columns,
            workers=[workers[index % len(workers)]],
            pure=False,
        )
        for index, rows in enumerate(slices.rows)
    ]
    return _results(client, futures)


def _results(client: Any, futures: list[Any]) -> Iterable[tuple[float, str]]:
    """The futures' results as they come; a worker that is lost ends the wait, since its slices are pinned to it."""
    from distributed import as_completed  # noqa: PLC0415 - 0.5 s

    all_there = losses(client)
    finished = as_completed(futures, with_results=True)
    results: list[tuple[float, str]] = []
    while len(results) < len(futures):
        results += [result for _, result in finished.next_batch(block=False)]
        all_there()
        time.sleep(0.005)
    return results


def until_done(futures: list[Any], all_there: Callable[[], None]) -> None:
    """Wait for futures without the pauses of a poll; raises ComputeError as `three_ways` does."""
    from distributed import wait  # noqa: PLC0415 - 0.5 s

    with raising():
        while True:
            try:
                finished = wait(futures, timeout=LOOK_EVERY)
            except TimeoutError:
                all_there()
                continue
            for future in finished.done:
                if future.status != "finished":
                    future.result()
            return


def losses(client: Any) -> Callable[[], None]:
    """A check, cheap to call often, that raises ComputeError once a worker is gone or the time limit has passed."""
    needed = set(scheduler_info(client)["workers"])
    started = looked = time.monotonic()

    def check() -> None:
        nonlocal looked
        now = time.monotonic()
        if now - looked < LOOK_EVERY:
            return
        looked = now
        lost = needed - set(scheduler_info(client)["workers"])
        if lost:
            raise ComputeError(f"{len(lost)} of {units.count(len(needed), 'worker')} lost")
        if now - started > COMPUTE_LIMIT:
            raise ComputeError(f"no result within {COMPUTE_LIMIT:.0f} s")

    return check

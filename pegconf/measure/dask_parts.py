"""The parts of Dask that a program may use, each checked against numpy or plain Python: `--suite full`."""

from __future__ import annotations

import math
import time
import traceback
from typing import TYPE_CHECKING, Any, Final

from pegconf.core import units
from pegconf.core.model import Check
from pegconf.core.progress import Progress
from pegconf.measure.three_sums import COMPUTE_LIMIT, by_value, scheduler_info

if TYPE_CHECKING:
    from collections.abc import Callable

BACK_SECONDS: Final = 300
NUMBERS: Final = 1_000
SIDE: Final = 1_000
TASKS_PER_WORKER: Final = 3
RETRIES: Final = 3
FOR_TABLES: Final = ("pandas", "pyarrow")


def checks(client: Any, show: Callable[[Progress], None]) -> tuple[Check, ...]:
    """Run all parts; one that raises or does not end is a check that does not hold.

    A worker is killed in the last, so nothing may be measured afterwards.
    """
    work = by_value()
    parts: tuple[tuple[str, Callable[[], tuple[bool, str]]], ...] = (
        ("dask.delayed agrees with Python", lambda: _delayed(client, work)),
        ("dask.array agrees with numpy", lambda: _array(client)),
        ("dask.bag agrees with Python", lambda: _bag(client, work)),
        ("dask.dataframe agrees with pandas", lambda: _dataframe(client, work)),
        ("an exception arrives with its traceback", lambda: _exception(client, work)),
        ("results come although a worker is killed", lambda: _killed(client, work)),
    )
    looked_at = []
    for title, part in parts:
        show(Progress(title, step=True))
        looked_at.append(_looked(title, part))
    return tuple(looked_at)


def _looked(title: str, part: Callable[[], tuple[bool, str]]) -> Check:
    try:
        holds, seen = part()
    except TimeoutError:
        return Check(title, False, f"no result within {COMPUTE_LIMIT:.0f} s")
    except Exception as error:  # noqa: BLE001 - whatever Dask raises is what is looked for
        return Check(title, False, f"{type(error).__name__}: {error}")
    return Check(title, holds, seen)


def _result(client: Any, lazy: Any) -> Any:
    return client.compute(lazy).result(timeout=COMPUTE_LIMIT)


def _delayed(client: Any, work: Any) -> tuple[bool, str]:
    from dask import delayed  # noqa: PLC0415 - 0.1 s, and only here

    squares = [delayed(work.square, pure=False)(number) for number in range(NUMBERS)]
    found = _result(client, delayed(sum)(squares))
    return _same(found, sum(number * number for number in range(NUMBERS)), f"sum of {NUMBERS:,} squares")


def _array(client: Any) -> tuple[bool, str]:
    import numpy as np  # noqa: PLC0415
    from dask import array  # noqa: PLC0415 - 0.2 s

    chunked = array.arange(SIDE * SIDE, chunks=SIDE * SIDE // 10).reshape(SIDE, SIDE)
    plain = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    found = _result(client, (array.sqrt(chunked) + chunked.T).mean(axis=0))
    agrees = bool(np.allclose(found, (np.sqrt(plain) + plain.T).mean(axis=0), rtol=1e-12))
    return agrees, f"means of {SIDE:,} columns of sqrt(a) + a.T"


def _bag(client: Any, work: Any) -> tuple[bool, str]:
    from dask import bag  # noqa: PLC0415

    found = _result(client, bag.range(NUMBERS, npartitions=8).map(work.square).filter(work.is_odd).sum())
    expected = sum(number * number for number in range(NUMBERS) if number % 2)
    return _same(found, expected, f"sum of the odd of {NUMBERS:,} squares")


def _dataframe(client: Any, work: Any) -> tuple[bool, str]:
    missing = dict(client.run(work.modules_missing, FOR_TABLES))
    lacking = sorted({name for names in missing.values() for name in names})
    if lacking:
        return True, f"not looked at: {' and '.join(lacking)} not there on the workers"
    if here := work.modules_missing(FOR_TABLES):
        return True, f"not looked at: {' and '.join(here)} not there where pegconf runs"
    import pandas as pd  # noqa: PLC0415 - it may not be there
    from dask import dataframe  # noqa: PLC0415

    table = pd.DataFrame({"group": [number % 7 for number in range(NUMBERS)], "number": range(NUMBERS)})
    found = _result(client, dataframe.from_pandas(table, npartitions=4).groupby("group")["number"].mean())
    return bool((found.sort_index() == table.groupby("group")["number"].mean()).all()), "means of 7 groups"


def _exception(client: Any, work: Any) -> tuple[bool, str]:
    future = client.submit(work.raise_on_purpose, 7, pure=False)
    error = future.exception(timeout=COMPUTE_LIMIT)
    functions = [frame.name for frame in traceback.extract_tb(future.traceback(timeout=COMPUTE_LIMIT))]
    holds = isinstance(error, ArithmeticError) and str(error) == "on purpose, with 7"
    return holds and functions[-1:] == ["raise_on_purpose"], f"{error!r} in {functions[-1] if functions else '?'}()"


def _killed(client: Any, work: Any) -> tuple[bool, str]:
    """One worker is killed while all work; its nanny starts another, or its tasks are done elsewhere."""
    workers = scheduler_info(client)["workers"]
    before = set(workers)
    victim = min(before)
    tasks = range(TASKS_PER_WORKER * len(before))
    futures = client.map(work.square_slowly, tasks, retries=RETRIES, pure=False)
    # Not before they run, so that some are lost.
    time.sleep(work.SLOWLY_SECONDS / 2)
    client.run(work.die, workers=[victim], on_error="ignore")
    ends = time.monotonic() + COMPUTE_LIMIT
    found = [future.result(timeout=max(ends - time.monotonic(), 0.1)) for future in futures]
    right = found == [number * number for number in tasks]
    came_back = bool(workers[victim]["nanny"]) and _comes_back(client, before, victim)
    after = "its nanny started another" if came_back else "the others did its tasks"
    return right and victim not in _addresses(client), f"{units.count(len(found), 'result')}; {after}"


def _comes_back(client: Any, before: set[str], victim: str) -> bool:
    ends = time.monotonic() + BACK_SECONDS
    while time.monotonic() < ends:
        if len(set(_addresses(client)) - {victim}) >= len(before):
            return True
        time.sleep(0.1)
    return False


def _addresses(client: Any) -> list[str]:
    return list(scheduler_info(client)["workers"])


def _same(found: Any, expected: float, what: str) -> tuple[bool, str]:
    agrees = math.isclose(found, expected, rel_tol=1e-12)
    return agrees, f"{what}: {found:,}" if agrees else f"{what}: {found:,} and not {expected:,}"

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from distributed import Client, LocalCluster

from pegconf.measure import speeds, three_sums
from pegconf.measure.checks import Seen
from pegconf.measure.speeds import Speeds, Transfer
from pegconf.smoke.outcome import Outcome, Verdict
from pegconf.smoke.plan import Plan
from pegconf.smoke.report import text

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAN = Plan(
    workers=2, jobs=1, cores=2, memory=10**9, processes=2, walltime=600, timeout=300, columns=2000, slices=8, least=2
)
MEASURED = Speeds(
    to_workers=(Transfer("", "tcp://a", 32_000_000, 0.1), Transfer("", "tcp://b", 3_000_000, 0.25)),
    between=Transfer("tcp://a", "tcp://b", 32_000_000, 0.02),
    round_trip=0.0032,
    per_task=0.0011,
    tasks=300,
)


def test_the_table_has_the_median_and_the_slowest() -> None:
    outcome = Outcome(Verdict.WORKS, PLAN, "LSF", first_after=4.26, connected_after=8.5, speeds=MEASURED)
    assert text.table(outcome, MEASURED).splitlines() == [
        "measured",
        "submission to the first worker   4.3 s       all after 8.5 s",
        "from here to a worker            166 MB/s    12.0 MB/s to the slowest, tcp://b",
        "between two workers              1,600 MB/s  32 MB from tcp://a to tcp://b",
        "sent with the slices             160 MB      8 slices, the second way",
        "an empty task, there and back    3.2 ms",
        "the scheduler's share of a task  1.1 ms      of 300 empty ones at once",
    ]


@pytest.fixture
def client() -> Iterator[Client]:
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as connected,
    ):
        yield connected


def seen(client: Client, memory: int) -> tuple[Seen, ...]:
    known = three_sums.scheduler_info(client)["workers"]
    return tuple(Seen(address, "here", "python", "lo", 1, memory) for address in known)


def test_two_workers_are_measured_with_what_their_memory_allows(client: Client) -> None:
    workers = seen(client, 32_000_000)
    measured = speeds.measure(client, workers)
    ends = [(transfer.source, transfer.target) for transfer in measured.to_workers]
    assert ends == [("", worker.address) for worker in workers]
    assert measured.between is not None
    assert (measured.between.source, measured.between.target) == (workers[0].address, workers[1].address)
    sizes = [transfer.size for transfer in (*measured.to_workers, measured.between)]
    assert [1_000_000 <= size <= 2_000_000 for size in sizes] == [True] * 3
    assert (measured.round_trip > 0, measured.per_task > 0, measured.tasks) == (True, True, speeds.MANY_TASKS)


def test_one_worker_has_nobody_to_send_to(client: Client) -> None:
    measured = speeds.measure(client, seen(client, 0)[:1])
    assert (len(measured.to_workers), measured.between) == (1, None)

from __future__ import annotations

from typing import Any

from pegconf.core.model import Check
from pegconf.measure.checks import Seen, interface, shares, sums, versions, worker_seen
from pegconf.measure.three_sums import Way

NUMBERS = 180_000
EXPECTED = 2 * NUMBERS / 3  # with standard deviation 100


def way(total: float, tasks: dict[str, int] | None = None) -> Way:
    return Way("a way", total, 1.0, tasks or {"tcp://a": 2, "tcp://b": 2})


def test_equal_sums_near_their_mean_hold() -> None:
    found = sums((way(EXPECTED + 100), way(EXPECTED + 100), way(EXPECTED + 100 + 1e-7)), NUMBERS)
    assert found == Check("the three sums agree", True, "120,100.0, 1.0 standard deviations from 2n/3", "PEG627")


def test_sums_that_differ_do_not_hold() -> None:
    assert not sums((way(EXPECTED), way(EXPECTED), way(EXPECTED + 1)), NUMBERS).holds


def test_equal_sums_far_from_their_mean_do_not_hold() -> None:
    assert not sums((way(EXPECTED - 601),) * 3, NUMBERS).holds


def test_one_slice_counted_four_times_is_noticed() -> None:
    assert not sums((way(EXPECTED), way(EXPECTED), way(EXPECTED / 4 * 3.99)), NUMBERS).holds


def test_each_worker_has_to_do_its_share() -> None:
    workers = ("tcp://a", "tcp://b")
    assert shares((way(1), way(1), way(1)), 2, workers) == Check("each worker did its share", True, "2 slices each")
    lopsided = way(1, {"tcp://a": 4})
    assert not shares((way(1), lopsided, way(1)), 2, workers).holds


def seen(address: str = "tcp://10.1.0.7:4000") -> Seen:
    around = {"host": "n069", "python": "/usr/bin/python3", "interfaces": {"ib0": ["10.1.0.7"], "eth0": ["10.0.0.7"]}}
    return worker_seen(address, around, 1, 10**9)


def test_a_workers_interface_is_the_one_with_its_address() -> None:
    assert seen() == Seen("tcp://10.1.0.7:4000", "n069", "/usr/bin/python3", "ib0", 1, 10**9)
    assert seen("tcp://10.9.9.9:4000").interface == ""


def test_a_worker_off_the_configured_interface_fails() -> None:
    assert interface((seen(),), "ib0") == Check("the workers are on ib0", True, "ib0", "PEG629")
    assert interface((seen(), seen("tcp://10.0.0.7:1")), "ib0") == Check(
        "the workers are on ib0", False, "eth0, ib0", "PEG629"
    )
    assert interface((seen(),), None).holds


def reported(worker_dask: str) -> dict[str, Any]:
    def host(dask: str) -> dict[str, Any]:
        return {"packages": {"python": "3.11.7.final.0", "dask": dask, "distributed": "1", "numpy": "2"}}

    return {"client": host("1"), "scheduler": host("1"), "workers": {"tcp://a": host(worker_dask)}}


def test_versions_that_differ_are_named() -> None:
    assert versions(reported("1")) == Check("versions agree", True, "python 3.11.7, dask 1, distributed 1", "PEG628")
    assert versions(reported("2")) == Check("versions agree", False, "dask 1 and 2", "PEG628")

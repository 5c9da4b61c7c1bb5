"""Where the dashboard and the workers' web pages listen."""

from __future__ import annotations

from typing import Any

import pytest

from pegconf.init import dashboard
from pegconf.init.dashboard import Pages


@pytest.mark.parametrize(
    ("old", "asked", "options"),
    [
        ({}, Pages(), {"dashboard_address": "127.0.0.1:8787"}),
        ({}, Pages(free=20123), {"dashboard_address": "127.0.0.1:20123"}),
        ({"dashboard_address": ":8788"}, Pages(free=20123), {"dashboard_address": ":8788"}),
        ({"dashboard_address": ":8788"}, Pages(port=20123), {"dashboard_address": "127.0.0.1:20123"}),
        ({"dashboard_address": "10.0.0.1:1"}, Pages(port=20123), {"dashboard_address": "10.0.0.1:20123"}),
        ({"dashboard_address": ":8788"}, Pages("loopback"), {"dashboard_address": "127.0.0.1:8788"}),
        ({"port": 0}, Pages("none", 20123), {"port": 0, "dashboard_address": "127.0.0.1:20123", "dashboard": False}),
        ({"dashboard": False}, Pages("loopback"), {"dashboard_address": "127.0.0.1:8787"}),
        ("not a mapping", Pages("none"), "not a mapping"),
    ],
)
def test_the_schedulers_options(old: Any, asked: Pages, options: Any) -> None:
    assert dashboard.for_scheduler(old, asked, None) == options


def test_the_schedulers_own_interface() -> None:
    assert dashboard.for_scheduler({}, Pages(), "eth0") == {"dashboard_address": "127.0.0.1:8787", "interface": "eth0"}
    assert dashboard.for_scheduler({"host": "a"}, Pages(), "eth0") == {
        "dashboard_address": "127.0.0.1:8787",
        "host": "a",
    }


@pytest.mark.parametrize(
    ("old", "asked", "words"),
    [
        ([], Pages(), ["--dashboard-address", "127.0.0.1:0"]),
        (["--dashboard-address", ":0"], Pages(), ["--dashboard-address", ":0"]),
        # Without pages a worker still listens, for /health and /metrics.
        (["--no-dashboard"], Pages(), ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]),
        (
            ["--dashboard-address", ":0", "--lifetime", "3h"],
            Pages("loopback"),
            ["--lifetime", "3h", "--dashboard-address", "127.0.0.1:0"],
        ),
        (["--dashboard-address=:0"], Pages("none"), ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]),
        (["--no-dashboard"], Pages("loopback"), ["--dashboard-address", "127.0.0.1:0"]),
    ],
)
def test_a_workers_words(old: list[str], asked: Pages, words: list[str]) -> None:
    assert dashboard.for_workers(old, asked) == words
    assert dashboard.for_workers(words, asked) == words


@pytest.mark.parametrize(
    ("options", "routes", "words"),
    [
        (
            {"dashboard_address": "127.0.0.1:8787"},
            False,
            "127.0.0.1:8787, without a password, open to users of the scheduler's host",
        ),
        (None, False, ":8787, without a password, open to whoever reaches it"),
        (
            {"dashboard_address": "127.0.0.1:8787", "dashboard": False},
            False,
            "none; /health, /metrics, /info and /json on 127.0.0.1:8787, open to users of the scheduler's host",
        ),
        (
            {"dashboard_address": "127.0.0.1:8787", "dashboard": False},
            True,
            "none; only /health on 127.0.0.1:8787, open to users of the scheduler's host",
        ),
    ],
)
def test_what_stays_open(options: Any, routes: bool, words: str) -> None:
    assert dashboard.stays_open(options, routes=routes) == words

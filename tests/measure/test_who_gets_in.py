from __future__ import annotations

from pegconf.measure import who_gets_in
from pegconf.measure.who_gets_in import Listening


def test_ports_of_one_kind_on_one_address_are_one_row() -> None:
    rows = [
        ("scheduler", "login4", "0.0.0.0", 41003, "connections, not encrypted"),
        ("scheduler", "login4", "::", 41003, "connections, not encrypted"),
        ("workers", "n001", "10.2.0.11", 40001, "connections, not encrypted"),
        ("workers", "n001", "10.2.0.11", 40000, "connections, not encrypted"),
        ("workers", "n001", "127.0.0.1", 40002, "web pages, no password"),
    ]
    assert who_gets_in.together(rows) == (
        Listening("scheduler", "login4", "all addresses", (41003,), "connections, not encrypted"),
        Listening("workers", "n001", "10.2.0.11", (40000, 40001), "connections, not encrypted"),
        Listening("workers", "n001", "127.0.0.1", (40002,), "web pages, no password"),
    )

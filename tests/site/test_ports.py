"""Ports for the dashboard."""

from __future__ import annotations

import socket

import pytest

from pegconf.site import ports


@pytest.mark.parametrize(("uid", "port"), [(0, 20000), (1000, 21000), (50123, 20123), (1_845_609_999, 29999)])
def test_a_users_own_port(uid: int, port: int) -> None:
    assert ports.own(uid) == port


def test_neighbours_have_different_ports() -> None:
    assert len({ports.own(uid) for uid in range(50_000, 60_000)}) == 10_000


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_port_that_somebody_listens_on_is_taken(address: str) -> None:
    with socket.socket() as other:
        other.bind((address, 0))
        port = other.getsockname()[1]
        other.listen()
        assert ports.is_taken(port)
    assert not ports.is_taken(port)

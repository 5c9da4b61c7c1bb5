"""Ports for the dashboard."""

from __future__ import annotations

import errno
import socket

import pytest

from pegconf.core import ports


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


def test_why_a_port_cannot_be_had() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        numbers = [ports.why_not(port), ports.why_not(port, ""), ports.why_not(0), ports.why_not(99999)]
    assert [error and error.errno for error in numbers] == [errno.EADDRINUSE, errno.EADDRINUSE, None, errno.EINVAL]
    assert not ports.is_taken(99999)


def test_an_address_of_another_host_is_not_taken() -> None:
    refused = ports.why_not(8787, "192.0.2.1")
    assert refused is not None
    assert refused.errno == errno.EADDRNOTAVAIL
    assert not ports.is_taken(8787, "192.0.2.1")

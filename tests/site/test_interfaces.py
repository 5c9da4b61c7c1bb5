"""The interfaces of this host, and which go together."""

from __future__ import annotations

import socket

import pytest

from pegconf.site import interfaces
from pegconf.site.interfaces import Pair, interface_names, is_real, links, listening
from pegconf.site.node_answer import Link

LO = Link("lo", "127.0.0.1/8", up=True)
DOCKER = Link("docker0", "172.17.0.1/16", up=True)


def link(name: str, address: str, speed: int = 0, *, up: bool | None = True, infiniband: bool = False) -> Link:
    return Link(name, f"{address}/24", up, speed, infiniband)


@pytest.mark.parametrize(
    ("node", "host", "expected"),
    [
        pytest.param([], [LO], None, id="nothing there"),
        pytest.param([LO], [LO], Pair("lo", "lo"), id="only loopback"),
        pytest.param(
            [LO, DOCKER], [LO, DOCKER, link("eth0", "10.0.0.1")], Pair("lo", "lo"), id="containers do not help"
        ),
        pytest.param(
            [LO, DOCKER, link("eth0", "10.0.0.2", 10000)],
            [LO, DOCKER, link("eth0", "10.0.0.1", 1000)],
            Pair("eth0", "eth0"),
            id="on both",
        ),
        pytest.param(
            [link("eth0", "10.0.0.2", 100000), link("ib0", "10.1.0.2", infiniband=True)],
            [link("eth0", "10.0.0.1", 100000), link("ib0", "10.1.0.1", infiniband=True)],
            Pair("ib0", "ib0"),
            id="infiniband before a speed",
        ),
        pytest.param(
            [link("eth0", "10.0.0.2", 1000), link("eth1", "10.1.0.2", 25000)],
            [link("eth0", "10.0.0.1", 1000), link("eth1", "10.1.0.1", 10000)],
            Pair("eth1", "eth1"),
            id="the faster one",
        ),
        pytest.param(
            [link("eth0", "10.0.0.2", 1000), link("ib0", "10.1.0.2", infiniband=True, up=False)],
            [link("eth0", "10.0.0.1", 1000), link("ib0", "10.1.0.1", infiniband=True)],
            Pair("eth0", "eth0"),
            id="down",
        ),
        pytest.param(
            [link("eth0", "10.0.0.2", 1000), link("ib0", "10.1.0.2", infiniband=True)],
            [link("eno1", "129.171.0.1", 10000), link("eno2", "10.0.0.1", 1000)],
            Pair("eth0", "eno2"),
            id="one for each side, of one network",
        ),
        pytest.param(
            [Link("eth0", "10.0.0.2", None)], [Link("eno1", "odd/99", None)], Pair("eth0", "eno1"), id="no prefixes"
        ),
    ],
)
def test_the_best_pair(node: list[Link], host: list[Link], expected: Pair | None) -> None:
    assert interfaces.best(node, host, {}) == expected


def test_what_the_node_reached_goes_before_a_common_name() -> None:
    node = [link("eth0", "10.0.0.2")]
    host = [link("eth0", "129.171.0.1"), link("eth1", "10.0.0.1")]
    assert interfaces.best(node, host, {}) == Pair("eth0", "eth0")
    tried = {"129.171.0.1": False, "10.0.0.1": True}
    assert interfaces.best(node, host, tried) == Pair("eth0", "eth1", reached=True)
    assert interfaces.best(node, host, dict.fromkeys(tried, False)) == Pair("eth0", "eth0", reached=False)


def test_loopback_is_an_interface_of_every_host() -> None:
    assert "lo" in interface_names()


def test_the_address_of_loopback_has_its_prefix() -> None:
    assert [link for link in links() if link.name == "lo"] == [Link("lo", "127.0.0.1/8", up=True)]


def test_containers_and_loopback_lead_nowhere() -> None:
    names = ("ib0", "eth0", "lo", "docker0", "virbr0")
    assert [name for name in names if is_real(name)] == ["ib0", "eth0"]


def test_what_listens_can_be_connected_to() -> None:
    odd = (Link("eth7", "127.0.0.1/8"), Link("eth8", "203.0.113.7/24"), Link("lo", "127.0.0.2/8"))
    with listening(odd) as addresses:
        ((host, port),) = addresses
        socket.create_connection((host, port), 5).close()
    assert host == "127.0.0.1"

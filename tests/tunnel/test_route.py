from __future__ import annotations

import pytest

from pegconf.core.errors import CannotGoOnError
from pegconf.site import this_host
from pegconf.tunnel import line
from pegconf.tunnel.line import Line

LOGIN = "dwg11@pegasus.ccs.miami.edu"


def test_a_node_that_listens_on_all_addresses_is_reached_from_the_login_node() -> None:
    assert line.to_node(LOGIN, "n069", "", 8787, None) == Line(LOGIN, 8787, 8787, "n069")


def test_a_node_that_listens_on_one_network_is_reached_there() -> None:
    assert line.to_node(LOGIN, "n069", "10.2.0.69", 8787, 9000) == Line(LOGIN, 8787, 9000, "10.2.0.69")


def test_a_node_that_listens_on_loopback_is_reached_by_going_on_to_it() -> None:
    assert line.to_node(LOGIN, "n069", "127.0.0.1", 8787, None) == Line("dwg11@n069", 8787, 8787, jump=LOGIN)


def test_where_the_site_forbids_ssh_to_nodes_it_says_what_to_change() -> None:
    with pytest.raises(CannotGoOnError, match="this site lets nobody ssh there") as caught:
        line.to_node(LOGIN, "n069", "127.0.0.1", 8787, None, may_ssh=False)
    assert "dashboard_address: ':8787'" in caught.value.hint


@pytest.mark.parametrize(
    ("own", "login", "expected"),
    [
        # The name that all login nodes share, and one of them.
        ("login4.ccs.miami.edu", "me@ccs.miami.edu", Line("me@login4.ccs.miami.edu", 8787, 8787)),
        ("login4.hpc.edu", "me@login.hpc.edu", Line("me@login4.hpc.edu", 8787, 8787)),
        ("login4.hpc.edu", "me@login4.hpc.edu", Line("me@login4.hpc.edu", 8787, 8787)),
        # Names that mean something inside the cluster only.
        ("login4", "me@login.hpc.edu", Line("me@login4", 8787, 8787, jump="me@login.hpc.edu")),
        ("n069.cluster.local", "me@login.hpc.edu", Line("me@n069.cluster.local", 8787, 8787, jump="me@login.hpc.edu")),
    ],
)
def test_this_host_is_reached_by_its_own_name(
    monkeypatch: pytest.MonkeyPatch, own: str, login: str, expected: Line
) -> None:
    monkeypatch.setattr(this_host, "host_name", lambda: own)
    assert line.to_this_host(login, "127.0.0.1", 8787, None) == expected


def test_inside_a_job_a_name_of_the_same_domain_is_no_login_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_host, "host_name", lambda: "n069.hpc.edu")
    found = line.to_this_host("me@login.hpc.edu", "10.2.0.69", 8787, None, inside_job=True)
    assert found == Line("me@n069.hpc.edu", 8787, 8787, "10.2.0.69", "me@login.hpc.edu")
    assert "--address 10.2.0.69" in found.run_command


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.5", "::1"])
def test_a_loopback_is_the_one_that_it_listens_on(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(this_host, "host_name", lambda: "login4.hpc.edu")
    assert line.to_this_host("me@login4.hpc.edu", address, 8787, None).target == address
    assert line.to_node(LOGIN, "n069", address, 8787, None).target == address

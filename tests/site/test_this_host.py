from __future__ import annotations

import socket
from pathlib import Path

from pegconf.core import folders
from pegconf.site import this_host
from pegconf.site.node_answer import Link


def test_loopback_is_an_interface_of_every_host() -> None:
    assert "lo" in this_host.interfaces()


def test_the_address_of_loopback_has_its_prefix() -> None:
    assert [link for link in this_host.links() if link.name == "lo"] == [Link("lo", "127.0.0.1/8", up=True)]


def test_containers_and_loopback_lead_nowhere() -> None:
    names = ("ib0", "eth0", "lo", "docker0", "virbr0")
    assert [name for name in names if this_host.is_real(name)] == ["ib0", "eth0"]


def test_what_listens_can_be_connected_to() -> None:
    odd = (Link("eth7", "127.0.0.1/8"), Link("eth8", "203.0.113.7/24"), Link("lo", "127.0.0.2/8"))
    with this_host.listening(odd) as addresses:
        ((host, port),) = addresses
        socket.create_connection((host, port), 5).close()
    assert host == "127.0.0.1"


def test_commands_are_looked_up_on_path() -> None:
    assert this_host.has_command("sh")
    assert not this_host.has_command("no-such-command-anywhere")


def test_the_deepest_folder_that_exists(tmp_path: Path) -> None:
    assert folders.existing_parent(tmp_path / "a" / "b") == tmp_path


def test_who_may_write_where(tmp_path: Path) -> None:
    assert folders.may_write(tmp_path / "a" / "b")
    # A file holds no folder, not even for root.
    assert not folders.may_write(Path("/dev/null/a"))

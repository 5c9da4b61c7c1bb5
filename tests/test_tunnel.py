from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from pegconf import document, sections
from pegconf.errors import UsageError
from pegconf.sources import Sources
from pegconf.tunnel import Dashboard, Tunnel, dashboard, tunnel

LOGIN = "dwg11@pegasus.ccs.miami.edu"


def sections_of(text: str) -> tuple[sections.Section, ...]:
    return sections.collect(Sources((document.parse(text, Path("jobqueue.yaml")),)))


def test_the_login_node() -> None:
    expected = Tunnel(("ssh", "-N", "-L", "8787:localhost:8787", LOGIN), "http://localhost:8787/status")
    assert tunnel(LOGIN, Dashboard()) == expected


def test_another_port_here_and_there() -> None:
    found = tunnel(LOGIN, Dashboard(), port=8790, local_port=9000)
    assert found.command == f"ssh -N -L 9000:localhost:8790 {LOGIN}"
    assert found.url == "http://localhost:9000/status"


def test_a_compute_node_that_listens_on_all_addresses_is_reached_from_the_login_node() -> None:
    assert tunnel(LOGIN, Dashboard(), node="n069").command == f"ssh -N -L 8787:n069:8787 {LOGIN}"


def test_a_compute_node_that_listens_on_loopback_is_reached_by_going_on_to_it() -> None:
    found = tunnel(LOGIN, Dashboard(loopback=True), node="n069")
    assert found.command == f"ssh -N -L 8787:localhost:8787 -J {LOGIN} dwg11@n069"


@pytest.mark.parametrize(
    "login",
    ["-oProxyCommand=x@host", "me@-oProxyCommand=x", "me @host", "me@ho\tst", "me@host\n", "@host", "me@", "host"],
)
def test_a_login_that_ssh_would_misread_is_refused(login: str) -> None:
    with pytest.raises(UsageError):
        tunnel(login, Dashboard())


@pytest.mark.parametrize("node", ["-oX=y", "n 1", ""])
def test_a_node_that_ssh_would_misread_is_refused(node: str) -> None:
    with pytest.raises(UsageError):
        tunnel(LOGIN, Dashboard(), node=node)


def test_a_shell_takes_the_line_as_one_command() -> None:
    found = tunnel("me@host;rm", Dashboard())
    assert shlex.split(found.command) == list(found.words)
    assert "'me@host;rm'" in found.command


def test_the_port_in_the_file_is_the_one_that_is_forwarded() -> None:
    found = sections_of("jobqueue: {lsf: {scheduler-options: {dashboard_address: '127.0.0.1:18787'}}}")
    assert dashboard(found) == Dashboard(18787, loopback=True)


@pytest.mark.parametrize("address", ["':8787'", "8787", "''", "'127.0.0.1:0'", "'host:x'"])
def test_a_port_that_says_nothing_is_dasks_default(address: str) -> None:
    assert (
        dashboard(sections_of(f"jobqueue: {{lsf: {{scheduler-options: {{dashboard_address: {address}}}}}}}")).port
        == 8787
    )


def test_sections_on_different_ports_have_to_be_named() -> None:
    found = sections_of(
        "jobqueue: {lsf: {}, mine: {scheduler-options: {dashboard_address: ':9000'}}}",
    )
    with pytest.raises(UsageError, match="different ports"):
        dashboard(found)


def test_no_section_at_all_is_dasks_default() -> None:
    assert dashboard(()) == Dashboard(8787, loopback=False)

"""Of several schedulers of one user, somebody at a terminal chooses; a script has to name one."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.conftest import COMMAND
from tests.screen import Terminal
from tests.tunnel.test_find import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Person

pytestmark = pytest.mark.slow
WORDS = ("tunnel", "--login", "dwg11@login4")


@contextlib.contextmanager
def two_schedulers(user: Person) -> Iterator[list[str]]:
    """Two running schedulers on the login node; the ports of their dashboards."""
    words = [*user.enter, sys.executable, "-W", "ignore", "-c", PROGRAM, "127.0.0.1:0"]
    with contextlib.ExitStack() as both:
        ports = []
        for _ in range(2):
            process = both.enter_context(
                subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            both.callback(process.communicate, "")
            assert process.stdout is not None
            ports.append(process.stdout.readline().split()[1])
        yield ports


def test_at_a_terminal_one_is_chosen(network_user: Person) -> None:
    with two_schedulers(network_user) as ports:
        command = (*network_user.enter, "env", "-C", str(network_user.home), str(COMMAND), *WORDS)
        with Terminal(command, network_user.environment, network_user.home, (200, 40)) as terminal:
            offered = terminal.until("which of them? [1-2]")
            assert all(f"login4 port {port}: " in offered for port in ports)
            terminal.types("3\r")
            terminal.types("2\r")
            assert terminal.ends() == 0
            second = next(line for line in offered.splitlines() if line.startswith("  2  ")).split("port ")[1]
            port = second.partition(":")[0]
            assert f"-L 127.0.0.1:{port}:127.0.0.1:{port} dwg11@login4" in terminal.screen.text


def test_without_a_terminal_all_are_named_and_one_can_be(network_user: Person) -> None:
    with two_schedulers(network_user) as ports:
        ran = network_user.runs(*WORDS)
        assert (ran.code, ran.out) == (2, "")
        assert "2 Dask schedulers of yours run: " in ran.err
        assert "name one with --port P, --node or --expect" in ran.err
        # A proxy of the site is for other hosts.
        proxied = replace(network_user, environment={**network_user.environment, "http_proxy": "http://127.0.0.1:9"})
        chosen = proxied.runs(*WORDS, "--port", ports[1])
        assert (chosen.code, f"-L 127.0.0.1:{ports[1]}:127.0.0.1:{ports[1]} " in chosen.out) == (0, True), chosen

"""The hosts that the tests make, and a smoke test whose login and compute nodes are apart."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import example

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.network.hosts import Network
    from tests.systems.standin_lsf.control import StandInLsf

CONNECT = "import socket, sys; socket.create_connection((sys.argv[1], 22), 1)"


def connect(network: Network, host: str, address: str) -> str:
    """What comes of a connection to port 22, on which nobody listens."""
    try:
        return network[host].run("python3", "-c", CONNECT, address)
    except subprocess.CalledProcessError as error:
        return str(error.output).strip().splitlines()[-1]


def test_the_laptop_reaches_the_login_node_only(network: Network) -> None:
    assert network["n001"].run("hostname") == "n001\n"
    refused = "ConnectionRefusedError: [Errno 111] Connection refused"
    unreachable = "OSError: [Errno 101] Network is unreachable"
    assert (connect(network, "laptop", "10.9.0.4"), connect(network, "laptop", "10.1.0.11")) == (refused, unreachable)
    assert [connect(network, "n001", network["login4"].address(name)) for name in ("eth0", "ib0")] == [refused] * 2


def test_a_dropped_answer_is_waited_for_in_vain(network: Network) -> None:
    network["login4"].answer_nothing_to(network["n001"].address("ib0"))
    assert connect(network, "n001", "10.2.0.4") == "TimeoutError: timed out"
    network["login4"].answer_again_to(network["n001"].address("ib0"))
    assert "refused" in connect(network, "n001", "10.2.0.4")


@pytest.mark.slow
def test_workers_on_two_nodes(network_user: Person, network: Network, network_lsf: StandInLsf, tmp_path: Path) -> None:
    network_user.write(example.configuration(tmp_path, cores=15, processes=1, memory="2GB", interface="ib0"))
    ran = network_user.runs("smoke-test", "--workers", "2", "--columns", "100")
    assert ran.code == 0, ran
    workers = [line.split()[:3] for line in ran.out.splitlines() if line.startswith("tcp://")]
    assert sorted((host, re.sub(r":\d+$", "", address), name) for address, host, name in workers) == [
        ("n001", "tcp://10.2.0.11", "ib0"),
        ("n002", "tcp://10.2.0.12", "ib0"),
    ]
    assert "\nunlike  interface wan0: on login4; not on n001, n002\n" in ran.out
    network_lsf.wait_until_empty()
    assert network.processes() == []


@pytest.mark.slow
def test_interfaces_are_compared(
    network_user: Person, network: Network, network_lsf: StandInLsf, tmp_path: Path
) -> None:
    network_user.write(example.configuration(tmp_path, cores=15, processes=1, memory="2GB", interface="ib0"))
    ran = network_user.runs("smoke-test", "--columns", "100", "--compare-interfaces", "eth0,ib0")
    assert ran.code == 0, ran
    compared = ran.out.split("\n\n")[-1].splitlines()
    assert compared[0].split() == ["eth0", "ib0", "ib0", "to", "eth0"]
    rates = [re.findall(r"([\d.,]+) MB/s", line) for line in compared[1:3]]
    ethernet, fast = zip(*[[float(rate.replace(",", "")) for rate in line] for line in rates], strict=True)
    # Shaped to 100 Mbit/s, of which a burst of 64 kB goes for nothing.
    assert max(ethernet) < 20
    assert min(fast) > 2 * max(ethernet)
    network_lsf.wait_until_empty()
    assert network.processes() == []


@pytest.mark.slow
def test_a_worker_on_another_interface_is_named(network_user: Person, network: Network, tmp_path: Path) -> None:
    """A site's wrapper around Python has its own mind; in worker-extra-args dask-jobqueue's --interface comes last."""
    wrapper = tmp_path / "python"
    wrapper.write_text(
        f"#!/bin/sh\nexec {sys.executable} $(echo $* | sed 's/--interface ib0/--interface eth0/')\n", encoding="utf-8"
    )
    wrapper.chmod(0o755)
    network_user.write(
        example.configuration(tmp_path, cores=15, processes=1, memory="2GB", interface="ib0", python=str(wrapper))
    )
    ran = network_user.runs("smoke-test", "--columns", "100")
    assert (ran.code, re.findall(r"\[PEG\d+\]", ran.out)) == (1, ["[PEG629]"]), ran
    assert "the workers are on ib0: no, eth0 [PEG629]" in ran.out

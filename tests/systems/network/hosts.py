"""The hosts and their wires: a laptop that reaches the login node only, and nodes on Ethernet and on a faster network.

A host is a process that sleeps in network, UTS and mount namespaces of its own; a switch is one more with two bridges.
Ethernet is shaped with tc's token bucket filter, so that `ib0` is faster than `eth0`. The kernel ends the sleepers with
this process (pdeathsig), and with them go namespaces and wires.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from tests.running import until

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS: Final = ("ip", "tc", "nsenter", "unshare", "setpriv")
_PATH: Final = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_ETHERNET: Final = "100mbit"

ADDRESSES: Final[dict[str, dict[str, str]]] = {
    "laptop": {"wan0": "10.9.0.9"},
    "login4": {"wan0": "10.9.0.4", "eth0": "10.1.0.4", "ib0": "10.2.0.4"},
    "login5": {"wan0": "10.9.0.5", "eth0": "10.1.0.5", "ib0": "10.2.0.5"},
    "n001": {"eth0": "10.1.0.11", "ib0": "10.2.0.11"},
    "n002": {"eth0": "10.1.0.12", "ib0": "10.2.0.12"},
}
"""Each host's interfaces with their addresses; interfaces of one name hang on one bridge."""


def missing() -> str:
    """Why such hosts cannot be made here, or nothing."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    absent = [name for name in PROGRAMS if shutil.which(name, path=_PATH) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (tests/systems/network/install)"
    tried = subprocess.run(
        ["unshare", "--net", "--uts", "--mount", "true"], capture_output=True, text=True, check=False
    )
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else ""


@dataclass(frozen=True)
class Host:
    """One host: its name and the process that holds its namespaces."""

    name: str
    pid: int

    @property
    def enter(self) -> tuple[str, ...]:
        """The words before a command that is to run on this host."""
        return ("nsenter", "--target", str(self.pid), "--net", "--uts", "--mount", "--wdns=/", "--")

    def address(self, interface: str) -> str:
        """The address of one of its interfaces."""
        return ADDRESSES[self.name][interface]

    def run(self, *words: str) -> str:
        """What a command prints on this host, errors included; raises CalledProcessError where it fails."""
        done = subprocess.run(
            [*self.enter, *words],
            env=os.environ | {"PATH": _PATH},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        return done.stdout

    def lose(self, interface: str) -> None:
        """Take an interface away for good."""
        self.run("ip", "link", "delete", interface)

    def answer_nothing_to(self, address: str) -> None:
        """Drop without a word what this host would answer to an address; who asks from there waits in vain."""
        self.run("ip", "route", "add", "blackhole", f"{address}/32")

    def answer_again_to(self, address: str) -> None:
        """End `answer_nothing_to`."""
        self.run("ip", "route", "delete", "blackhole", f"{address}/32")

    def listening(self) -> set[tuple[str, int]]:
        """The addresses and ports that something listens on here."""
        lines = self.run("ss", "-Hltn").splitlines()
        ends = (line.split()[3].rpartition(":") for line in lines)
        return {(address.partition("%")[0].strip("[]"), int(port)) for address, _, port in ends}


@dataclass
class Network:
    """The hosts while they stand; `folder` holds their /etc/hosts."""

    folder: Path
    hosts: dict[str, Host] = field(default_factory=dict)
    _sleepers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    def start(self) -> None:
        """Make the hosts and wire them; raises CalledProcessError with what `ip` said in its output."""
        lines = ["127.0.0.1 localhost"]
        for name, interfaces in ADDRESSES.items():
            # As on most clusters the name alone is the Ethernet's address.
            address = interfaces.get("eth0") or interfaces["wan0"]
            # login5 has the name that is to lead to any login node.
            lines.append(f"{address} {name}{' cluster' if name == 'login5' else ''}")
        (self.folder / "hosts").write_text("\n".join(lines) + "\n", encoding="utf-8")
        switch = self._host("switch")
        for bridge in ("wan0", "eth0", "ib0"):
            switch.run("ip", "link", "add", f"br-{bridge}", "type", "bridge")
            switch.run("ip", "link", "set", f"br-{bridge}", "up")
        for number, (name, interfaces) in enumerate(ADDRESSES.items()):
            host = self.hosts[name] = self._host(name)
            for interface, address in interfaces.items():
                self._wire(switch, host, f"{interface}-{number}", interface, address)

    def _host(self, name: str) -> Host:
        become = f"hostname {name} && mount --bind {self.folder}/hosts /etc/hosts && ip link set lo up"
        sleeper = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--uts", "--mount", "sh", "-c",
             f"{become} && echo ready && exec sleep infinity"],
            env=os.environ | {"PATH": _PATH},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        self._sleepers.append(sleeper)
        assert sleeper.stdout is not None
        if sleeper.stdout.readline() != b"ready\n":
            raise RuntimeError(f"host {name} did not come up")
        return Host(name, sleeper.pid)

    def _wire(self, switch: Host, host: Host, plug: str, interface: str, address: str) -> None:
        switch.run("ip", "link", "add", plug, "type", "veth", "peer", "name", interface, "netns", str(host.pid))
        switch.run("ip", "link", "set", plug, "master", f"br-{interface}", "up")
        host.run("ip", "address", "add", f"{address}/24", "dev", interface)
        host.run("ip", "link", "set", interface, "up")
        if interface == "eth0":
            shape = ("root", "tbf", "rate", _ETHERNET, "burst", "64kb", "latency", "50ms")
            switch.run("tc", "qdisc", "add", "dev", plug, *shape)
            host.run("tc", "qdisc", "add", "dev", interface, *shape)

    def processes(self) -> list[psutil.Process]:
        """What runs on the hosts: every process in one of their network namespaces but the sleepers."""
        spaces = {_network_of(sleeper.pid) for sleeper in self._sleepers}
        sleeping = {sleeper.pid for sleeper in self._sleepers}
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(OSError, psutil.Error):
                if _network_of(process.pid) in spaces and process.pid not in sleeping:
                    found.append(process)
        return found

    def _killed(self) -> bool:
        """Kill what runs on the hosts; whether nothing does any more."""
        left = self.processes()
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return not left

    def stop(self) -> None:
        """End what runs on the hosts and the hosts themselves."""
        until(self._killed)
        for sleeper in self._sleepers:
            sleeper.send_signal(signal.SIGKILL)
            sleeper.communicate()
        shutil.rmtree(self.folder)


def _network_of(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())


@contextlib.contextmanager
def running() -> Iterator[Network]:
    """The hosts, stopped in every case."""
    network = Network(Path(tempfile.mkdtemp(prefix="pegconf-network-")))
    network.folder.chmod(0o755)
    try:
        network.start()
        yield network
    finally:
        network.stop()

"""`pegconf init`: a port of one's own, no dashboard, encryption; and how each is undone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pegconf.core import ports
from tests.conftest import Person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.systems.network.hosts import Network

FOLDERS = ("--log-directory", "/tmp/logs", "--local-directory", "/tmp/scratch")
ANSWERS = ("init", "--site", "pegasus", "--project", "insarlab", "--login", "dwg11@pegasus.edu", *FOLDERS, "--yes")
AGAIN = ("init", "--yes")


def section(person: Person, name: str = "lsf") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(person.file.read_text(encoding="utf-8"))["jobqueue"][name]
    return found


def beside(person: Person) -> set[str]:
    return {path.name for path in person.file.parent.iterdir()}


def distributed(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))["distributed"]


def test_a_port_of_ones_own(person: Person) -> None:
    own = ports.own(os.getuid())
    assert person.runs(*ANSWERS, "--dashboard-port", "own").code == 0
    assert section(person)["scheduler-options"] == {"dashboard_address": f"127.0.0.1:{own}"}


def test_the_port_stays_and_further_sections_have_the_same(person: Person) -> None:
    person.runs(*ANSWERS, "--dashboard-port", "9321")
    assert person.runs(*AGAIN, "--name", "big").code == 0
    addresses = [section(person, name)["scheduler-options"]["dashboard_address"] for name in ("lsf", "big")]
    assert addresses == ["127.0.0.1:9321", "127.0.0.1:9321"]


@pytest.mark.parametrize("port", ["80", "0", "65536", "-1", "x", ""])
def test_a_port_that_cannot_be(person: Person, port: str) -> None:
    ran = person.runs(*ANSWERS, f"--dashboard-port={port}")
    assert (ran.code, "--dashboard-port" in ran.err, person.file.exists()) == (2, True, False)


def test_where_8787_is_taken_the_dashboard_gets_ones_own(person: Person, network: Network) -> None:
    """On a host of its own, so that the port stays free for other tests."""
    there = network["login4"].enter
    hold = "import socket, time; s = socket.create_server(('127.0.0.1', 8787)); print(1, flush=True); time.sleep(99)"
    with subprocess.Popen([*there, sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "1\n"
        elsewhere = Person(person.home, person.environment, there)
        ran = elsewhere.runs(*ANSWERS)
        holder.kill()
    own = ports.own(os.getuid())
    assert f"port 8787 is taken on this host, so that the dashboard gets your own, {own}" in ran.err
    assert section(person)["scheduler-options"] == {"dashboard_address": f"127.0.0.1:{own}"}


def test_no_dashboard_and_back(person: Person) -> None:
    ran = person.runs(*ANSWERS, "--dashboard", "none", "--dashboard-port", "9321")
    assert ran.code == 0, ran
    assert "none; only /health on 127.0.0.1:9321, open to users of the" in ran.err
    assert section(person)["scheduler-options"] == {"dashboard_address": "127.0.0.1:9321", "dashboard": False}
    assert section(person)["worker-extra-args"][-3:] == ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    health = {"http": {"routes": ["distributed.http.health"]}}
    assert distributed(person.file.parent / "pegconf-pages.yaml") == {"scheduler": health, "worker": health}
    assert person.runs("validate").code == 0
    assert "says so already" in person.runs(*AGAIN).out
    assert person.runs(*AGAIN, "--dashboard", "loopback").code == 0
    assert section(person)["scheduler-options"] == {"dashboard_address": "127.0.0.1:9321"}
    assert "--no-dashboard" not in section(person)["worker-extra-args"]
    assert "pegconf-pages.yaml" not in beside(person)


def test_encryption_and_back(person: Person) -> None:
    ran = person.runs(*ANSWERS, "--tls")
    keys = person.home / ".config" / "pegconf" / "tls"
    assert ran.code == 0, ran
    assert f"made the certificates in {keys}, good until " in ran.out
    for said in ("LocalCluster() and Client() get tls:// addresses", "encryption required", "pegconf init --no-tls"):
        assert said in ran.err
    own = {"cert": str(keys / "dask.pem"), "key": str(keys / "dask.key")}
    assert distributed(person.file.parent / "pegconf-tls.yaml") == {
        "comm": {
            "default-scheme": "tls",
            "require-encryption": True,
            "tls": {"ca-file": str(keys / "authority.pem"), "scheduler": own, "worker": own, "client": own},
        }
    }
    assert stat.S_IMODE((keys / "dask.key").stat().st_mode) == 0o600
    assert "PRIVATE" not in ran.out + ran.err
    before = (keys / "dask.key").read_bytes()
    assert f"kept the certificates in {keys}" in person.runs(*AGAIN, "--tls").out
    assert (keys / "dask.key").read_bytes() == before
    assert person.runs("validate").code == 0
    ran = person.runs(*AGAIN, "--no-tls")
    assert (ran.code, "pegconf-tls.yaml" in beside(person)) == (0, False)
    assert any(name.startswith("pegconf-tls.yaml.backup-") for name in beside(person))


def test_a_dry_run_makes_no_key(person: Person) -> None:
    ran = person.runs(*ANSWERS, "--tls", "--dry-run")
    assert (ran.code, ran.out.startswith("# Dask on Pegasus")) == (0, True)
    assert "With TLS every Dask program of yours" in ran.err
    assert not (person.home / ".config").exists()


def test_beside_a_file_that_dask_does_not_read(person: Person) -> None:
    ran = person.runs(*ANSWERS, "--tls", "--file", "demo.yaml")
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "         leave out --file, or --tls")


def test_without_the_package_that_makes_certificates(person: Person) -> None:
    program = (
        "import sys\nsys.modules['cryptography'] = None\n"
        "import importlib.util\nfound = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'cryptography' else found(name, *more)\n"
        f"from pegconf.cli import main\nsys.argv[1:] = {[*ANSWERS, '--tls']!r}\nmain()\n"
    )
    ran = person.python(program)
    assert (ran.code, person.file.exists()) == (3, False)
    assert ran.err.splitlines()[-2:] == [
        "pegconf: --tls makes certificates with the package cryptography, which is not installed",
        "         install it: python -m pip install cryptography (or pegconf[tls]), or leave out --tls",
    ]

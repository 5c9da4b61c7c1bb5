"""Encryption where login and compute nodes are apart: a plain program has it, and who has no certificate is refused."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pegconf.init import tls_and_pages
from pegconf.site import certificates
from tests.running import ended

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.network.hosts import Network
    from tests.systems.standin_lsf.control import StandInLsf

pytestmark = pytest.mark.slow
PROGRAM = """\
import json, sys
from dask_jobqueue import LSFCluster
from distributed import Client
with LSFCluster(config_name="insar") as cluster, Client(cluster) as client:
    cluster.scale(jobs=2)
    client.wait_for_workers(2)
    workers = sorted(client.sync(client.scheduler.identity)["workers"])
    total = sum(client.gather(client.map(lambda number: number + 1, range(10))))
    print(json.dumps([cluster.scheduler_address, workers, total]), flush=True)
    sys.stdin.read()
"""
STRANGER = """\
import sys
from distributed import Client
try:
    Client(sys.argv[1], timeout=60)
except OSError as error:
    print("refused")
else:
    print("let in")
"""


@contextlib.contextmanager
def running(person: Person) -> Iterator[tuple[str, list[str], int]]:
    """The program on the login node, while it stands: its scheduler, its workers, its result."""
    process = subprocess.Popen(
        [*person.enter, "env", "-C", str(person.home), sys.executable, "-W", "ignore", "-c", PROGRAM],
        env=dict(person.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        scheduler, workers, total = json.loads(line)
        yield scheduler, workers, total
    finally:
        ended(process, "")


def as_stranger(network: Network, host: str, home: Path, address: str) -> str:
    """What a plain Client of somebody else, with a home of his own, gets on another host."""
    words = ("env", "-C", str(home), f"HOME={home}", sys.executable, "-W", "ignore", "-c", STRANGER, address)
    return network[host].run(*words).splitlines()[-1]


def with_certificates(home: Path) -> Path:
    """A home whose Dask programs are encrypted, too, by an authority of their own."""
    dask = home / ".config" / "dask"
    dask.mkdir(parents=True)
    certificates.ensure(tls_and_pages.keys_folder(dask))
    (dask / tls_and_pages.TLS_FILE).write_text(
        tls_and_pages.tls_text(tls_and_pages.keys_folder(dask)), encoding="utf-8"
    )
    return home


def test_a_plain_program_is_encrypted_and_strangers_are_refused(
    network_user: Person, network: Network, network_lsf: StandInLsf, tmp_path: Path
) -> None:
    folders = ("--log-directory", str(tmp_path / "logs"), "--local-directory", str(tmp_path / "scratch"))
    shape = ("--name", "insar", "--cores", "15", "--processes", "1", "--memory", "2GB")
    made = network_user.runs("init", "--site", "pegasus", "--project", "p", *shape, *folders, "--tls", "--yes")
    assert made.code == 0, made
    smoke = network_user.runs("smoke-test", "insar", "--workers", "2", "--columns", "100")
    assert smoke.code == 0, smoke
    assert "yes  strangers are refused: without encryption, and with it and no certificate" in smoke.out
    listening = {tuple(line.split()[:3]) for line in smoke.out.splitlines() if line.endswith("connections, encrypted")}
    hosts = {("scheduler", "login4", "10.2.0.4"), ("workers", "n001", "10.2.0.11"), ("workers", "n002", "10.2.0.12")}
    assert hosts <= listening, smoke
    assert "connections, not encrypted" not in smoke.out
    stranger, encrypted = tmp_path / "stranger", with_certificates(tmp_path / "encrypted")
    stranger.mkdir()
    with running(network_user) as (scheduler, workers, total):
        assert (scheduler.rpartition(":")[0], total) == ("tls://10.2.0.4", 55)
        assert [worker.rpartition(":")[0] for worker in workers] == ["tls://10.2.0.11", "tls://10.2.0.12"]
        assert as_stranger(network, "login5", stranger, scheduler.replace("tls://", "tcp://")) == "refused"
        assert as_stranger(network, "login5", encrypted, scheduler) == "refused"
    network_lsf.wait_until_empty()
    # The same stranger is let in where nothing is encrypted.
    assert network_user.runs("init", "--no-tls", "--yes").code == 0
    with running(network_user) as (scheduler, _, total):
        assert (scheduler.rpartition(":")[0], total) == ("tcp://10.2.0.4", 55)
        assert as_stranger(network, "login5", stranger, scheduler) == "let in"

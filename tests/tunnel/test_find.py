"""The schedulers that run: real ones, found by their sockets and by their files."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pegconf.core.errors import CannotGoOnError
from pegconf.jobs.driver_notes import Identity
from pegconf.tunnel import find
from pegconf.tunnel.find import Running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Person

PROGRAM = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    where = {"protocol": "tcp", "host": "127.0.0.1", "dashboard_address": sys.argv[1]}
    with LocalCluster(n_workers=0, processes=False, **where) as cluster:
        print(cluster.scheduler.address, cluster.scheduler.http_server.port, flush=True)
        sys.stdin.read()
"""


@contextlib.contextmanager
def scheduler(address: str) -> Iterator[tuple[str, int]]:
    """A running scheduler: its address and the port of its dashboard."""
    words = [sys.executable, "-W", "ignore", "-c", PROGRAM, address]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name, port = process.stdout.readline().split()
        try:
            yield name, int(port)
        finally:
            process.communicate("")


def written(folder: Path, name: str, port: int, address: str = "tcp://127.0.0.1:9") -> Path:
    said = {"type": "Scheduler", "id": name, "address": address, "services": {"dashboard": port}, "workers": {}}
    file = folder / "scheduler.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


@pytest.mark.slow
def test_a_scheduler_of_ones_own_is_found_and_the_line_leads_to_it(person: Person, tmp_path: Path) -> None:
    with scheduler("127.0.0.1:0") as (name, port):
        mine = [one for one in find.on_this_host() if one.port == port]
        assert [(one.node, one.address, one.identity and one.identity.address) for one in mine] == [
            (None, "127.0.0.1", name)
        ]
        by_file = find.in_file(written(tmp_path, "Scheduler-7", port, name))
        assert (by_file.address, by_file.port, by_file.identity and by_file.identity.address) == (
            "127.0.0.1",
            port,
            name,
        )
        ran = person.runs("tunnel", "--login", "me@host", "--port", str(port), "--format", "json")
        assert ran.code == 0, ran
        parts = json.loads(ran.out)
        assert (parts["running"], parts["port"], parts["target"], parts["expect"]) == (True, port, "127.0.0.1", name)


@pytest.mark.slow
def test_of_several_one_has_to_be_named(person: Person) -> None:
    with scheduler("127.0.0.1:0") as (first, port), scheduler("127.0.0.1:0") as (second, _):
        ran = person.runs("tunnel", "--login", "me@host")
        assert (ran.code, ran.out) == (2, "")
        assert first in ran.err
        assert second in ran.err
        assert "name one with --port P, --node or --expect" in ran.err
        named = person.runs("tunnel", "--login", "me@host", "--expect", first)
        assert (named.code, f"127.0.0.1:{port}:127.0.0.1:{port}" in named.out) == (0, True), named


def test_a_file_of_a_scheduler_on_a_node_that_does_not_answer(tmp_path: Path) -> None:
    # 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
    file = written(tmp_path, "Scheduler-7", 8787, "tcp://192.0.2.77:40123")
    expected = Running(
        "192.0.2.77",
        "127.0.0.1",
        8787,
        Identity("Scheduler-7", "tcp://192.0.2.77:40123", 0),
        f"{file}, not answering from here",
    )
    assert find.in_file(file) == expected


def test_a_file_of_a_scheduler_that_has_ended(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOnError, match="does not answer on port 9 of this host"):
        find.in_file(written(tmp_path, "Scheduler-7", 9))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"address": "tcp://h:1", "services": {}, "id": "x", "workers": {}}'])
def test_a_file_that_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "scheduler.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CannotGoOnError, match="is no scheduler file"):
        find.in_file(file)
    with pytest.raises(CannotGoOnError, match="No such file"):
        find.in_file(tmp_path / "none.json")


def test_what_was_given_chooses() -> None:
    first = Running(None, "127.0.0.1", 8787, Identity("Scheduler-1", "tcp://h:1"), "process 1")
    second = Running("n001", "", 8787, Identity("Scheduler-2", "tcp://h:2"), "job 7")
    unasked = Running("n002", "127.0.0.1", 40123, None, "job 8")
    every = (first, second, unasked)
    assert find.chosen(every, 8787, None, None) == (first, second)
    assert find.chosen(every, None, "n001", None) == (second,)
    assert find.chosen(every, None, None, "Scheduler-1") == (first, unasked)

"""What another user of the same host gets of a cluster, beside what init said stays open: `python -m tests.exposure`.

The cluster is the stand-in LSF's, with real workers; the other user is a process of his own user id.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import pwd
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from distributed.comm import connect

from tests.conftest import Person
from tests.running import PATIENCE
from tests.systems.slurm import people
from tests.systems.standin_lsf import control

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ANSWERS: Final = ("--site", "pegasus", "--project", "demo", "--login", "a@b.c", "--interface", "lo", "--yes")
SETTINGS: Final = {
    "as dask-jobqueue has it": (),
    "as init writes it": (),
    "--dashboard none": ("--dashboard", "none"),
    "--tls --dashboard none": ("--tls", "--dashboard", "none"),
}
PAGES: Final = ("/health", "/metrics", "/status", "/info/main/workers.html", "/json/identity.json")
_CLUSTER: Final = """\
import json, sys, time
from dask_jobqueue import LSFCluster
from distributed import Client
from pegconf.measure import on_worker
from pegconf.measure.three_sums import by_value
with LSFCluster() as cluster, Client(cluster) as client:
    cluster.scale(2)
    client.wait_for_workers(2)
    info = client.sync(client.scheduler.identity)
    found = [on_worker.what_listens(), *client.run(by_value().what_listens).values()]
    pages = [port for one in (info, *info["workers"].values()) for port in one["services"].values()]
    print(json.dumps({"sockets": [pair for one in found for pair in one["sockets"]], "pages": pages}), flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Result:
    """One setting: the addresses listened on, what init said, and what the other user got of pages and connections."""

    setting: str
    addresses: tuple[str, ...]
    said: tuple[str, ...]
    got: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether what was said to stay open is what was open."""
        return self.said == self.got


def main() -> int:
    """Print the two lists for each setting; 1 where they differ."""
    results = []
    for setting, words in SETTINGS.items():
        with tempfile.TemporaryDirectory() as folder:
            results.append(_try(setting, words, Path(folder)))
        found = results[-1]
        print(f"{found.setting}: {'agrees' if found.agrees else 'DIFFERS'}")
        print(f"  listens on   {', '.join(found.addresses)}")
        print(f"  said open    {', '.join(found.said) or 'nothing'}")
        print(f"  {people.NAME} got  {', '.join(found.got) or 'nothing'}", flush=True)
    return 0 if all(result.agrees for result in results) else 1


def _try(setting: str, words: tuple[str, ...], folder: Path) -> Result:
    lsf = control.start(folder / "lsf")
    lsf.change(job_terminate_interval=1)
    (folder / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DASK_", "LSB_", "LSF_"))}
    person = Person(folder / "home", lsf.environment(kept | {"HOME": str(folder / "home")}))
    folders = ("--log-directory", str(folder / "logs"), "--local-directory", str(folder / "tmp"))
    said = person.runs("init", *ANSWERS, *folders, *words).err
    open_pages = setting == "as dask-jobqueue has it"
    if open_pages:
        text = person.file.read_text(encoding="utf-8")
        text = re.sub(r"scheduler-options: .*", "scheduler-options: {dashboard_address: ':0'}", text)
        person.file.write_text(re.sub(r"worker-extra-args: .*", "worker-extra-args: []", text), encoding="utf-8")
    person.leave_the_port()
    cluster = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _CLUSTER],
        env=dict(person.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=person.home,
    )
    try:
        assert cluster.stdout is not None
        seen: dict[str, Any] = json.loads(cluster.stdout.readline())
        got = as_other_user(seen["sockets"], seen["pages"])
    finally:
        cluster.communicate()
        lsf.wait_until_empty()
        lsf.stop()
    kinds = sorted({f"{address} ({'pages' if port in seen['pages'] else 'Dask'})" for address, port in seen["sockets"]})
    return Result(setting, tuple(kinds), _said(" ".join(said.split())), got)


def _said(words: str) -> tuple[str, ...]:
    """What init's own words leave open: pages, and Dask's connections."""
    pages = ("/health",) if "only /health on" in words else PAGES
    return (*pages, *(("connections",) if "not encrypted:" in words else ()))


def as_other_user(sockets: list[tuple[str, int]], pages: list[int]) -> tuple[str, ...]:
    """What a process of the other user gets: the pages that answer on any port, and whether any connection is taken."""
    # Forked, so that what it needs of Python is loaded already: he may not read this one's files.
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_child, args=(there, sockets, pages))
    child.start()
    found = here.recv() if here.poll(PATIENCE) else None
    child.join()
    if not isinstance(found, tuple):
        raise TypeError(f"the other user's process gave no answer: {found}")
    return found


def _child(there: Connection, sockets: list[tuple[str, int]], pages: list[int]) -> None:
    asyncio.run(_is_let_in("127.0.0.1", 1, 0.1))
    _answers("http://127.0.0.1:1/")
    user = pwd.getpwnam(people.NAME)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    local = [("127.0.0.1" if address in {"0.0.0.0", "::"} else address, port) for address, port in sockets]
    got = [page for page in PAGES if any(_answers(f"http://{a}:{p}{page}") for a, p in local if p in pages)]
    taken = [asyncio.run(_is_let_in(address, port)) for address, port in local if port not in pages]
    there.send((*got, *(("connections",) if any(taken) else ())))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _is_let_in(address: str, port: int, seconds: float = PATIENCE) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for scheme in ("tcp", "tls"):
        try:
            comm = await connect(
                f"{scheme}://{address}:{port}", timeout=seconds, ssl_context=context, require_encryption=False
            )
        except OSError:
            continue
        comm.abort()
        return True
    return False


if __name__ == "__main__":
    sys.exit(main())

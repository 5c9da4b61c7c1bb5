"""The hosts of tests/systems/network with a user, other people, and OpenSSH's daemon on each as that ordinary user.

Each host has its own /etc/passwd and /etc/hosts, bound over the machine's in its mount namespace; the laptop's home is
not the cluster's.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.running import run, until
from tests.systems.network import hosts
from tests.systems.slurm import people

if TYPE_CHECKING:
    from collections.abc import Iterator

ME: Final = "dwg11"
OTHER: Final = "visitor"
UIDS: Final = {ME: 5811, OTHER: 5812}
CLUSTER: Final = ("login4", "login5", "n001", "n002")
SHARED_NAME: Final = "cluster"
"""The name that both login nodes share; it leads to login5."""
PATH: Final = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"

PROGRAM: Final = """
import json, pathlib, sys, time
if sys.argv[3] == "no-bokeh":
    sys.modules["bokeh"] = None
from distributed import Client, LocalCluster
if __name__ == "__main__":
    where = {"processes": False, "protocol": "tcp", "host": sys.argv[2], "dashboard_address": sys.argv[1]}
    with LocalCluster(n_workers=1, threads_per_worker=2, **where) as cluster, Client(cluster) as client:
        identity = cluster.scheduler.identity() | {"services": {"dashboard": cluster.scheduler.http_server.port}}
        print(json.dumps(identity), flush=True)
        while True:
            client.gather(client.map(lambda n: time.sleep(0.05), range(20), pure=False))
"""
PAGE: Final = """
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>RStudio Sign In</title><input type=password>")
server = http.server.HTTPServer(("127.0.0.1", 8787), Page)
print("{}", flush=True)
server.serve_forever()
"""


def missing() -> str:
    """Why there can be no such places here, or nothing."""
    absent = [name for name in ("ssh", "sshd", "ssh-keygen") if shutil.which(name, path=PATH) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (tests/systems/network/install)"
    absent = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (tests/systems/browser/install)"
    return hosts.missing() or ("" if people.exists() else f"no user {people.NAME} (tests/systems/slurm/install)")


@dataclass
class Places:
    """The hosts while they stand; `started` are the processes that a case has started."""

    network: hosts.Network
    folder: Path
    python: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    _servers: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def home(self, host: str) -> Path:
        """The user's home there: the nodes share one, and the laptop has its own."""
        return self.folder / ("laptop" if host == "laptop" else "cluster") / ME

    def words(self, host: str, user: str, *words: str) -> list[str]:
        """A command as that user on that host."""
        uid = str(UIDS[user])
        home = self.home(host) if user == ME else self.folder
        become = ("setpriv", "--reuid", uid, "--regid", uid, "--clear-groups")
        names = (f"HOME={home}", f"USER={user}", f"LOGNAME={user}", f"PATH={PATH}", "LC_ALL=C.UTF-8")
        return [*self.network[host].enter, *become, "env", "-i", "-C", str(home), *names, *words]

    def start(self, host: str, user: str, *words: str) -> subprocess.Popen[str]:
        """Start a command there; `clear` ends it."""
        process = subprocess.Popen(
            self.words(host, user, *words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def program(self, host: str, user: str, text: str, *arguments: str) -> str:
        """Start a Python program there and wait for its first line, which it gives."""
        process = self.start(host, user, str(self.python), "-W", "ignore", "-c", text, *arguments)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"no program on {host}: {process.communicate()[1]}")
        return line

    def pegconf(self, host: str, *words: str, environment: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run pegconf there as the user to its end."""
        command = self.words(host, ME, "env", *environment, str(self.python), "-m", "pegconf", *words)
        done = run(command)
        return subprocess.CompletedProcess(command, done.code, done.out, done.err)

    def serve_ssh(self, host: str, forwarding: str = "yes") -> None:
        """Start OpenSSH's daemon there, in the place of one that runs; as the ordinary user, who may log in only."""
        self.stop_ssh(host)
        file = self.folder / f"sshd-{host}"
        lines = (
            "ListenAddress 0.0.0.0:22",
            f"HostKey {self.folder}/host_key",
            "PidFile none",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            f"AllowTcpForwarding {forwarding}",
        )
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        words = self.words(host, ME, shutil.which("sshd", path=PATH) or "sshd", "-D", "-e", "-f", str(file))
        log = (self.folder / f"log-{host}").open("a", encoding="utf-8")
        with log:
            self._servers[host] = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=log, text=True)
        if not self.until_listening(host, 22):
            raise RuntimeError(f"no sshd on {host}: {(self.folder / f'log-{host}').read_text(encoding='utf-8')}")

    def stop_ssh(self, host: str) -> None:
        """End the daemon there."""
        server = self._servers.pop(host, None)
        if server is not None:
            server.terminate()
            server.wait()

    def until_listening(self, host: str, port: int) -> bool:
        """Wait until something listens on a port there; False where nothing does in time."""
        return until(lambda: any(one[1] == port for one in self.network[host].listening()))

    def clear(self) -> None:
        """End what the case has started."""
        for process in self.started:
            # A shell that is killed leaves its ssh.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        self.started.clear()

    def stop(self) -> None:
        """End everything of ours; the network ends what is left on the hosts."""
        self.clear()
        for host in list(self._servers):
            self.stop_ssh(host)


@contextlib.contextmanager
def standing(python: Path) -> Iterator[Places]:
    """The hosts with their users and daemons, ended in every case; `python` is one that everybody can run."""
    folder = Path(tempfile.mkdtemp(prefix="pegconf-tunnels-"))
    folder.chmod(0o755)
    try:
        with hosts.running() as network:
            places = Places(network, folder, python)
            try:
                _furnish(places)
                yield places
            finally:
                places.stop()
    finally:
        shutil.rmtree(folder)


def _furnish(places: Places) -> None:
    """Users, names, keys and daemons."""
    folder = places.folder
    for place in ("laptop", "cluster"):
        ssh = folder / place / ME / ".ssh"
        ssh.mkdir(parents=True)
        users = Path("/etc/passwd").read_text(encoding="utf-8")
        users += "".join(f"{name}:*:{uid}:{uid}::{folder / place / name}:/bin/sh\n" for name, uid in UIDS.items())
        (folder / f"passwd-{place}").write_text(users, encoding="utf-8")
    names = "127.0.0.1 localhost\n10.9.0.4 login4\n10.9.0.5 login5 " + SHARED_NAME + "\n"
    (folder / "hosts-laptop").write_text(names, encoding="utf-8")
    for host in ("laptop", *CLUSTER):
        place = "laptop" if host == "laptop" else "cluster"
        places.network[host].run("mount", "--bind", str(folder / f"passwd-{place}"), "/etc/passwd")
        # So that an ordinary user may listen on ssh's own port.
        places.network[host].run("sh", "-c", "echo 22 > /proc/sys/net/ipv4/ip_unprivileged_port_start")
    places.network["laptop"].run("mount", "--bind", str(folder / "hosts-laptop"), "/etc/hosts")
    for key in (folder / "host_key", places.home("laptop") / ".ssh" / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    welcome(places)
    know_hosts(places)
    for path in (folder / "host_key", *(one for place in ("laptop", "cluster") for one in (folder / place).rglob("*"))):
        os.chown(path, UIDS[ME], UIDS[ME])
    for place in ("laptop", "cluster"):
        os.chown(folder / place / ME, UIDS[ME], UIDS[ME])
    for host in CLUSTER[:-1]:
        places.serve_ssh(host)


def welcome(places: Places) -> None:
    """Let the laptop's key in."""
    public = (places.home("laptop") / ".ssh" / "id_ed25519.pub").read_text(encoding="utf-8")
    (places.home("login4") / ".ssh" / "authorized_keys").write_text(public, encoding="utf-8")


def know_hosts(places: Places) -> None:
    """Have the laptop know the hosts' keys, as after a first yes."""
    key = (places.folder / "host_key.pub").read_text(encoding="utf-8")
    names = ",".join([*CLUSTER, SHARED_NAME])
    (places.home("laptop") / ".ssh" / "known_hosts").write_text(f"{names} {key}", encoding="utf-8")


def browse(places: Places, what: str, picture: Path | None) -> dict[str, object]:
    """What Chromium on the laptop sees at an address, or has open: see look.py."""
    script = Path(__file__).with_name("look.py")
    words = [*places.network["laptop"].enter, sys.executable, str(script), what, str(picture or "")]
    done = run(words)
    if done.code != 0:
        raise RuntimeError(done.err)
    seen: dict[str, object] = json.loads(done.out)
    return seen

"""Hosts that are network namespaces, with the stand-in LSF over them: everything is real but LSF's own daemons."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests import example
from tests.conftest import Person
from tests.faults import case as cases
from tests.running import until
from tests.systems.network import hosts
from tests.systems.network.lsf import over
from tests.systems.standin_lsf import control

if TYPE_CHECKING:
    import psutil

    from tests.faults.case import Case, Result
    from tests.systems.network.hosts import Network
    from tests.systems.standin_lsf.control import StandInLsf

ON: Final = "LSF"
NODES: Final = ("n001", "n002")
LOGS: Final = "/mnt/logs"
"""Where a case mounts a log directory that cannot be written; the hosts see nobody else's."""


@dataclass(frozen=True)
class Site:
    """The hosts, LSF over them, and a user on the login node; `folder` is the user's home on all of them."""

    network: Network
    lsf: StandInLsf
    folder: Path
    user: Person

    def no_answers(self, *interfaces: str) -> None:
        """Let the login node answer no node over these."""
        for node in NODES:
            for interface in interfaces:
                self.network["login4"].answer_nothing_to(self.network[node].address(interface))

    def lose(self, *names: str, interface: str = "ib0") -> None:
        """Take the interface away from these hosts."""
        for name in names:
            self.network[name].lose(interface)

    def mount(self, folder: str, options: str, *names: str) -> None:
        """Mount a small file system of its own at a folder of these hosts."""
        self.unmounted(folder)
        for name in names:
            self.network[name].run("mount", "-t", "tmpfs", "-o", options, "none", folder)

    def unmounted(self, folder: str) -> None:
        """Make the folder, which all hosts share."""
        if folder.startswith(str(self.folder)):
            Path(folder).mkdir(exist_ok=True)
            return
        for name in (*NODES, "login4"):
            self.network[name].run("sh", "-c", f"mountpoint -q /mnt || mount -t tmpfs none /mnt; mkdir -p {folder}")

    def program(self, name: str, *lines: str) -> str:
        """Put a shell's script where the user has it on the PATH before LSF's own; its path."""
        file = self.folder / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join([*lines, ""]), encoding="utf-8")
        file.chmod(0o755)
        return str(file)

    def module(self, name: str, text: str) -> None:
        """Put a Python module into the folder `modules`."""
        file = self.folder / "modules" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def kill_a_worker(self, *, nanny: bool) -> None:
        """Send SIGKILL to one worker's own process, as a kernel short of memory does."""
        victim = self._worker("spawn_main" if nanny else "--no-nanny")
        victim.send_signal(signal.SIGKILL)

    def _worker(self, word: str) -> psutil.Process:
        def look() -> psutil.Process | None:
            running = ((process, process.cmdline()) for process in self.network.processes())
            return next((one for one, words in running if word in " ".join(words) and "python" in words[0]), None)

        found = until(look)
        if found is None:
            raise TimeoutError(f"no process with {word!r} runs on the nodes")
        return found

    def bkill(self) -> None:
        """End the first job as its owner."""
        subprocess.run(["bkill", str(self.lsf.unfinished()[0].id)], env=dict(self.user.environment), check=True)

    def bkill_as_administrator(self) -> None:
        """End the first job as LSF's administrator."""
        self.lsf.end_as_administrator(self.lsf.unfinished()[0].id)

    def listen(self, port: int) -> None:
        """Let another program of the login node have a port for as long as the hosts stand."""
        program = f"import socket, time; s = socket.socket(); s.bind(('', {port})); s.listen(); time.sleep(600)"
        self.network["login4"].run("sh", "-c", f'{sys.executable} -c "{program}" >/dev/null 2>&1 &')
        if not until(lambda: ("0.0.0.0", port) in self.network["login4"].listening()):
            raise TimeoutError(f"nothing listens on port {port}")

    def left(self) -> int:
        """Jobs, processes of the nodes and folders that are there."""
        mine = [one for one in self.network.processes() if "time.sleep(600)" not in " ".join(one.cmdline())]
        return len(self.lsf.unfinished()) + len(mine) + len(list(self.folder.glob("**/peg-*")))


def other_python() -> str:
    """The lines of a Python of another version than this one that has all of this one's packages."""
    return f'PYTHONPATH={sysconfig.get_path("purelib")} exec /usr/bin/python3 "$@"'


def run(case: Case) -> Result:
    """Provoke one fault on hosts of its own."""
    with hosts.running() as network, tempfile.TemporaryDirectory(prefix="pegconf-faults-") as temporary:
        folder = Path(temporary)
        lsf = control.start(folder / "lsf", over(network))
        try:
            kept = {name: value for name, value in os.environ.items() if not name.startswith(("DASK_", "LSB_", "LSF_"))}
            environment = lsf.environment(kept | {"HOME": str(folder)})
            environment["PATH"] = f"{folder}/bin{os.pathsep}{environment['PATH']}"
            user = Person(folder, environment, network["login4"].enter)
            site = Site(network, lsf, folder, user)
            section: dict[str, Any] = {"interface": "ib0", "death_timeout": 20} | case.section
            text = example.configuration(folder / "logs", **section)
            user.write(text.replace("HOME", str(folder)))
            return cases.judge(case, ON, site, lambda: user.start(*cases.command(case)), site.left)
        finally:
            lsf.stop()

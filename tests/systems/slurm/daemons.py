"""Starting and stopping the daemons: munged, slurmctld and a slurmd for each node, in the foreground of this process.

Each slurmd has a UTS namespace with its node's host name, as on a real cluster, and a mount namespace whose /etc/hosts
knows the nodes: slurmd binds the address of its own name. The kernel ends all of them when this process ends
(pdeathsig), and `stop` also ends what the jobs left behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import psutil

from tests.running import until
from tests.systems.slurm import configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PROGRAMS: Final = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "unshare", "setpriv")
_SBIN: Final = "/usr/local/sbin:/usr/sbin:/sbin"
_STOP_SECONDS: Final = 60.0


class NotStartedError(Exception):
    """The daemons did not come up; the message holds the ends of their logs."""


def missing(programs: Sequence[str] = PROGRAMS) -> str:
    """Why the daemons cannot be started here, or nothing."""
    if os.geteuid() != 0:
        return "slurmd must be started by root"
    absent = [name for name in programs if shutil.which(name, path=_path()) is None]
    return f"not installed: {', '.join(absent)} (tests/systems/slurm/install)" if absent else ""


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:{_SBIN}"


@dataclass
class Slurm:
    """A running Slurm; all its files lie in `folder`."""

    folder: Path
    _daemons: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _nodes: dict[str, int] = field(default_factory=dict)

    @property
    def conf(self) -> Path:
        """Its slurm.conf."""
        return self.folder / "slurm.conf"

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to speak to it."""
        return {"SLURM_CONF": str(self.conf), "PATH": _path()}

    def run(self, *words: str) -> str:
        """What one of Slurm's commands prints, as root."""
        done = subprocess.run(words, env=os.environ | self.environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def on_node(self, node: str, *words: str) -> None:
        """Run a command as root on a node, which has mounts of its own; raises CalledProcessError where it fails."""
        there = ["nsenter", "--target", str(self._nodes[node]), "--mount", "--uts", "--"]
        subprocess.run([*there, *words], capture_output=True, check=True)

    def jobs(self) -> list[str]:
        """The ids of all jobs in the queue, whoever's they are."""
        return self.run("squeue", "-h", "-o", "%i").split()

    def wait_until_empty(self) -> None:
        """Wait until no job is in the queue; raises NotStartedError with what is."""
        wait(lambda: not self.jobs(), lambda: f"still in the queue: {self.run('squeue')}")

    def processes(self) -> list[psutil.Process]:
        """What the jobs run: processes with this SLURM_CONF and a job's id in their environment."""
        return [process for process, env in self._ours() if "SLURM_JOB_ID" in env]

    def _ours(self) -> Iterator[tuple[psutil.Process, dict[str, str]]]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                environment = process.environ()
                if environment.get("SLURM_CONF") == str(self.conf) and process.pid != os.getpid():
                    yield process, environment

    def start(self) -> None:
        """Start everything and wait until all nodes are idle."""
        self._configure()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self._start_munge()
        self._before_the_controller()
        self._start("slurmctld", "-D", "-f", str(self.conf))
        for node in configuration.NODES:
            enter = f"hostname {node} && mount --bind {self.folder}/hosts /etc/hosts"
            slurmd = f"exec slurmd -D -N {node} -f {self.conf}"
            self._nodes[node] = self._start("unshare", "--uts", "--mount", "sh", "-c", f"{enter} && {slurmd}")
        wanted = len(configuration.NODES)
        wait(lambda: self._idle() == wanted, self.logs)

    def _configure(self) -> None:
        configuration.write(self.folder, configuration.free_ports())

    def _before_the_controller(self) -> None:
        """Start what slurmctld needs; a Slurm without accounting needs nothing."""

    def _idle(self) -> int:
        return len(set(self.run("sinfo", "-h", "-N", "-t", "idle", "-o", "%N").split()) & set(configuration.NODES))

    def _start_munge(self) -> None:
        names = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
        options = [f"--{option}={self.folder}/munge.{ending}" for option, ending in names.items()]
        # --force: munged wants its files below folders that only its own user may write, which /tmp is not.
        self._start("munged", "--foreground", "--force", "--num-threads=2", *options)
        wait((self.folder / "munge.socket").exists, self.logs)

    def _start(self, *words: str) -> int:
        with (self.folder / "output.log").open("ab") as log:
            self._daemons.append(
                subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", *words],
                    env=os.environ | self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    cwd=self.folder,
                )
            )
        return self._daemons[-1].pid

    def logs(self) -> str:
        """The ends of the daemons' logs."""
        ends = []
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:]
            ends.append("\n".join([f"{log.name}:", *lines]))
        return "\n".join(ends)

    def stop(self) -> None:
        """End the jobs, the daemons, and what is left of either; remove the files."""
        # In turn: each speaks to those that were started before it, and waits for what does not answer.
        for daemon in reversed(self._daemons):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        # A job and its slurmstepd outlive their slurmd.
        left = [process for process, _ in self._ours()]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, _STOP_SECONDS)
        shutil.rmtree(self.folder)


Running = TypeVar("Running", bound=Slurm)


def wait(holds: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Wait until it holds; raises NotStartedError with the text of `otherwise`."""
    if not until(holds):
        raise NotStartedError(otherwise())


@contextlib.contextmanager
def running() -> Iterator[Slurm]:
    """A Slurm that is stopped in every case."""
    with started(Slurm) as slurm:
        yield slurm


@contextlib.contextmanager
def started(kind: Callable[[Path], Running]) -> Iterator[Running]:
    """A Slurm of this kind in a temporary folder of its own, stopped in every case."""
    slurm = kind(Path(tempfile.mkdtemp(prefix="pegconf-slurm-")))
    # Ordinary users read slurm.conf and reach munge's socket.
    slurm.folder.chmod(0o755)
    try:
        slurm.start()
        yield slurm
    finally:
        slurm.stop()


if __name__ == "__main__":
    # By hand: `python -m tests.slurm.daemons` prints what to export, and stops everything at the end of its input.
    with running() as by_hand:
        print(f"export SLURM_CONF={by_hand.conf}", flush=True)
        sys.stdin.read()

"""Start and stop the test cluster from outside, and run commands in it as an ordinary user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import psutil

from tests import running
from tests.systems.gridengine import settings

CHECKOUT: Final = Path(__file__).parents[3]
COMMANDS: Final = ("sge_qmaster", "sge_execd", "qsub", "qconf", "unshare", "nsenter", "setpriv", "ip")
APART: Final = ("unshare", "--mount", "--net", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc")


@dataclass(frozen=True)
class Cluster:
    """A running Grid Engine: its first process, and the folder of its state and of the user's home."""

    outer: subprocess.Popen[str]
    state: Path

    @property
    def home(self) -> Path:
        """The ordinary user's home."""
        return self.state / "home"

    def words(self, *words: str, root: bool = False) -> list[str]:
        """A command line that runs another one inside, as the ordinary user."""
        first = psutil.Process(self.outer.pid).children()[0].pid
        inside = ["nsenter", "--target", str(first), "--mount", "--net", "--uts", "--pid"]
        account = ["setpriv", f"--reuid={settings.USER_ID}", f"--regid={settings.USER_ID}", "--clear-groups"]
        named = [] if root else account
        # A shell sets PWD, and oarsub refuses a job without a word where nobody has.
        there = [
            f"HOME={self.home}",
            f"PWD={self.home}",
            f"USER={settings.USER}",
            f"LOGNAME={settings.USER}",
            f"SGE_ROOT={settings.ROOT}",
        ]
        path = f"PATH={Path(sys.executable).parent}:/usr/bin:/bin:/usr/sbin"
        return [*inside, *named, "env", "-i", "-C", str(self.home), path, *there, *words]

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command inside as the ordinary user; nothing is on its standard input."""
        pipe = subprocess.PIPE
        return subprocess.Popen(self.words(*words), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)

    def run(self, *words: str, root: bool = False, given: str = "") -> tuple[int, str, str]:
        """Run a command inside to its end: its exit code and what it printed."""
        return astuple(running.run(self.words(*words, root=root), given))

    def stop(self) -> None:
        """End everything inside, and remove its state."""
        for process in psutil.Process(self.outer.pid).children():
            process.send_signal(signal.SIGKILL)
        self.outer.communicate()
        shutil.rmtree(self.state)


def why_not(
    title: str = "Grid Engine", commands: tuple[str, ...] = COMMANDS, install: str = "tests/systems/gridengine/install"
) -> str:
    """Why no cluster can be started here; empty where one can."""
    missing = [name for name in commands if shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin") is None]
    if missing:
        return f"{title}: no {', '.join(missing)} here; {install} installs it"
    if os.geteuid() != 0:
        return f"{title}: its daemons are started by root only"
    tried = subprocess.run([*APART, "true"], capture_output=True, text=True, check=False)
    return f"{title}: no namespaces of its own here: {tried.stderr.strip()}" if tried.returncode else ""


def start(module: str = "tests.systems.gridengine.inside") -> Cluster:
    """Start a cluster in namespaces of its own with that program; raises RuntimeError with what went wrong."""
    state = Path(tempfile.mkdtemp(prefix="pegconf-gridengine-"))
    state.chmod(0o755)
    readable = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1], CHECKOUT}
    inside = [sys.executable, "-m", module, str(state), *map(str, sorted(readable))]
    log = state / "log"
    with log.open("w", encoding="utf-8") as errors:
        outer = subprocess.Popen(
            [*APART, *inside],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"},
        )
    assert outer.stdout is not None
    if outer.stdout.readline() != "ready\n":
        outer.communicate()
        told = log.read_text(encoding="utf-8")[-2000:]
        shutil.rmtree(state)
        raise RuntimeError(f"{module} did not start: {told}")
    return Cluster(outer, state)

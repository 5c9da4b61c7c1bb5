"""An ordinary user of the cluster: no job of Dask needs root, and root may do what the users of a cluster may not."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests import example
from tests.running import ended

if TYPE_CHECKING:
    from tests.systems.slurm.daemons import Slurm

NAME: Final = "pegtest"
"""Made by tests/systems/slurm/install."""
_CHECKOUT: Final = Path(__file__).resolve().parents[3]


def exists() -> bool:
    """Whether this machine has the user."""
    return any(entry.pw_name == NAME for entry in pwd.getpwall())


def as_user(*words: str) -> list[str]:
    """A command that runs these words as the user; through a shell, so that the user's rights find the program."""
    return ["setpriv", "--reuid", NAME, "--regid", NAME, "--init-groups", "sh", "-c", 'exec "$0" "$@"', *words]


def readable_python(folder: Path) -> Path:
    """A Python that has pegconf and that the user can run: this one, else a virtual environment of the system's."""
    probe = as_user(sys.executable, "-c", "import pegconf, ssl, dask_jobqueue")
    # Elsewhere than in the checkout, which Python would import from.
    if subprocess.run(probe, capture_output=True, check=False, cwd="/").returncode == 0:
        return Path(sys.executable)
    python = folder / "venv" / "bin" / "python"
    for words in (
        ("/usr/bin/python3", "-m", "venv", str(python.parents[1])),
        (str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", str(_CHECKOUT)),
    ):
        subprocess.run(words, check=True)
    return python


@dataclass(frozen=True)
class SlurmUser:
    """The user with an empty home on a host that all nodes share with it."""

    home: Path
    python: Path
    slurm: Slurm

    @property
    def file(self) -> Path:
        """Where dask looks for the configuration."""
        return self.home / ".config" / "dask" / "jobqueue.yaml"

    def leave_the_port(self) -> None:
        """Let the dashboard have any free port."""
        example.leave_the_port(self.file)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start pegconf with these words; nothing is on standard input."""
        return self._start(str(self.python.with_name("pegconf")), *words)

    def runs(self, *words: str) -> tuple[int, str, str]:
        """Run pegconf to its end: exit code, standard output, standard error."""
        return astuple(ended(self.start(*words)))

    def runs_other(self, *words: str, text: str = "") -> tuple[int, str, str]:
        """Run any other command, with that text on standard input."""
        return astuple(ended(self._start(*words, takes_text=True), text))

    def _start(self, *words: str, takes_text: bool = False) -> subprocess.Popen[str]:
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TZ") if name in os.environ}
        return subprocess.Popen(
            as_user(*words),
            env=kept | self.slurm.environment | {"HOME": str(self.home), "USER": NAME, "LOGNAME": NAME},
            stdin=subprocess.PIPE if takes_text else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
        )


def new_home() -> Path:
    """An empty home of the user."""
    home = Path(tempfile.mkdtemp(prefix="pegconf-home-"))
    user = pwd.getpwnam(NAME)
    os.chown(home, user.pw_uid, user.pw_gid)
    return home

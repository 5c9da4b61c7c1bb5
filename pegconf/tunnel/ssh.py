"""The system's ssh while it holds the line, and what it means when it does not: its own words to a cause."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pegconf.core.errors import CannotGoOnError
from pegconf.tunnel import ssh_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.tunnel.line import Line

# A line of its own: one shared with other commands (ControlMaster) would keep the port after this command has ended.
_OPTIONS: Final = ("-o", "ControlPath=none", "-o", "ConnectTimeout=20", "-o", "LogLevel=INFO")
_ENDING_SECONDS: Final = 5
_KEPT_LINES: Final = 50
_LOOK_SECONDS: Final = 0.25

# The words of OpenSSH 7 to 9 (ssh.c, sshconnect.c, sshconnect2.c, channels.c, clientloop.c), the first that fits.
_CAUSES: Final = (
    (
        r"HOST IDENTIFICATION HAS CHANGED",
        "the host key of {host} is another than the one known here",
        "ask the cluster's staff whether it was changed, then: ssh-keygen -R {host}",
    ),
    (
        r"Host key verification failed|No \S+ host key is known",
        "the host {host} is unknown here: nobody has said yes to its key",
        "connect once by hand and compare the fingerprint: {by_hand}",
    ),
    (
        r"Could not resolve hostname",
        "the host {host} is unknown: no such name",
        "give the name that you log in with: --login user@host",
    ),
    (
        r"Permission denied|Too many authentication failures",
        "{host} refused the key or password of {user}",
        "try: {by_hand}",
    ),
    (
        r"Address already in use|cannot listen to port",
        "port {here} is taken on this computer",
        "give another: --local-port P",
    ),
    (
        r"administratively prohibited",
        "{gate} forbids forwarding",
        "ask the cluster's staff about AllowTcpForwarding, or for another login node",
    ),
    (
        r"stdio forwarding failed",
        "{gate} does not reach {host} by ssh",
        "without ssh to nodes, have the dashboard listen there: scheduler-options: {{dashboard_address: ':{port}'}}",
    ),
    (
        r"open failed: connect failed",
        "nothing listens on port {port} of {there}",
        "run pegconf tunnel on the cluster again: the scheduler has ended, or is on another port",
    ),
    (
        r"Connection refused",
        "no ssh server answers on {host}",
        "give the name that you log in with: --login user@host",
    ),
    (
        r"timed out|No route to host|[Nn]etwork is unreachable",
        "{host} cannot be reached from this computer",
        "is the network's VPN needed?",
    ),
)


@dataclass
class Session:
    """A running ssh and what it has said on standard error, which is also shown: a banner may explain a prompt."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    _reader: threading.Thread | None = None

    def read(self) -> None:
        """Show and keep what ssh says, in a thread of its own."""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for text in self.process.stderr:
            self.said = [*self.said[-_KEPT_LINES:], text.strip()]
            sys.stderr.write(text)
            sys.stderr.flush()

    @property
    def ended(self) -> bool:
        """Whether ssh has ended; then everything that it said is here."""
        if self.process.poll() is None:
            return False
        if self._reader is not None:
            self._reader.join(_ENDING_SECONDS)
        return True

    @property
    def words(self) -> str:
        """All that ssh has said."""
        return "\n".join(self.said)

    def wait(self) -> None:
        """Wait until ssh ends.

        Not in one call to the kernel: a Ctrl-C that came just before it, or to another thread, would wait as long.
        """
        while not self.ended:
            time.sleep(_LOOK_SECONDS)


@contextlib.contextmanager
def running(line: Line) -> Iterator[Session]:
    """Start ssh for a line, and end it in every case; raises CannotGoOnError where there is no ssh.

    It stays in the terminal's process group: it asks for passwords and codes there itself.
    """
    if shutil.which("ssh") is None:
        raise CannotGoOnError("there is no ssh on this computer", "install OpenSSH's client")
    first, *rest = line.words
    process = subprocess.Popen(
        [first, *_OPTIONS, *rest], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    session = Session(process)
    session.read()
    try:
        yield session
    finally:
        process.terminate()
        try:
            process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cause(said: str, line: Line) -> CannotGoOnError | None:
    """Why there is no line, in one sentence and its way out; None where ssh's words are not known."""
    user, host = ssh_names.split(line.login)
    gate = ssh_names.split(line.jump)[1] if line.jump else host
    there = host if line.target == "127.0.0.1" else line.target
    # Of two hosts ssh names the one it speaks of, as `me@login4: Permission denied` and `resolve hostname login4`.
    named = gate if line.jump and re.search(rf"\b{re.escape(gate)}\b", said) and "stdio" not in said else host
    words = {
        "host": named,
        "user": user,
        "gate": gate,
        "there": there,
        "port": line.port,
        "here": line.local_port,
        "by_hand": f"ssh {line.jump}" if named == gate and line.jump else f"ssh {_way(line)}{line.login}",
    }
    for pattern, message, hint in _CAUSES:
        if re.search(pattern, said):
            return CannotGoOnError(message.format(**words), hint.format(**words))
    return None


def _way(line: Line) -> str:
    return f"-J {line.jump} " if line.jump else ""

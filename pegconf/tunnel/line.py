"""One way to a dashboard, as an ssh command, as a block for ~/.ssh/config and as its parts."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Final

from pegconf.config.dashboard_address import DEFAULT_PORT
from pegconf.core.errors import RefusedError, UsageError
from pegconf.tunnel import ssh_names

HERE: Final = "127.0.0.1"
"""Not `localhost`, which may be ::1 first: the tunnel and the browser would then meet somebody else's program."""
ALIVE_SECONDS: Final = 30
_UNPRIVILEGED: Final = 1024


@dataclass(frozen=True, slots=True)
class Line:
    """ssh logs in as `login` (user@host), through `jump` if given; from there the dashboard is at `target`:`port`.

    Raises UsageError for names that ssh would misread; `expect` is the id of the scheduler, where it is known.
    """

    login: str
    port: int
    local_port: int
    target: str = HERE
    jump: str | None = None
    expect: str | None = None

    def __post_init__(self) -> None:
        try:
            ssh_names.parse_login(self.login)
            ssh_names.parse_host(self.target)
            if self.jump is not None:
                ssh_names.parse_login(self.jump)
        except RefusedError as error:
            raise UsageError(str(error), "give --login user@host") from None

    @property
    def url(self) -> str:
        """What to open in the browser."""
        return f"http://{HERE}:{self.local_port}/status"

    @property
    def words(self) -> tuple[str, ...]:
        """The ssh command: it ends where the port is taken here, and notices within two minutes that the line broke."""
        way = () if self.jump is None else ("-J", self.jump)
        options = ("-o", "ExitOnForwardFailure=yes", "-o", f"ServerAliveInterval={ALIVE_SECONDS}")
        return ("ssh", "-N", *options, "-L", self._forward(":"), *way, self.login)

    @property
    def command(self) -> str:
        """The command as one line for a shell."""
        return shlex.join(self.words)

    @property
    def run_command(self) -> str:
        """The same way for pegconf on the laptop, which also looks whose dashboard it is."""
        user, host = ssh_names.split(self.login)
        words = ["pegconf", "tunnel", "--run", "--port", str(self.port)]
        if self.jump is None:
            words += ["--login", self.login]
            words += [] if self.target == HERE else ["--node", self.target]
        else:
            words += ["--login", f"{user}@{ssh_names.split(self.jump)[1]}", "--node", host, "--jump", self.jump]
            words += [] if self.target == HERE else ["--address", self.target]
        words += [] if self.local_port == local_port(self.port) else ["--local-port", str(self.local_port)]
        return shlex.join([*words, *(["--expect", self.expect] if self.expect else [])])

    def _forward(self, between: str) -> str:
        target = f"[{self.target}]" if ":" in self.target else self.target
        return f"{HERE}:{self.local_port}{between}{target}:{self.port}"

    def ssh_config(self) -> str:
        """A `Host` block for ~/.ssh/config; `ssh -N` and its name then make the tunnel."""
        user, host = ssh_names.split(self.login)
        rows = [
            f"Host {self.alias}",
            f"HostName {host}",
            f"User {user}",
            *(() if self.jump is None else (f"ProxyJump {self.jump}",)),
            f"LocalForward {self._forward(' ')}",
            "ExitOnForwardFailure yes",
            f"ServerAliveInterval {ALIVE_SECONDS}",
        ]
        return "\n    ".join(rows)

    @property
    def alias(self) -> str:
        """The name of that block."""
        return "dask-" + re.sub(r"[^A-Za-z0-9.-]", "-", ssh_names.split(self.login)[1])

    def parts(self) -> dict[str, str | int | None]:
        """What `--format json` prints."""
        return {
            "login": self.login,
            "jump": self.jump,
            "target": self.target,
            "port": self.port,
            "local-port": self.local_port,
            "url": self.url,
            "expect": self.expect,
            "command": self.command,
            "run": self.run_command,
        }


def local_port(port: int) -> int:
    """The port on the laptop: the same as on the cluster, where an ordinary user may have it."""
    return port if port >= _UNPRIVILEGED else DEFAULT_PORT

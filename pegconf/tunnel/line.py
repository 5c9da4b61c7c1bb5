"""One way to a dashboard, as an ssh command, as a block for ~/.ssh/config and as its parts."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Final

from pegconf.config.dashboard_address import is_everywhere, is_loopback
from pegconf.core import ports
from pegconf.core.errors import CannotGoOnError, RefusedError, UsageError
from pegconf.site import this_host
from pegconf.tunnel import ssh_names

HERE: Final = "127.0.0.1"
"""Not `localhost`, which may be ::1 first: the tunnel and the browser would then meet somebody else's program."""
ALIVE_SECONDS: Final = 30


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
    return port if port >= ports.PRIVILEGED else ports.DEFAULT


def straight(login: str, port: int, here: int | None, expect: str | None = None, target: str = HERE) -> Line:
    """To the login host itself, or from there to `target`."""
    return Line(login, port, here or local_port(port), target, expect=expect)


def into(node: str, jump: str, port: int, here: int | None, expect: str | None = None, target: str = HERE) -> Line:
    """Through the login host, and by ssh on into the node whose loopback serves the dashboard."""
    login = f"{ssh_names.split(jump)[0]}@{node}"
    return Line(login, port, here or local_port(port), target, jump, expect)


def to_node(
    login: str, node: str, address: str, port: int, here: int | None, *, expect: str | None = None, may_ssh: bool = True
) -> Line:
    """To a compute node whose dashboard listens on `address` (empty: on all); raises CannotGoOnError where none leads.

    `may_ssh` says whether the site lets its users go on to a node by ssh.
    """
    if not is_loopback(address):
        return straight(login, port, here, expect, node if is_everywhere(address) else address)
    if not may_ssh:
        raise CannotGoOnError(
            f"the dashboard on {node}, port {port}, is on the node's loopback, and this site lets nobody ssh there",
            f"set scheduler-options: {{dashboard_address: ':{port}'}}, which opens it to everybody on the cluster's "
            "network, or run the program on the login node",
        )
    return into(node, login, port, here, expect, address)


def to_this_host(
    login: str | None, address: str, port: int, here: int | None, *, expect: str | None = None, inside_job: bool = False
) -> Line:
    """To the host that pegconf runs on, by its own name: the name that many login nodes share may lead to another.

    A bare name (`login4`) means something on the cluster only, so that the way goes through the login that is known.
    """
    target = HERE if is_everywhere(address) else address
    own = this_host.host_name()
    user, known = (ssh_names.me(), own) if login is None else ssh_names.split(login)
    if known == own or (not inside_job and _same_place(own, known)):
        return straight(f"{user}@{own}", port, here, expect, target)
    return into(own, f"{user}@{known}", port, here, expect, target)


def _same_place(own: str, known: str) -> bool:
    """Whether both are names of one domain, such as login4.hpc.edu and hpc.edu, or login4.hpc.edu and login.hpc.edu."""
    domain = own.partition(".")[2]
    return domain.count(".") >= 1 and domain in {known, known.partition(".")[2]}

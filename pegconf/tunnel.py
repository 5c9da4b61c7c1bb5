"""From where the dashboard listens to one ssh command for the laptop."""

from __future__ import annotations

import ipaddress
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.sections import Section

DEFAULT_PORT: Final = 8787
MAX_PORT: Final = 65535
_UNSAFE: Final = re.compile(r"[\s\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Where a scheduler serves its dashboard: the port, and whether only its own host reaches it."""

    port: int = DEFAULT_PORT
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Tunnel:
    """An ssh command and the address to open once it runs."""

    words: tuple[str, ...]
    url: str

    @property
    def command(self) -> str:
        """The command as one line for a shell."""
        return shlex.join(self.words)


def parse_login(text: str) -> str:
    """A login `user@host` that ssh takes for nothing else; raises RefusedError with the reason.

    ssh reads a word that begins with `-` as an option (`-oProxyCommand=...` runs a program).
    """
    user, at, host = text.rpartition("@")
    if not at:
        raise RefusedError(f"{text!r} has no user: write it as user@host")
    _refuse_unsafe(user, "user")
    _refuse_unsafe(host, "host")
    return text


def _refuse_unsafe(part: str, what: str) -> None:
    if not part:
        raise RefusedError(f"the {what} is empty: write the login as user@host")
    if part.startswith("-"):
        raise RefusedError(f"the {what} {part!r} begins with -, which ssh takes for an option")
    if _UNSAFE.search(part):
        raise RefusedError(f"the {what} {part!r} holds a space or a control character")


def dashboard(sections: Sequence[Section]) -> Dashboard:
    """Where the sections' scheduler-options put the dashboard; raises UsageError where they differ."""
    found = {_dashboard(section) for section in sections} or {Dashboard()}
    if len(found) > 1:
        names = ", ".join(section.name for section in sections)
        raise UsageError("the sections have dashboards on different ports", f"name one of: {names}")
    return found.pop()


def _dashboard(section: Section) -> Dashboard:
    options = section.get("scheduler-options")
    address = str(options.get("dashboard_address", "")) if isinstance(options, dict) else ""
    host, _, port = address.rpartition(":")
    number = int(port) if port.isascii() and port.isdigit() and 0 < int(port) <= MAX_PORT else DEFAULT_PORT
    return Dashboard(number, _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tunnel(
    login: str, served: Dashboard, *, node: str | None = None, port: int | None = None, local_port: int | None = None
) -> Tunnel:
    """The command that brings a dashboard to this computer's `local_port` (the same as `port` if left out).

    With `node` the scheduler runs there, behind the login host: where it listens on its loopback only, ssh goes on to
    the node itself; else the login host forwards to it. Raises UsageError for a login or node that ssh would misread.
    """
    try:
        parse_login(login)
        if node is not None:
            _refuse_unsafe(node, "node")
    except RefusedError as error:
        raise UsageError(str(error), "give --login user@host") from None
    there = port or served.port
    here = local_port or there
    user = login.rpartition("@")[0]
    if node is None:
        words: tuple[str, ...] = ("ssh", "-N", "-L", f"{here}:localhost:{there}", login)
    elif served.loopback:
        words = ("ssh", "-N", "-L", f"{here}:localhost:{there}", "-J", login, f"{user}@{node}")
    else:
        words = ("ssh", "-N", "-L", f"{here}:{node}:{there}", login)
    return Tunnel(words, f"http://localhost:{here}/status")

"""Where the configuration puts the dashboard."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.config.sections import Section

DEFAULT_PORT: Final = 8787
MAX_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Where a scheduler serves its dashboard: the port, and whether only its own host reaches it."""

    port: int = DEFAULT_PORT
    loopback: bool = False


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
    return Dashboard(number, is_loopback(host))


def is_everywhere(address: str) -> bool:
    """Whether who listens there listens on all addresses of its host."""
    return address in {"", "0.0.0.0", "::"}  # noqa: S104 - what to look for


def is_loopback(host: str) -> bool:
    """Whether an address is one that only its own host reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

"""Where the configuration puts the dashboard."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.core import ports
from pegconf.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pegconf.config.sections import Section


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens: its host, empty for all of this host's addresses, and the number of its port.

    The number is as it is written, also where it is no port, and None where there is none to read.
    """

    host: str
    number: int | None

    @property
    def port(self) -> int | None:
        """The port; None where none is named, or any free one (0) is meant."""
        return self.number if self.number is not None and 0 < self.number <= ports.LAST else None


def read(value: object) -> Address:
    """The address in a value of the configuration: `:8787`, `127.0.0.1:8787`, `127.0.0.1`, '8787', 8787."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Address("", value)
    text = value.strip() if isinstance(value, str) else ""
    host, colon, port = text.rpartition(":")
    if _is_ip(text):
        return Address(text, None)
    if re.fullmatch(r"[0-9]{1,9}", port):
        return Address(host, int(port))
    return Address(host if colon else text, None)


def of_scheduler(options: Mapping[str, object]) -> Address:
    """Where a scheduler with these options serves its dashboard: Dask's own address where they do not say."""
    value = options.get("dashboard_address")
    return Address("", ports.DEFAULT) if value is None else read(value)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Where a scheduler serves its dashboard: the port, and whether only its own host reaches it."""

    port: int = ports.DEFAULT
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
    address = of_scheduler(options if isinstance(options, dict) else {})
    return Dashboard(address.port or ports.DEFAULT, is_loopback(address.host))


def is_everywhere(address: str) -> bool:
    """Whether who listens there listens on all addresses of its host."""
    return address in {"", "0.0.0.0", "::"}  # noqa: S104 - what to look for


def is_loopback(host: str) -> bool:
    """Whether an address is one that only its own host reaches."""
    return host == "localhost" or (_is_ip(host) and ipaddress.ip_address(host.strip("[]")).is_loopback)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True

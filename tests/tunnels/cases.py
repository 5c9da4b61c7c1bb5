"""Topology x obstacle: each is set up for real, pegconf is asked, and the browser or pegconf says what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.tunnels import named, reached

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tunnels.places import Places
    from tests.tunnels.trying import Outcome


@dataclass(frozen=True, slots=True)
class Case:
    """One row: `expected` stands in what is printed where the browser gets there, else in what names the cause."""

    topology: str
    obstacle: str
    reachable: bool
    expected: str
    run: Callable[[Places, Path | None], Outcome]

    @property
    def name(self) -> str:
        """The row's name for pytest."""
        return f"{self.topology}: {self.obstacle}".replace(" ", "-")


_LOGIN: Final = "scheduler on the login node"
_NODE: Final = "scheduler on a node"
CASES: Final = (
    Case(_LOGIN, "none", True, "-L 127.0.0.1:8787:127.0.0.1:8787 dwg11@login4", reached.own_name),
    Case(_LOGIN, "its name shared with another", True, "-J dwg11@cluster dwg11@login4", reached.shared_name),
    Case(_LOGIN, "8787 taken by RStudio", True, "dwg11@login4", reached.port_taken_there),
    Case(_LOGIN, "another user's dashboard on 8787", True, "dwg11@login4", reached.anothers_dashboard),
    Case(_LOGIN, "8787 taken on the laptop", True, "port 8787 is taken on this computer", reached.port_taken_here),
    Case(_LOGIN, "opened by --open in $BROWSER", True, "stays until Ctrl-C", reached.opened_by_itself),
    Case(_NODE, "its loopback, seen from the job", True, "-J dwg11@login4 dwg11@n001", reached.in_a_job),
    Case(_NODE, "its loopback, by ~/.ssh/config", True, "ProxyJump dwg11@login4", reached.by_ssh_config),
    Case(_NODE, "its loopback, by its job", True, "-J dwg11@login4 dwg11@n001", reached.job_on_loopback),
    Case(
        _NODE,
        "its loopback, by its job, 8787 taken",
        True,
        "-J dwg11@login4 dwg11@n001",
        reached.taken_on_the_node,
    ),
    Case(_NODE, "all addresses, by its job", True, ":n001:8787 dwg11@login4", reached.job_on_its_network),
    Case(_NODE, "all addresses, by scheduler file", True, ":10.1.0.11:8787 dwg11@login4", reached.open_node),
    Case(
        _NODE,
        "no ssh to nodes by the site's rule",
        False,
        "this site lets nobody ssh there",
        named.forbidden_by_the_site,
    ),
    Case(_NODE, "no sshd on the node", False, "login4 does not reach n002 by ssh", named.no_ssh_on_the_node),
    Case(_NODE, "forwarding forbidden on the way", False, "login5 forbids forwarding", named.forbidden_on_the_way),
    Case(_NODE, "no way from the laptop", False, "10.1.0.11 cannot be reached from this computer", named.no_login),
    Case(_LOGIN, "--local-port taken", False, "port 8787 is taken on this computer", named.named_port_taken_here),
    Case(_LOGIN, "no browser for --open", False, "no browser could be started here", named.no_browser),
    Case(_LOGIN, "host key unknown", False, "the host login4 is unknown here", named.unknown_host),
    Case(_LOGIN, "key refused", False, "login4 refused the key or password of dwg11", named.refused_key),
    Case(_LOGIN, "forwarding forbidden", False, "login5 forbids forwarding", named.forbidden),
    Case(_LOGIN, "nothing listens", False, "nothing listens on port 8787 of login4", named.nothing),
    Case(
        _LOGIN, "RStudio listens", False, "something else listens on port 8787 of login4: RStudio", named.something_else
    ),
    Case(_LOGIN, "another's dashboard there", False, "another scheduler than yours answers", named.not_mine),
    Case(_LOGIN, "bokeh missing", False, "its Python has no bokeh", named.no_bokeh),
    Case(_LOGIN, "line dropped", False, "the line to dwg11@login5 dropped", named.dropped),
)


def timed(case: Case, places: Places, picture: Path | None) -> tuple[Outcome, float]:
    """A case's outcome and its seconds, its programs ended."""
    begun = time.monotonic()
    try:
        return case.run(places, picture), time.monotonic() - begun
    finally:
        places.clear()

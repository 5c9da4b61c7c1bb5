"""Which way leads from the laptop to a dashboard: straight, from the login node, or on into the node."""

from __future__ import annotations

from pegconf.config.dashboard_address import is_everywhere, is_loopback
from pegconf.core.errors import CannotGoOnError
from pegconf.site import this_host
from pegconf.tunnel import ssh_names
from pegconf.tunnel.line import HERE, Line, local_port


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

"""Ports: the dashboard's own, one for each user, and whether a program of this user can have one on this host."""

from __future__ import annotations

import errno
import socket
from typing import Final

DEFAULT: Final = 8787
"""Dask's own, and RStudio Server's: the first program on a host has it, the next gets a random one."""

FIRST_OWN: Final = 20_000
OWN_PORTS: Final = 10_000
"""20000 to 29999: above what only root may take and what is well known, below the ephemeral ports of Linux (32768)."""

PRIVILEGED: Final = 1024
LAST: Final = 65535


def own(uid: int) -> int:
    """A user's own port, the same on every host: neighbours in a centre's numbering of users never have the same."""
    return FIRST_OWN + uid % OWN_PORTS


def why_not(port: int, host: str = "127.0.0.1") -> OSError | None:
    """Why no program of this user can listen there on this host; None where one can. An empty host is all addresses."""
    with socket.socket() as tried:
        # As tornado and asyncio do: a port whose last connection has just ended is free.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
            tried.listen(1)
        except OSError as error:
            return error
        except OverflowError:
            return OSError(errno.EINVAL, f"{port} is no port")
    return None


def is_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Whether another program listens there, on that address or on all of them."""
    refused = why_not(port, host)
    return refused is not None and refused.errno == errno.EADDRINUSE

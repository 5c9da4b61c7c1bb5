"""Which sockets the scheduler and the workers listen on, and whether a client without a certificate is let in."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pegconf.config.dashboard_address import is_everywhere
from pegconf.core.model import Check
from pegconf.measure import on_worker, three_sums

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pegconf.measure.checks import Seen

PATIENCE: Final = 60
"""Seconds for a connection: to be refused or let in takes a moment, and longer where the host is busy."""


@dataclass(frozen=True, slots=True)
class Listening:
    """One address that processes of a host listen on: with how many ports, and what answers there."""

    process: str
    host: str
    address: str
    ports: tuple[int, ...]
    what: str


def listening(client: Any, workers: tuple[Seen, ...], not_ours: Iterable[int] = ()) -> tuple[Listening, ...]:
    """The sockets of the scheduler, which is this process, and of these workers with their nannies.

    `not_ours` are ports of this process that no Dask program has, such as the one that nodes try.
    """
    info = three_sums.scheduler_info(client)
    here = on_worker.what_listens()
    pages = {(here["host"], port) for port in (info.get("services") or {}).values()}
    found = {("scheduler", here["host"], *pair) for pair in here["sockets"] if pair[1] not in set(not_ours)}
    there = client.run(three_sums.by_value().what_listens, workers=[worker.address for worker in workers])
    for address, seen in there.items():
        pages |= {(seen["host"], port) for port in (info["workers"][address].get("services") or {}).values()}
        found |= {("workers", seen["host"], *pair) for pair in seen["sockets"]}
    scheme = "encrypted" if _is_encrypted(client) else "not encrypted"
    rows = [
        (process, host, address, port, "web pages, no password" if (host, port) in pages else f"connections, {scheme}")
        for process, host, address, port in found
    ]
    return together(rows)


def _is_encrypted(client: Any) -> bool:
    return str(client.scheduler.address).startswith("tls://")


def together(rows: Sequence[tuple[str, str, str, int, str]]) -> tuple[Listening, ...]:
    """One row for all ports of one kind on one address; all of IPv4 and all of IPv6 are all addresses."""
    ports: dict[tuple[str, str, str, str], set[int]] = {}
    for process, host, address, port, what in rows:
        shown = "all addresses" if is_everywhere(address) else address
        ports.setdefault((process, host, shown, what), set()).add(port)
    return tuple(
        Listening(process, host, address, tuple(sorted(ports[process, host, address, what])), what)
        for process, host, address, what in sorted(ports)
    )


def privacy(client: Any) -> Check:
    """Whether a client that shows no certificate is let in, tried on the scheduler and on one worker.

    That is a failure only where connections are encrypted; else it is how Dask is without TLS.
    """
    addresses = [client.scheduler.address, *list(three_sums.scheduler_info(client)["workers"])[:1]]
    let_in = [address for address in addresses if client.sync(_is_let_in, address)]
    if not _is_encrypted(client):
        seen = "a client that showed nothing was let in" if let_in else "a client that showed nothing was refused"
        return Check("connections are not encrypted", holds=True, seen=f"{seen}; pegconf init --tls")
    if let_in:
        return Check("strangers are refused", False, f"one was let in by {', '.join(let_in)}", "PEG630")
    return Check("strangers are refused", True, "without encryption, and with it and no certificate", "PEG630")


async def _is_let_in(address: str) -> bool:
    """Whether a client without a certificate gets through Dask's handshake, with encryption or without."""
    from distributed.comm import connect  # noqa: PLC0415 - 0.5 s, with dask_jobqueue

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    place = address.partition("://")[2]
    for scheme in ("tcp", "tls") if address.startswith("tls://") else ("tcp",):
        try:
            comm = await connect(f"{scheme}://{place}", timeout=PATIENCE, ssl_context=context, require_encryption=False)
        except OSError:
            continue
        comm.abort()
        return True
    return False

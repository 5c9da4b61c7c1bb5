"""Certificates that are asked for and are not here, or end soon."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Severity
from pegconf.validate.rules.base import Problem, SourcesRule, shown
from pegconf.validate.rules.keys.distributed import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.sources import Sources


def no_such_certificate(sources: Sources) -> Iterator[Problem]:
    """A certificate or key that is not on this machine: the scheduler and the client, which run here, do not start.

    Paths below distributed.comm.tls are taken from the folder the program runs in, unless they are absolute.

    Wrong:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {tls: {ca-file: /no/such/ca.pem}}}

    Right:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {tls: {ca-file: null}}}
    """
    for document in sources.documents:
        for path, value in named(document):
            file = str(value.content)
            if file.startswith("/") and "\0" not in file and not os.path.isfile(file):  # noqa: PTH113 - Path raises
                message = f"{'.'.join(path)} {shown(file)} is not on this machine"
                yield Problem(document.mark(value), message, "FileNotFoundError as soon as it is used")


def ends_soon(found: Sources) -> Iterator[Problem]:
    """A certificate that ends within 30 days, or has: schedulers, workers and clients then refuse one another.

    "certificate has expired", and no worker connects. `pegconf init --tls` makes new ones; clusters that run meanwhile
    take no new workers, since those have the new certificate.

    Wrong:

        $ openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=dask -days 10 -keyout ~/key.pem -out ~/cert.pem
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {tls: {ca-file: /home/me/cert.pem}}}

    Right:

        $ openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=dask -days 365 -keyout ~/key.pem -out ~/cert.pem
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {tls: {ca-file: /home/me/cert.pem}}}
    """
    for document in found.documents:
        for path, value in named(document):
            if path[-1] == "key":
                continue
            until = _ends_soon(str(value.content))
            if until is None:
                continue
            left = until - datetime.now(UTC)
            over = left.total_seconds() <= 0
            message = f"the certificate {'.'.join(path)} {'ended' if over else 'ends'} on {until:%Y-%m-%d}"
            effect = "no scheduler, worker or client takes another" + ("" if over else " after that")
            severity = Severity.ERROR if over else None
            yield Problem(document.mark(value), message, effect, "pegconf init --tls", severity=severity)


def _ends_soon(file: str) -> datetime | None:
    """When the certificate in a file ends, None where that is not soon, or no certificate is there."""
    if not file.startswith("/") or "\0" in file:
        return None
    from pegconf.site import certificates  # noqa: PLC0415 - its ssl takes longer to import than a verdict may

    until = certificates.expires(Path(file))
    return until if until is not None and until - datetime.now(UTC) <= certificates.RENEW else None


FILES: Final = (
    SourcesRule("PEG320", Severity.WARNING, "no such certificate here", no_such_certificate),
    SourcesRule("PEG350", Severity.WARNING, "a certificate that ends soon", ends_soon),
)

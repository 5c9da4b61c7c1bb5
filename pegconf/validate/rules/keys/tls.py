"""Encryption that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.config.setting import setting_at
from pegconf.config.yaml_tree import plain
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import FileRule, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value

_TLS: Final = ("distributed", "comm", "tls")
_FILES: Final = (
    ("ca-file",),
    *((role, what) for role in ("scheduler", "worker", "client") for what in ("cert", "key")),
)


def named(document: Document) -> Iterator[tuple[tuple[str, ...], Value]]:
    """The certificates and keys a file names."""
    for path in _FILES:
        pair = setting_at(document, *_TLS, *path)
        if pair is not None and isinstance(pair[1].content, str) and pair[1].content:
            yield path, pair[1]


def no_certificates(document: Document) -> Iterator[Problem]:
    """Encryption is required, and the certificates are not named: the program stops, unless it makes its own.

    "encryption required by Dask configuration, refusing communication from/to 'tcp://'". `LSFCluster(security=True)`
    makes temporary ones in `shared-temp-directory`; `security` is no key of a section (dask-jobqueue#496).
    Named ones are distributed.comm.tls.ca-file and a cert and key for scheduler, worker and client.

    Wrong:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed: {comm: {require-encryption: true}}

    Right:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
        distributed:
          comm:
            require-encryption: true
            tls:
              ca-file: ca.pem
              scheduler: {cert: cert.pem, key: key.pem}
              worker: {cert: cert.pem, key: key.pem}
              client: {cert: cert.pem, key: key.pem}
    """
    pair = setting_at(document, "distributed", "comm", "require-encryption")
    if pair is None or plain(pair[1]) is not True:
        return
    there = {path for path, _ in named(document)}
    absent = [".".join(path) for path in _FILES if path not in there]
    if absent:
        message = f"encryption is required, and tls has no {', '.join(absent)}"
        effect = "RuntimeError: encryption required by Dask configuration, unless the program has security=True"
        yield Problem(document.mark(pair[1]), message, effect)


RULES: Final = (FileRule("PEG118", Severity.WARNING, "encryption without certificates", no_certificates, Layer.KEYS),)

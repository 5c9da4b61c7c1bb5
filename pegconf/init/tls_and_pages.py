"""The files of pegconf's own beside jobqueue.yaml, which hold for every Dask program of the user: TLS, and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from pegconf.config import store
from pegconf.init import dashboard
from pegconf.site import certificates

if TYPE_CHECKING:
    from pathlib import Path

TLS_FILE: Final = "pegconf-tls.yaml"
PAGES_FILE: Final = "pegconf-pages.yaml"
"""Dask reads a folder's files by name, so that both come after jobqueue.yaml."""

_HEALTH: Final = ["distributed.http.health"]
_TLS_HEAD: Final = """\
# Written by pegconf init --tls: every Dask program of yours that reads this folder encrypts its connections, and takes
# none from a program without the certificate. To undo it: pegconf init --no-tls, or remove this file.
"""
_PAGES_HEAD: Final = """\
# Written by pegconf init --dashboard none: schedulers and workers answer /health over HTTP and nothing else.
# To undo it: pegconf init --dashboard loopback, or remove this file.
"""
TLS_CHANGES: Final = (
    "With TLS every Dask program of yours that reads this folder encrypts its connections:",
    "  whoever has not the key, other users of the same hosts too, is refused by schedulers and workers",
    "  LocalCluster() and Client() get tls:// addresses too, without an argument",
    '  Client("tcp://...") of a scheduler elsewhere, or one that runs now, is refused: "encryption required"',
    "  compute nodes read the same files: your home must be the same there",
    "  the dashboard and the workers' web pages are not encrypted by it",
    "  to undo it: pegconf init --no-tls",
)
"""What is said before anything is written."""

PAGES_CHANGES: Final = (
    "Without pages, schedulers and workers of every Dask program of yours answer /health only;",
    "  the dashboard of a LocalCluster then lacks its style, /metrics and /json are gone everywhere",
    "  compute nodes read the same file: your home must be the same there",
    "  to undo it: pegconf init --dashboard loopback",
)


@dataclass(frozen=True, slots=True)
class Beside:
    """One of these files as it is to be: its text, or None where it is to go; `before` are its bytes now."""

    path: Path
    text: str | None
    before: bytes | None

    @property
    def same(self) -> bool:
        """Whether it is so already."""
        return self.before == (None if self.text is None else self.text.encode("utf-8"))


def keys_folder(folder: Path) -> Path:
    """Where the certificates lie for a folder of dask's: `~/.config/pegconf/tls` for `~/.config/dask`."""
    return folder.parent / "pegconf" / "tls"


def plan(folder: Path, *, tls: bool | None, kind: str | None) -> tuple[Beside, ...]:
    """The files that `--tls`, `--no-tls` and `--dashboard` change; None of either leaves that file alone."""
    wanted: dict[str, str | None] = {}
    if tls is not None:
        wanted[TLS_FILE] = tls_text(keys_folder(folder)) if tls else None
    if kind is not None:
        wanted[PAGES_FILE] = pages_text() if kind == dashboard.NONE else None
    planned = (Beside(folder / name, text, store.read(folder / name)) for name, text in wanted.items())
    return tuple(one for one in planned if not one.same)


def write(one: Beside) -> Path | None:
    """Write the file, or move it aside; returns the backup of the old one."""
    if one.text is None:
        return store.put_away(one.path)
    return store.write(one.path, one.text, one.before)


def tls_text(keys: Path) -> str:
    """The configuration by which schedulers, workers and clients all use the certificate in that folder."""
    own = {"cert": str(keys / certificates.CERTIFICATE), "key": str(keys / certificates.KEY)}
    tls: dict[str, Any] = {"ca-file": str(keys / certificates.AUTHORITY)}
    tls |= {role: dict(own) for role in ("scheduler", "worker", "client")}
    return _text(_TLS_HEAD, {"comm": {"default-scheme": "tls", "require-encryption": True, "tls": tls}})


def pages_text() -> str:
    """The configuration by which schedulers and workers have no page but /health."""
    return _text(_PAGES_HEAD, {role: {"http": {"routes": list(_HEALTH)}} for role in ("scheduler", "worker")})


def _text(head: str, distributed: dict[str, Any]) -> str:
    return head + yaml.safe_dump({"distributed": distributed}, sort_keys=False, width=10**6)

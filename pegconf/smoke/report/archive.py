"""The archive for a centre's staff: report, section, script, logs and versions, without names, tokens and keys."""

from __future__ import annotations

import gzip
import importlib.metadata
import io
import os
import platform
import pwd
import tarfile
from typing import TYPE_CHECKING, Final

from pegconf.tunnel import ssh_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.config.sections import Section

_FOLDER: Final = "pegconf-support"
_PACKAGES: Final = (
    "pegconf", "dask", "distributed", "dask-jobqueue", "numpy", "bokeh", "msgpack", "cloudpickle", "tornado", "psutil"
)  # fmt: skip


def names(section: Section) -> dict[str, str]:
    """Whose names are to go, each with the word in its place: the user's, the home's, the login's, the project's.

    Host names stay: without them the staff could look nothing up.
    """
    user = pwd.getpwuid(os.getuid())
    login = ssh_names.split(section.login or "")[0]
    known = {user.pw_gecos.partition(",")[0]: "FULL-NAME", user.pw_name: "USER", login: "USER"}
    known |= {os.environ.get(name, ""): "USER" for name in ("USER", "LOGNAME")}
    known |= {str(section.get(key)): "PROJECT" for key in ("project", "account") if section.get(key)}
    known |= {os.environ.get("HOME", "").rstrip("/"): "HOME", user.pw_dir.rstrip("/"): "HOME"}
    return {name: word for name, word in known.items() if name}


def versions() -> str:
    """Of this Python, this system and the packages that matter, a line each."""
    lines = [f"python {platform.python_version()}", f"system {platform.system()} {platform.release()}"]
    for package in _PACKAGES:
        try:
            lines.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"{package} is not installed")
    return "\n".join(lines) + "\n"


def pack(members: Mapping[str, str]) -> bytes:
    """A tar.gz of these texts by file name; its headers name no owner."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as squeezed, tarfile.open(fileobj=squeezed, mode="w") as tar:
        for name, text in members.items():
            data = text.encode("utf-8", errors="replace")
            info = tarfile.TarInfo(f"{_FOLDER}/{name}")
            info.size = len(data)
            info.mode = 0o644
            tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()

"""The batch system of this host as files and variables tell of it: nothing is run, nobody is asked."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST: Final = 1_000_000
# The submit command, and variables or files of which one names the configuration (lsf.conf(5), slurm.conf(5),
# sge_conf(5), PBS Pro's pbs.conf, condor_config, oar.conf).
_SIGNS: Final = {
    "lsf": ("bsub", ("$LSF_ENVDIR", "/etc/lsf.conf")),
    "slurm": ("sbatch", ("$SLURM_CONF", "/etc/slurm/slurm.conf", "/run/slurm/conf/slurm.conf")),
    "sge": ("qconf", ("$SGE_ROOT",)),
    "pbs": ("qsub", ("$PBS_CONF_FILE", "/etc/pbs.conf", "/var/spool/torque/server_name")),
    "htcondor": ("condor_submit", ("$CONDOR_CONFIG", "/etc/condor/condor_config")),
    "oar": ("oarsub", ("/etc/oar/oar.conf",)),
}


def batch_systems(environ: Mapping[str, str]) -> dict[str, str]:
    """The batch systems of this host with what tells of each: a submit command and the file that configures it.

    Nothing is run and nobody is asked: a command alone may be a package that nobody set up.
    """
    found = {}
    for name, (command, files) in _SIGNS.items():
        if shutil.which(command, path=environ.get("PATH", "")) is None:
            continue
        paths = (Path(environ[one[1:]]) if one.startswith("$") else Path(one) for one in files if _set(one, environ))
        path = next((one for one in paths if os.path.exists(one)), None)  # noqa: PTH110 - Path.exists may raise
        if path is not None:
            found[name] = f"{command} is here, and {path}"
    return found


def _set(one: str, environ: Mapping[str, str]) -> bool:
    return not one.startswith("$") or bool(environ.get(one[1:]))


def cluster_name(system: str, environ: Mapping[str, str]) -> tuple[str, Path] | None:
    """What the batch system of this host calls its cluster, and the file that says so; None where no file does.

    Slurm's is ClusterName in slurm.conf. LSF's stands in the name of `lsf.cluster.NAME` beside lsf.conf or in its
    LSF_CONFDIR, where there is one only.
    """
    if system == "slurm":
        for one in _SIGNS["slurm"][1]:
            if not _set(one, environ):
                continue
            path = Path(environ[one[1:]] if one.startswith("$") else one)
            match = re.search(r"^\s*ClusterName\s*=\s*([\w.-]+)", read(path), re.MULTILINE | re.IGNORECASE)
            if match is not None:
                return match[1], path
    if system == "lsf":
        folder = _lsf_folder(environ)
        match = re.search(r"^\s*LSF_CONFDIR\s*=\s*\"?([^\s\"#]+)", read(folder / "lsf.conf"), re.MULTILINE)
        clusters = sorted((Path(match[1]) if match else folder).glob("lsf.cluster.*"))
        if len(clusters) == 1:
            return clusters[0].name.removeprefix("lsf.cluster."), clusters[0]
    return None


def lsf_conf(environ: Mapping[str, str]) -> Path | None:
    """The lsf.conf that dask-jobqueue reads the unit of limits from (dask_jobqueue/lsf.py), where there is one."""
    path = _lsf_folder(environ) / "lsf.conf"
    return path if read(path) else None


def _lsf_folder(environ: Mapping[str, str]) -> Path:
    return Path(next((environ[name] for name in ("LSF_ENVDIR", "LSF_CONFDIR") if environ.get(name)), "/etc"))


def read(path: Path) -> str:
    """The first million characters of a file; empty where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")[:_MOST]
    except OSError:
        return ""

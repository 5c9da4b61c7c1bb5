"""Where workers put what they have no memory for."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.validate.rules.base import Problem

_VARIABLE: Final = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")
_ALWAYS_SET: Final = re.compile(r"HOME|USER|LOGNAME|PWD|HOSTNAME|SLURM_\w+|LSB_\w+|PBS_\w+|OAR_\w+|_CONDOR_\w+|JOB_ID")
_TMPDIR_SET_BY: Final = ("sge", "pbs", "moab", "htcondor", "local")


def may_be_empty(subject: Subject) -> Iterator[Problem]:
    """The shell of the job expands a variable in `local-directory`; where it is not set there, nothing is left.

    "Error: Option '--local-directory' requires an argument", or the next word is taken for the folder and no worker
    starts. `${TMPDIR:-/tmp}` has an answer for that case; what the prologue sets, and batch systems do, is fine.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: $LOCAL_STORAGE}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: '${LOCAL_STORAGE:-/tmp}'}
    """
    setting, text = subject.settings.get("local-directory"), subject.text("local-directory")
    if setting is None or not text:
        return
    lines = "\n".join(str(item) for item in (*subject.items("job-script-prologue"), *subject.items("env-extra")))
    for match in _VARIABLE.finditer(text[:1000]):
        name = match[1] or match[2]
        set_by_system = name == "TMPDIR" and subject.section.batch_system in _TMPDIR_SET_BY
        if _ALWAYS_SET.fullmatch(name) or set_by_system or re.search(rf"\b{name}=", lines):
            continue
        fix = "'" + text.replace(match[0], f"${{{name}:-/tmp}}") + "'"
        message = f"local-directory {shown(text)} needs {name[:60]} to be set in the job"
        yield at(setting, message, "where it is not, no worker starts", fix)
        return


def network_file_system(subject: Subject) -> Iterator[Problem]:
    """Workers write much and lock files in `local-directory`: over NFS that is slow, and locks fail or stay behind.

    "Creating scratch directories is taking a surprisingly long time" (dask-jobqueue#448); "No locks available"
    (insarlab/MintPy#725), for which `distributed: {worker: {use-file-locking: false}}` is the way out. A disk of the
    compute node is best; a parallel file system such as Lustre will do: an info. The kind is that of this machine.

    Wrong:

        # this host has /scratch on nfs4
        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /scratch/me/dask-scratch}

    Right:

        # this host has /scratch on nfs4
        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /tmp}
    """
    setting, text = subject.settings.get("local-directory"), subject.text("local-directory")
    if subject.interfaces is None or setting is None or not text or "\0" in text or len(text) > 1000:  # noqa: PLR2004
        return
    path = os.path.expanduser(text.replace("$HOME", "~").replace("${HOME}", "~"))  # noqa: PTH111
    if not path.startswith("/") or "$" in path:
        return
    # psutil takes a while to import, and most validations end before this layer.
    from pegconf.site import node_answer, this_host  # noqa: PLC0415

    kind = this_host.file_system(path)
    network = node_answer.network_of(kind)
    if network is None:
        return
    message = f"local-directory {shown(text)} is on {kind} here, a network file system"
    if network is node_answer.Network.PARALLEL:
        yield at(setting, message, "all jobs write to one server", None, Severity.INFO)
    else:
        yield at(setting, message, "slow to start, and its locks may fail")


RULES: Final = (
    SectionRule("PEG279", Severity.INFO, "a folder whose variable may be empty", Layer.MEANING, may_be_empty),
    SectionRule("PEG315", Severity.WARNING, "scratch on a network file system", Layer.MACHINE, network_file_system),
)

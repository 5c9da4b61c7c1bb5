"""Scratch of workers on a file system that all nodes share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.validate.rules.base import Problem


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
    SectionRule("PEG315", Severity.WARNING, "scratch on a network file system", Layer.MACHINE, network_file_system),
)

"""The batch systems that are only recognised, not read: PBS, HTCondor and Moab."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.detect.ask import ask, installed
from pegconf.detect.facts import Detected, Said

if TYPE_CHECKING:
    from collections.abc import Mapping

_SILENCE: Final = "its queues are not read by this release"
_BY_COMMAND: Final = {
    "htcondor": ("condor_submit", "condor_version", r"CondorVersion"),
    "moab": ("msub", "msub --version", r"version"),
}


def detect(_user: str, environ: Mapping[str, str], seconds: float) -> Detected | None:
    """The one whose submit command is here and whose version command answers; None where there is none."""
    # qstat is also Grid Engine's, which has qconf beside it; its qsub knows no --version.
    if installed("qsub", environ) and (environ.get("PBS_EXEC") or not installed("qconf", environ)):
        answer = ask(("qstat --version",), environ, seconds).answers.get("qstat --version")
        flavour = pbs_flavour(f"{answer.out}{answer.err}") if answer is not None and answer.code == 0 else None
        if flavour is not None:
            return Detected("pbs", flavour, facts={"flavour": Said(flavour, "from qstat --version")}, silence=_SILENCE)
    for name, (submit, command, pattern) in _BY_COMMAND.items():
        if installed(submit, environ):
            answer = ask((command,), environ, seconds).answers.get(command)
            if answer is not None and answer.code == 0 and re.search(pattern, f"{answer.out}{answer.err}"):
                return Detected(name, (answer.out or answer.err).strip().splitlines()[0], silence=_SILENCE)
    return None


def pbs_flavour(version: str) -> str | None:
    """`pbspro` for `pbs_version = 22.05.11`, `torque` for `Version: 6.1.2`."""
    if re.search(r"pbs_version|PBS(?: ?Pro|_version)", version, re.IGNORECASE):
        return "pbspro"
    return "torque" if re.search(r"^version: *\d", version, re.IGNORECASE | re.MULTILINE) else None

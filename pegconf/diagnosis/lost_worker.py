"""A worker that connected and was lost: whose job it was, and what was said of its end."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING, Final

from pegconf.diagnosis.causes import Cause
from pegconf.jobs import ask_nodes
from pegconf.jobs.log_tail import tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.batch.base import QueuedJob
    from pegconf.diagnosis.run_context import Scene

# The first is the nanny's (distributed/nanny.py), the second the shell's that ran a worker without one.
_BY_NANNY: Final = re.compile(
    r"Worker process \d+ (?:was killed by signal (?P<signal>\d+)|exited with status (?P<status>\d+))"
)
_BY_SHELL: Final = re.compile(
    r"^.*(?:line )?\d+: +\d+ (?P<what>Killed|Segmentation fault|Bus error|Aborted|Terminated)\b|^(?P<bare>Killed)$",
    re.MULTILINE,
)
_KILLED: Final = (
    "the kernel does that to what takes too much memory, or a watcher of the site's: give the jobs more memory, or "
    "fewer processes; else ask the staff what the node's log says"
)


def last_words(output: str) -> tuple[str, bool]:
    """How the worker's process ended, by its nanny or its shell, and whether by SIGKILL; empty where neither says."""
    match = _BY_NANNY.search(output)
    if match is None:
        words = shell_words(output)
        return words and f"the shell says {words}", words == "Killed"
    if not match["signal"]:
        return f"exited with status {match['status']}", False
    return f"killed by {_name(int(match['signal']))}", int(match["signal"]) == signal.SIGKILL


def shell_words(output: str) -> str:
    """The shell's word for how the process of a worker without a nanny ended; empty where it does not say."""
    match = _BY_SHELL.search(output)
    return match["what"] or match["bare"] if match else ""


def _name(number: int) -> str:
    return signal.Signals(number).name if number in {each.value for each in signal.Signals} else f"signal {number}"


def cause(scene: Scene, jobs: Sequence[QueuedJob], reason: str = "") -> Cause | None:
    """The first of these jobs' workers that connected and is gone; `reason` is how the job ended, where it has."""
    for job in jobs:
        output = ask_nodes.own(scene.output.get(job.job_id, ""))
        address = next((address for address in scene.gone if address in output), None)
        if address is None:
            continue
        words, killed = last_words(output)
        how = "; ".join(filter(None, (words, f"its job ended: {reason}" if reason else "")))
        where = f" on {job.host}" if job.host else ""
        return Cause(
            "PEG641",
            f"worker {address} of job {job.job_id}{where} connected and was lost" + (f": {how}" if how else ""),
            _KILLED if killed else "what it said last stands below; pegconf script shows what the job ran",
            tail(output),
        )
    return None

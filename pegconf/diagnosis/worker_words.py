"""What a worker's own words mean, where they stand in a job's output."""

from __future__ import annotations

import re
from typing import Final

from pegconf.diagnosis.causes import Cause
from pegconf.jobs.log_tail import tail

# The likeliest cause first; the words are those of distributed and of Python.
_OF_A_WORKER: Final = (
    (
        r"'(?P<what>[^']+)' is not a valid network interface",
        "PEG611",
        "the compute node has no interface {what}",
        "name one that it has: interface: in the file (its interfaces stand below)",
    ),
    (
        r"No such option:? '?(?P<what>-[\w-]*)",
        "PEG615",
        "dask worker does not know the option {what}",
        "mend worker-extra-args in the file: pegconf validate",
    ),
    (
        r"exceeded (?P<what>\d+)% memory budget|(?m:^MemoryError\b)|Cannot allocate memory",
        "PEG622",
        "a worker needed more memory than it has",
        "give the jobs more: memory in the file, or fewer processes",
    ),
    (
        r"(?:Timed out trying to connect|failure-to-start-<class '(?P<what>TimeoutError|OSError)|Timed out starting)",
        "PEG614",
        "the worker started and could not reach the scheduler on this host",
        "set interface: to a network that the compute nodes share with this host, such as ib0",
    ),
)
# What the node's own answers tell better, where there are any.
_OF_THE_NODE: Final = (
    (
        r"No module named '?(?P<what>[\w.]+)",
        "PEG612",
        "the Python on the compute node has no module {what}",
        "set python: in the file to a Python with dask and distributed, or install them there",
    ),
    (
        r"(?P<what>\S+): (?:No such file or directory|command not found|not found)",
        "PEG613",
        "{what} does not exist on the compute node",
        "set python: to a Python that the compute nodes have, or mend the line of the prologue that names it",
    ),
)


def cause(output: str, *, asked: bool = False) -> Cause | None:
    """The cause that a job's output names, or None; `asked` says that the node has answered for itself."""
    for pattern, code, sentence, way_out in _OF_A_WORKER if asked else (*_OF_A_WORKER, *_OF_THE_NODE):
        match = re.search(pattern, output)
        if match is not None:
            return Cause(code, sentence.format(what=match.groupdict().get("what")), way_out, tail(output))
    return None

"""One section for the tests: small jobs on the loopback interface."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue
from pegconf.core.model import Node
from pegconf.core.units import GB
from pegconf.init.answers import Answers
from pegconf.site import files

if TYPE_CHECKING:
    from pathlib import Path


def configuration(logs: Path, name: str = "lsf", **changed: Any) -> str:
    """A complete section for LSF with 2 cores, 2 processes and 1 GB; `changed` has `_` for `-` in the keys' names."""
    values = catalogue.complete("lsf") | {
        "name": "dask-worker",
        "cores": 2,
        "memory": "1GB",
        "processes": 2,
        "interface": "lo",
        "queue": "general",
        "project": "insarlab",
        "walltime": "04:00",
        "lsf-units": "mb",
        "log-directory": str(logs),
        "local-directory": str(logs),
        "worker-extra-args": ["--lifetime", "235m", "--dashboard-address", "127.0.0.1:0"],
        "job-extra-directives": ['-R "rusage[mem=625]"'],
        "scheduler-options": {"dashboard_address": "127.0.0.1:0"},
    }
    values |= {key.replace("_", "-"): value for key, value in changed.items()}
    return yaml.safe_dump({"jobqueue": {name: values}}, sort_keys=False)


def leave_the_port(file: Path) -> None:
    """Let a file's dashboard have any free port: other tests run meanwhile, and some look whether 8787 is free."""
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"'127\.0\.0\.1:\d+'", "'127.0.0.1:0'", text), encoding="utf-8")


PEGASUS_ANSWERS = Answers(
    system=KNOWN["lsf"],
    queue="general",
    node=Node(16, 15, 32 * GB),
    interface="ib0",
    unit="mb",
    project="insarlab",
    cores=2,
    memory=4 * GB,
    processes=2,
    walltime=4 * 3600,
    log_directory="/scratch/dwg11/dask-logs",
    local_directory="/scratch/dwg11/dask-scratch",
    login="dwg11@pegasus.ccs.miami.edu",
    names=("ifgram",),
    site=files.load("pegasus"),
    site_word="pegasus",
)
"""What a person on Pegasus answers, with one further section."""

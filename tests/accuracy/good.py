"""Complete sections with nothing wrong, from dask-jobqueue's own jobqueue.yaml, as YAML text by key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRATCH: Final = "@SCRATCH@"
"""Stands in the texts for a folder that the measurement makes."""
SYSTEMS: Final = ("lsf", "slurm", "pbs", "moab", "sge", "htcondor", "oar", "local")
HOURS: Final = 4
_EVERYWHERE: Final = {
    "name": "insar-worker",
    "cores": "4",
    "memory": "8GB",
    "processes": "2",
    "python": "/usr/bin/python3",
    "interface": "lo",
    "death-timeout": "90",
    "local-directory": f"{SCRATCH}/local",
    "shared-temp-directory": f"{SCRATCH}/shared",
    "worker-extra-args": "['--lifetime', '225m', '--lifetime-stagger', '4m']",
    "job-script-prologue": "['export OMP_NUM_THREADS=1', 'ulimit -n 4096']",
    "log-directory": f"{SCRATCH}/logs",
    "shebang": "'#!/bin/bash'",
    "queue": "general",
    "project": "insarlab",
    "account": "insarlab",
    "scheduler-options": "{dashboard_address: '127.0.0.1:0'}",
}
_OWN: Final[Mapping[str, Mapping[str, str]]] = {
    "lsf": {
        "walltime": "'04:00'",
        "ncpus": "4",
        "mem": "10000000000",
        "lsf-units": "mb",
        "job-extra-directives": "['-R \"rusage[mem=10000]\"', '-N']",
    },
    "slurm": {
        "walltime": "'04:00:00'",
        "job-cpu": "4",
        "job-mem": "9537M",
        "job-extra-directives": "['-N 1', '--gres=gpu:1']",
    },
    "pbs": {
        "walltime": "'04:00:00'",
        "resource-spec": "'select=1:ncpus=4:mem=9537mb'",
        "job-extra-directives": "['-r n', '-m n']",
    },
    "moab": {
        "walltime": "'04:00:00'",
        "resource-spec": "'nodes=1:ppn=4'",
        "job-extra-directives": "['-l mem=9537mb', '-m n']",
    },
    "sge": {
        "walltime": "'04:00:00'",
        "resource-spec": "'h_vmem=4G'",
        "job-extra-directives": "['-pe smp 4', '-r n']",
    },
    "htcondor": {
        "disk": "4GB",
        "shebang": "'#!/usr/bin/env condor_submit'",
        "job-extra-directives": "{RequestMemory: '9537', +Group: '\"insar\"'}",
        "submit-command-extra": "['-name', 'submit.example.org']",
        "cancel-command-extra": "['-name', 'submit.example.org']",
    },
    "oar": {
        "walltime": "'04:00:00'",
        "resource-spec": "'/host=1/core=4'",
        "memory-per-core-property-name": "memcore",
        "job-extra-directives": f"['-O {SCRATCH}/logs/out', '-t besteffort']",
    },
    # LocalJob takes the script for the words of one command, so that a prologue cannot stand in it.
    "local": {"job-script-prologue": "[]"},
}


@dataclass(frozen=True)
class Good:
    """One section: its batch system, its name, the YAML text of each key's value, and whether it inherits defaults."""

    system: str
    section: str
    values: Mapping[str, str]

    @property
    def own(self) -> bool:
        """Whether it is the batch system's own section, which dask-jobqueue's defaults complete."""
        return self.section == self.system

    @property
    def text(self) -> str:
        """The whole file."""
        return self.around("".join(f"    {key}: {raw}\n" for key, raw in self.values.items()))

    def around(self, lines: str) -> str:
        """The file with these lines as the section's."""
        told = (
            "" if self.own else f"pegconf: {{version: 1, sections: {{{self.section}: {{scheduler: {self.system}}}}}}}\n"
        )
        return f"{told}jobqueue:\n  {self.section}:\n{lines}"

    def having(self, changed: Mapping[str, str | None]) -> Good:
        """The same with other values; None takes a key away, and one that is new stands at the end."""
        values = {**self.values, **changed}
        return Good(self.system, self.section, {key: raw for key, raw in values.items() if raw is not None})

    def renamed(self, old: str, new: str) -> Good:
        """The same with one key in another spelling, at its place."""
        return Good(self.system, self.section, {new if key == old else key: raw for key, raw in self.values.items()})


@cache
def defaults() -> dict[str, dict[str, Any]]:
    """The sections of the installed dask-jobqueue's own jobqueue.yaml."""
    spec = find_spec("dask_jobqueue")
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).with_name("jobqueue.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)["jobqueue"])


def section(system: str, name: str | None = None) -> Good:
    """A good section of a batch system, under its own name or another."""
    filled = {**_EVERYWHERE, **_OWN[system]}
    values = {key: filled.get(key, json.dumps(default)) for key, default in defaults()[system].items()}
    return Good(system, name or system, values)


def sections() -> tuple[Good, ...]:
    """Both kinds of section of every batch system."""
    return tuple(section(system, name) for system in SYSTEMS for name in (None, "insar"))

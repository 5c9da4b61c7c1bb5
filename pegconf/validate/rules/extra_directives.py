"""The directives of a job: those that dask-jobqueue writes by itself, and the section's extra ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.batch import directives
from pegconf.validate.rules.base import Problem, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value
    from pegconf.core.model import Severity


@dataclass(frozen=True, slots=True)
class Extra:
    """One option of an extra directive: its name, its value and the item of the list that it stands in."""

    name: str
    value: str
    setting: Setting
    item: Value

    def problem(self, message: str, effect: str, fix: str | None = None, severity: Severity | None = None) -> Problem:
        """A problem with this directive."""
        return Problem(self.setting.mark_of(self.item), message, effect, fix, self.setting.name, severity)


def extras(subject: Subject, names: Collection[str] | None = None) -> Iterator[Extra]:
    """The options of the extra directives; with names only these.

    `job-extra` counts where `job-extra-directives` is empty (dask_jobqueue/core.py).
    """
    system = subject.section.batch_system or ""
    name = "job-extra-directives" if subject.section.get("job-extra-directives") else "job-extra"
    setting = subject.settings.get(name)
    if setting is None or not setting.value.is_list or system not in OWN:
        return
    for item in setting.value.content:
        for option in directives.read(system, item.content) if isinstance(item.content, str) else ():
            if names is None or option.name in names:
                yield Extra(option.name, option.value, setting, item)


def left_out(subject: Subject, line: str) -> bool:
    """Whether job-directives-skip leaves a line of dask-jobqueue's out, which it does by any text inside."""
    skip = subject.items("job-directives-skip") or subject.items("header-skip")
    return any(isinstance(text, str) and text in line for text in skip)


OWN = {
    "lsf": {"-J": "name", "-q": "queue", "-P": "project", "-n": "cores", "-M": "memory", "-W": "walltime"},
    "slurm": {
        "-J": "name",
        "-p": "queue",
        "-A": "account",
        "-n": "",
        "-c": "cores",
        "--mem": "memory",
        "-t": "walltime",
    },
    "pbs": {"-N": "name", "-q": "queue", "-A": "account"},
    "moab": {"-N": "name", "-q": "queue", "-A": "account"},
    "sge": {"-N": "name", "-q": "queue", "-P": "project"},
    "oar": {"-n": "name", "-q": "queue", "--project": "project"},
}
"""The options that dask-jobqueue writes, by batch system, each with the key that it comes from."""


def option_of(system: str | None, key: str) -> str:
    """The option that a batch system has for a key, such as `-q` for queue; empty where it has none."""
    return next((option for option, of in OWN.get(system or "", {}).items() if of == key), "")


def own(subject: Subject) -> dict[str, str]:
    """The values that dask-jobqueue itself writes, by option, without those that job-directives-skip leaves out."""
    system = subject.section.batch_system or ""
    found = {}
    for option, key in OWN.get(system, {}).items():
        value = "1" if not key else subject.section.get(_INSTEAD.get((system, key), key))
        if value is None:
            value = subject.section.get(key)
        line = f"{_SIGN[system]} {_written(system, option)}{value}"
        if value is not None and not left_out(subject, line):
            found[option] = str(value)
    return found


_INSTEAD = {
    ("lsf", "cores"): "ncpus",
    ("lsf", "memory"): "mem",
    ("slurm", "cores"): "job-cpu",
    ("slurm", "memory"): "job-mem",
}
_SIGN = {"lsf": "#BSUB", "slurm": "#SBATCH", "pbs": "#PBS", "moab": "#PBS", "sge": "#$", "oar": "#OAR"}


def _written(system: str, option: str) -> str:
    if system == "slurm" and option in {"-c", "--mem"}:
        return {"-c": "--cpus-per-task=", "--mem": "--mem="}[option]
    return f"{option} "

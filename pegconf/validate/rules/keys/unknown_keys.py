"""Keys that dask-jobqueue does not read."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules import edits
from pegconf.validate.rules.base import Problem, SectionRule, Subject, about_key, as_written
from pegconf.validate.rules.keys.old_names import project_is_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting

_MEANT: Final = {
    "partition": "queue",
    "que": "queue",
    "time": "walltime",
    "wall-time": "walltime",
    "wall-clock-time": "walltime",
    "runtime": "walltime",
    "job-name": "name",
    "jobname": "name",
    "threads": "cores",
    "cpus": "cores",
    "n-cores": "cores",
    "nprocs": "processes",
    "procs": "processes",
    "worker-extra": "worker-extra-args",
    "extra-args": "worker-extra-args",
    "log-dir": "log-directory",
    "logs": "log-directory",
    "local-dir": "local-directory",
    "scratch": "local-directory",
    "python-executable": "python",
    "python-executable-location": "python",
    "prologue": "job-script-prologue",
    "epilogue": "job-script-epilogue",
    "timeout": "death-timeout",
    "units": "lsf-units",
}
_IN_THE_CALL: Final = {
    "n-workers": "cluster.scale(jobs=2)",
    "nworkers": "cluster.scale(jobs=2)",
    "nanny": "LSFCluster(nanny=...)",
    "protocol": "LSFCluster(protocol=...)",
    "security": "LSFCluster(security=True)",
    "asynchronous": "LSFCluster(asynchronous=...)",
    "silence-logs": "LSFCluster(silence_logs=...)",
}
_OF_THE_SCHEDULER: Final = ("port", "host", "dashboard-address", "dashboard-port")


def unknown(subject: Subject) -> Iterator[Problem]:
    """A key that dask-jobqueue does not know has no effect, and nothing says so.

    dask's configuration takes any key; dask-jobqueue looks up the names it knows (dask#5695). The names are those of
    the installed dask-jobqueue. It is an error where the key that was meant is known, else a warning, since another
    program may read it; a null that nobody reads is no finding.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            wall-time: '02:00'

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '02:00'
    """
    known = catalogue.keys()
    for setting in subject.settings.values():
        if setting.name in known or setting.value.content is None or setting.name == "<<":
            continue
        name, effect = setting.written[:60], "has no effect: dask-jobqueue does not read it"
        if setting.name in _IN_THE_CALL:
            message = f"{name} is not a key of a section; it goes into your program"
            yield about_key(setting, message, effect, _IN_THE_CALL[setting.name])
        elif setting.name in _OF_THE_SCHEDULER:
            option = "dashboard_address" if "dashboard" in setting.name else setting.name
            message = f"{name} is not a key of a section; it goes into scheduler-options"
            yield about_key(setting, message, effect, f"scheduler-options: {{{option}: {as_written(setting)}}}")
        else:
            meant = _meant(subject, setting.name)
            if meant is None:
                yield about_key(setting, f"no key is named {name}", effect, None, Severity.WARNING)
            else:
                message = f"no key is named {name}; {meant} is"
                severity = None if _matters(subject, setting, meant) else Severity.WARNING
                yield about_key(setting, message, effect, f"{meant}: {_scalar_after(setting)}", severity)


def _matters(subject: Subject, setting: Setting, meant: str) -> bool:
    """Whether the key that was meant would change anything: not where its default is the same, or nobody reads it."""
    system = subject.section.batch_system or ""
    return meant not in subject.unread_keys and setting.plain != catalogue.defaults(system).get(meant)


def _meant(subject: Subject, name: str) -> str | None:
    """The key that a misspelt one stands for, of those that the section's batch system has."""
    system = subject.section.batch_system
    if name == "charge":
        return subject.directives.account_key or "project"
    if name in _MEANT:
        return _MEANT[name]
    known = [key.name for key in catalogue.keys().values() if key.renamed_to is None and _fits(key, system)]
    near = difflib.get_close_matches(name[:60].lower(), known, 1, 0.8)
    return near[0] if near else None


def _fits(key: catalogue.Key, system: str | None) -> bool:
    return key.belongs_to(system) if system else not key.systems


def _scalar_after(setting: Setting) -> str:
    value = setting.value
    if value.is_list or value.is_mapping:
        return "..."
    quote = value.style if value.style in {"'", '"'} else ""
    return f"{quote}{as_written(setting)}{quote}"


def of_another_system(subject: Subject) -> Iterator[Problem]:
    """A key of another batch system has no effect in this section.

    LSF, Grid Engine and OAR charge a `project`; Slurm, PBS and Moab an `account`. LSF ignores `account` in silence, and
    the job runs on somebody's default allocation or is refused.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            account: insarlab

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            project: insarlab
    """
    system = subject.section.batch_system
    if system is None:
        return
    for setting in subject.settings.values():
        key = catalogue.keys().get(setting.name)
        if key is None or key.belongs_to(system) or setting.value.content is None:
            continue
        if key.name == "project" and project_is_account(subject):
            continue
        words = subject.directives
        meant = {"account": words.account_key, "ncpus": words.cores_key, "job-cpu": words.cores_key}.get(key.name)
        partner = catalogue.keys().get(meant or "")
        fix = f"{meant}: {_scalar_after(setting)}" if partner and partner.belongs_to(system) else None
        whose = ", ".join(key.systems)
        message = f"{setting.written} is a key of {whose}, not of {system}"
        # The other pairs look alike only: a number of cores that had no effect would have one.
        safe = fix is not None and key.name == "account" and not subject.section.get(meant or "")
        edit = edits.rename(setting, str(meant), subject.settings.get(str(meant))) if safe else None
        same = fix is not None and setting.plain == subject.section.get(meant or "")
        severity = Severity.WARNING if same else None
        yield about_key(setting, message, f"has no effect in a section of {system}", fix, severity, edit=edit)


RULES: Final = (
    SectionRule("PEG101", Severity.ERROR, "no such key", Layer.KEYS, unknown),
    SectionRule("PEG102", Severity.ERROR, "a key of another batch system", Layer.KEYS, of_another_system),
)

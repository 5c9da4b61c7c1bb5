"""Keys that dask-jobqueue does not read, and keys it reads under a newer name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from pegconf import catalogue
from pegconf.model import Layer, Severity
from pegconf.rules.base import Problem, SectionRule, Subject, as_written, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.sections import Setting

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
    "charge": "project",
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
_DEPRECATED_PROJECT: Final = ("slurm", "pbs", "moab")


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
            yield _about_key(setting, message, effect, _IN_THE_CALL[setting.name])
        elif setting.name in _OF_THE_SCHEDULER:
            option = "dashboard_address" if "dashboard" in setting.name else setting.name
            message = f"{name} is not a key of a section; it goes into scheduler-options"
            yield _about_key(setting, message, effect, f"scheduler-options: {{{option}: {as_written(setting)}}}")
        else:
            meant = _meant(subject, setting.name)
            if meant is None:
                yield _about_key(setting, f"no key is named {name}", effect, None, Severity.WARNING)
            else:
                message = f"no key is named {name}; {meant} is"
                yield _about_key(setting, message, effect, f"{meant}: {_scalar_after(setting)}")


def _meant(subject: Subject, name: str) -> str | None:
    """The key that a misspelt one stands for, of those that the section's batch system has."""
    system = subject.section.batch_system
    if name == "charge" and system in _DEPRECATED_PROJECT:
        return "account"
    if name in _MEANT:
        return _MEANT[name]
    known = [key.name for key in catalogue.keys().values() if key.renamed_to is None and _fits(key, system)]
    near = difflib.get_close_matches(name[:60], known, 1, 0.8)
    return near[0] if near else None


def _fits(key: catalogue.Key, system: str | None) -> bool:
    return key.belongs_to(system) if system else not key.systems


def _scalar_after(setting: Setting) -> str:
    value = setting.value
    if value.is_list or value.is_mapping:
        return "..."
    quote = value.style if value.style in {"'", '"'} else ""
    return f"{quote}{as_written(setting)}{quote}"


def _about_key(
    setting: Setting, message: str, effect: str, fix: str | None, severity: Severity | None = None
) -> Problem:
    return Problem(setting.key_mark, message, effect, fix, setting.name, severity=severity)


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
        if key.name == "project" and system in _DEPRECATED_PROJECT:
            continue
        meant = {"account": "project", "ncpus": "job-cpu" if system == "slurm" else "", "job-cpu": "ncpus"}.get(
            key.name
        )
        partner = catalogue.keys().get(meant or "")
        fix = f"{meant}: {_scalar_after(setting)}" if partner and partner.belongs_to(system) else None
        whose = ", ".join(key.systems)
        message = f"{setting.written} is a key of {whose}, not of {system}"
        yield _about_key(setting, message, f"has no effect in a section of {system}", fix)


def _renamed(subject: Subject) -> Iterator[tuple[Setting, str]]:
    """The settings under an old name that are not null, with the new name."""
    for setting in subject.settings.values():
        if setting.value.content is None:
            continue
        key = catalogue.keys().get(setting.name)
        if key is not None and key.renamed_to is not None:
            yield setting, key.renamed_to
        elif setting.name == "project" and subject.section.batch_system in _DEPRECATED_PROJECT:
            yield setting, "account"


def deprecated(subject: Subject) -> Iterator[Problem]:
    """An old name still works and warns with every cluster, three times; a coming release will not read it.

    dask-jobqueue renamed extra, env-extra and job-extra in 0.8.0, header-skip and project (Slurm, PBS) in 0.8.1
    (dask-jobqueue#575, dask-jobqueue#576). It warns even of `env-extra: []`; null is silent.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            env-extra: ['source /etc/profile']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            env-extra: null
            job-script-prologue: ['source /etc/profile']
    """
    for setting, new in _renamed(subject):
        if subject.section.get(new):
            continue
        old = setting.written
        empty = not setting.plain
        fix = f"{old}: null" if empty else f"{new}: ..."
        effect = f"FutureWarning: {setting.name.replace('-', '_')} has been renamed, with every cluster"
        yield _about_key(setting, f"{old} is now {new}", effect, fix)


def old_and_new(subject: Subject) -> Iterator[Problem]:
    """Where the old name and the new one are both set, the old one is ignored.

    dask_jobqueue/core.py: "If you already set job_script_prologue, env_extra is ignored". So an edit of the old key
    does nothing.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            env-extra: ['module load gdal']
            job-script-prologue: ['source /etc/profile']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            env-extra: null
            job-script-prologue: ['source /etc/profile', 'module load gdal']
    """
    for setting, new in _renamed(subject):
        if not subject.section.get(new):
            continue
        nothing_lost = not setting.plain or setting.plain == subject.section.get(new)
        effect = f"{shown(setting.plain)} is ignored, since {new} is set"
        severity = Severity.WARNING if nothing_lost else None
        fix = f"{setting.written}: null"
        yield _about_key(setting, f"{setting.written} and {new} are both set", effect, fix, severity)


RULES: Final = (
    SectionRule("PEG101", Severity.ERROR, "no such key", Layer.KEYS, unknown),
    SectionRule("PEG102", Severity.ERROR, "a key of another batch system", Layer.KEYS, of_another_system),
    SectionRule("PEG103", Severity.WARNING, "an old name of a key", Layer.KEYS, deprecated),
    SectionRule("PEG104", Severity.ERROR, "the old and the new name of a key", Layer.KEYS, old_and_new),
)

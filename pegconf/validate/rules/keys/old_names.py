"""Keys that have a newer name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules import edits
from pegconf.validate.rules.base import Problem, SectionRule, Subject, about_key, means_null, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting


def project_is_account(subject: Subject) -> bool:
    """Whether `project` is the old name of `account` in a section: where jobs are charged to that."""
    return subject.directives.account_key == "account"


def _renamed(subject: Subject) -> Iterator[tuple[Setting, str]]:
    """The settings under an old name that are not null, with the new name."""
    renamed = catalogue.renamed()
    if project_is_account(subject):
        renamed = {"project": "account"} | renamed
    for name, new in renamed.items():
        setting = subject.settings.get(name)
        if setting is not None and setting.value.content is not None:
            yield setting, new


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
        edit = edits.set_value(setting, "null") if empty else edits.rename(setting, new, subject.settings.get(new))
        yield about_key(setting, f"{old} is now {new}", effect, fix, edit=edit)


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
        old = setting.plain
        nothing_lost = not old or old == subject.section.get(new) or (isinstance(old, str) and means_null(old))
        effect = f"{shown(setting.plain)} is ignored, since {new} is set"
        severity = Severity.WARNING if nothing_lost else None
        fix = f"{setting.written}: null"
        edit = edits.set_value(setting, "null")
        if not nothing_lost:
            edit = edits.left(setting, f"which of {setting.written} and {new} is meant, or both, only you know")
        yield about_key(setting, f"{setting.written} and {new} are both set", effect, fix, severity, edit)


RULES: Final = (
    SectionRule("PEG103", Severity.WARNING, "an old name of a key", Layer.KEYS, deprecated),
    SectionRule("PEG104", Severity.ERROR, "the old and the new name of a key", Layer.KEYS, old_and_new),
)

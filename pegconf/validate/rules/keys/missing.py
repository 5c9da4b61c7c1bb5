"""Keys that a section lacks, and sections that lack a name or a batch system."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue, sections
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules import edits
from pegconf.validate.rules.base import Problem, SectionRule, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_THE_CALL: Final = frozenset({"cores", "memory", "disk"})
_LOOKED_UP_WITH_DEFAULT: Final = frozenset(
    {
        "job-extra",
        "job-extra-directives",
        "job-directives-skip",
        "header-skip",
        "scheduler-options",
        "submit-command-extra",
        "cancel-command-extra",
    }
)
_LOOKED_UP_FIRST: Final = ("interface", "shared-temp-directory", "python", "name", "processes", "death-timeout")


def missing(subject: Subject) -> Iterator[Problem]:
    """A named section inherits nothing: dask-jobqueue stops at the first key it lacks, and at the next one after that.

    Nearly every key is looked up without a default, the deprecated ones included (dask_jobqueue/core.py, Job.__init__),
    so a section needs all keys of the installed version's own section; a new version may need more
    (CoffeaTeam/lpcjobqueue#28: `KeyError: 'worker-command'` after an upgrade).

    Wrong:

        pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}
        jobqueue:
          insar:  # without processes, walltime
            cores: 2
            memory: 4GB

    Right:

        pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}
        jobqueue:
          insar:
            cores: 2
            memory: 4GB
            processes: 1
            walltime: '04:00'
    """
    section = subject.section
    if section.own:
        return
    wanted = _wanted(section.batch_system)
    absent = {name: value for name, value in wanted.items() if name not in section.settings}
    needed = [name for name in absent if name not in _IN_THE_CALL | _LOOKED_UP_WITH_DEFAULT]
    if not needed:
        return
    first = next((name for name in _LOOKED_UP_FIRST if name in needed), needed[0])
    written = {name: value for name, value in absent.items() if name not in _IN_THE_CALL}
    lines = [f"{name}: {_text(value)}" for name, value in written.items()]
    message = f"{count(len(written), 'key', 'is', 'are')} missing: {', '.join(written)}"
    effect = f"config_name={section.name!r} stops with: KeyError: {first!r}"
    edit = edits.add_keys(section, lines)
    if edit is not None and section.batch_system is None:
        edit = replace(edit, changes=(), because="its batch system cannot be told; --scheduler tells it")
    yield Problem(section.mark, message, effect, "\n".join(lines), edit=edit)


def _wanted(batch_system: str | None) -> dict[str, Any]:
    """The keys a named section must have; those that all batch systems have where its own cannot be told."""
    if batch_system is not None:
        return catalogue.defaults(batch_system)
    every = [catalogue.defaults(name) for name in KNOWN]
    return {name: value for name, value in every[0].items() if all(name in other for other in every)}


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else str(value)


def false_warning(subject: Subject) -> Iterator[Problem]:
    """A named section without `job-extra` is warned of using it.

    Its default in dask_jobqueue/core.py is [], which counts as used; `job-extra: null` is silent.

    Wrong:

        pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}
        jobqueue:
          insar:  # without job-extra
            cores: 2
            memory: 4GB

    Right:

        pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}
        jobqueue:
          insar:
            cores: 2
            memory: 4GB
            job-extra: null
    """
    section = subject.section
    if not section.own and "job-extra" in _wanted(section.batch_system) and "job-extra" not in section.settings:
        effect = "FutureWarning: job_extra has been renamed, although it is not used"
        fix = "job-extra: null"
        edit = edits.add_keys(section, [fix])
        yield Problem(section.mark, "job-extra is missing", effect, fix, "job-extra", edit=edit)


def without_size(subject: Subject) -> Iterator[Problem]:
    """Without cores and memory there is no cluster, unless the program gives them.

    `LSFCluster()` stops with "You must specify how much cores and memory per job you want to use"
    (dask_jobqueue/core.py); `LSFCluster(cores=2, memory="4GB")` does not.

    Wrong:

        jobqueue:
          lsf:  # without memory
            cores: 2

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
    """
    section = subject.section
    absent = [name for name in ("cores", "memory") if section.get(name) is None]
    if not absent:
        return
    examples = {"cores": "cores: 2", "memory": "memory: 4GB"}
    mark = next((section.settings[name].mark for name in absent if name in section.settings), section.mark)
    message = f"{' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not set"
    effect = "ValueError: You must specify how much cores and memory, unless the call gives them"
    yield Problem(mark, message, effect, "\n".join(examples[name] for name in absent), absent[0])


def bad_name(subject: Subject) -> Iterator[Problem]:
    """A section's name is letters, digits, - and _, and begins with a letter.

    dask looks sections up by a path with dots (`jobqueue.insar.cores`), so `v1.0` is `KeyError: 'v1'`; a number as a
    name is no text and is never found.

    Wrong:

        pegconf: {version: 1, sections: {v1.0: {scheduler: lsf}}}
        jobqueue:
          v1.0: {cores: 2, memory: 4GB}

    Right:

        pegconf: {version: 1, sections: {v1-0: {scheduler: lsf}}}
        jobqueue:
          v1-0: {cores: 2, memory: 4GB}
    """
    section = subject.section
    key = section.key.content
    if isinstance(key, str) and sections.NAME.fullmatch(key):
        return
    name = section.name[:60]
    effect = "config_name= does not find it"
    if isinstance(key, str) and "." in key:
        effect = f"config_name={name!r} stops with: KeyError: {name.split('.')[0]!r}"
    yield Problem(section.mark, f"{name} cannot be the name of a section", effect, "a name such as insar, or insar-2")


def unknown_system(subject: Subject) -> Iterator[Problem]:
    """A named section does not say which batch system it is for, so only the keys that all share are checked.

    LSFCluster(config_name="insar") and SLURMCluster(config_name="insar") read the same section. pegconf takes the batch
    system from --scheduler, from the `pegconf:` mapping, or from a key that only one has.

    Wrong:

        jobqueue:
          insar: {cores: 2, memory: 4GB}

    Right:

        pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}
        jobqueue:
          insar: {cores: 2, memory: 4GB}
    """
    section = subject.section
    if section.batch_system is None:
        message = f"the batch system of section {section.name[:60]} cannot be told"
        fix = f"pegconf: {{version: 1, sections: {{{section.name[:60]}: {{scheduler: lsf}}}}}}"
        yield Problem(section.mark, message, "only the keys that all batch systems have are checked", fix)


RULES: Final = (
    SectionRule("PEG111", Severity.ERROR, "keys are missing from a named section", Layer.KEYS, missing),
    SectionRule("PEG112", Severity.WARNING, "a named section lacks job-extra", Layer.KEYS, false_warning),
    SectionRule("PEG113", Severity.WARNING, "cores or memory are not set", Layer.KEYS, without_size),
    SectionRule("PEG114", Severity.ERROR, "a name no section can have", Layer.KEYS, bad_name),
    SectionRule("PEG115", Severity.INFO, "the batch system cannot be told", Layer.KEYS, unknown_system),
)

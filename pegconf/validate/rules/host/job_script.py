"""What dask-jobqueue makes of a section, and what the batch system says to that job script (--submit-check)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Verdict
from pegconf.config.yaml_tree import members, plain
from pegconf.core.errors import PegconfError
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.acceptance import Said
    from pegconf.core.model import Mark

_LONGEST: Final = 70


def refused(subject: Subject) -> Iterator[Problem]:
    """The batch system does not take the script that dask-jobqueue would submit; its own words stand in the finding.

    dask-jobqueue throws LSF's words away (lsf.py sends them to /dev/null), and the program then waits for workers that
    never come. Asked are: LSF with `bsub -H` (a held job, cancelled at once, and ended by LSF after two minutes in any
    case), Slurm with `sbatch --test-only`, Grid Engine with `qsub -w v`, HTCondor with `condor_submit -dry-run`.
    """
    title = subject.batch_system.title if subject.batch_system else "the batch system"
    return _problems(subject, Verdict.REFUSED, f"{title} refuses it: ")


def never_starts(subject: Subject) -> Iterator[Problem]:
    """The batch system takes the job, and it would wait for ever: no host has what it asks for, or a limit forbids it.

    LSF accepts conditions and reservations that no host meets, which `bhosts -R` tells. Slurm takes jobs over a
    partition's limits (EnforcePartLimits=NO, the default), which `scontrol show partition` tells. Grid Engine takes
    everything unless it is asked to verify (`qsub -w v`).
    """
    return _problems(subject, Verdict.NEVER_STARTS, "it would never start: ")


def not_now(subject: Subject) -> Iterator[Problem]:
    """Nothing is wrong with it, and the cluster would not start it as it is now.

    A partition of Slurm is down for a while: it takes jobs and starts none. Or no host of Grid Engine has that much
    memory or that many slots free at the moment (`qsub -w p`), and an empty cluster would take the job (`qsub -w v`).
    A queue that is only full is not looked at otherwise: jobs wait for it, and workers come when they start.
    """
    return _problems(subject, Verdict.NOT_NOW, "it would not start now: ")


def not_checked(subject: Subject) -> Iterator[Problem]:
    """The batch system was asked and does not say all; this is what it left open.

    What no check sees, whichever the batch system: the Python, the folders and the network of the compute nodes. These
    take a job: `pegconf smoke-test`.
    """
    return _problems(subject, Verdict.NOT_CHECKED, "not checked: ")


def silent(subject: Subject) -> Iterator[Problem]:
    """A command of the batch system gave no answer within its time limit, or could not reach it; it was ended.

    LSF's commands wait for ever while its daemon is down ("LIM not responding ... still trying"). A submission that was
    cut off may still have come through, so that LSF is asked for the check's job by its name, and it is cancelled.

    The section may be right: ask again later.
    """
    return _problems(subject, Verdict.SILENT, "")


def left_behind(subject: Subject) -> Iterator[Problem]:
    """The check's own held job could not be cancelled; the command to type stands in the finding.

    It holds no processor and runs nothing, and LSF ends it two minutes after its submission (bsub -t).

    Its name is `peg-` and a token that nobody else has, and it is cancelled by that name, never by a number that merely
    stood in what bsub printed.
    """
    return _problems(subject, Verdict.LEFT, "the check's ")


def _problems(subject: Subject, verdict: Verdict, lead: str) -> Iterator[Problem]:
    for said in subject.said:
        if said.verdict is verdict:
            key, mark = _place(subject, said)
            yield Problem(mark or subject.section.mark, f"{lead}{said.words}", _effect(subject, said), None, key)


def _effect(subject: Subject, said: Said) -> str:
    sign = subject.directives.sign
    asked = f"as {sign} {said.directive}".replace("  ", " ")[:_LONGEST] if said.directive else ""
    return "; ".join(filter(None, (asked, said.effect)))


def _place(subject: Subject, said: Said) -> tuple[str | None, Mark | None]:
    """The key that put a directive into the script, and its place: an item of a list, else what dask-jobqueue reads."""
    if said.directive is None or subject.batch_system is None:
        return None, None
    sign = subject.directives.sign
    for name in ("job-extra-directives", "job-extra", "job-script-prologue", "env-extra"):
        setting = subject.settings.get(name)
        if setting is not None and setting.value.is_mapping:
            for key, (_, inner) in members(setting.value).items():
                if said.directive.startswith(f"{key} ="):
                    return name, setting.mark_of(inner)
        for item in setting.value.content if setting is not None and setting.value.is_list else ():
            text = str(plain(item)).strip()
            own = name.startswith("job-extra")
            if setting is not None and said.directive == (text if own else text.removeprefix(sign).strip()):
                return name, setting.mark_of(item)
    names = subject.batch_system.refusals.keys(said.directive)
    writer = next((name for name in names if subject.section.get(name) is not None), None)
    setting = subject.settings.get(writer or "")
    return writer, setting.mark if setting is not None else None


def not_made(subject: Subject) -> Iterator[Problem]:
    """The job script that dask-jobqueue would submit cannot be made: it stops with an error of its own.

    Only with --script, since importing dask_jobqueue takes most of a second. What the batch system says to the script
    is another matter.

    Wrong (with PEG285):

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: null}

    Right:

        jobqueue:
          htcondor: {cores: 2, memory: 4GB, disk: 2GB}
    """
    # Importing jobscript is cheap, building a script imports dask.
    from pegconf.jobs import script  # noqa: PLC0415

    section = subject.section
    if subject.sources is None or section.get("cores") is None or section.get("memory") is None:
        return
    try:
        script.build(section, subject.sources)
    except PegconfError as error:
        yield Problem(section.mark, error.message, error.hint)


RULES: Final = (
    SectionRule("PEG401", Severity.ERROR, "dask-jobqueue refuses it", Layer.SCRIPT, not_made),
    SectionRule("PEG402", Severity.ERROR, "the batch system refuses it", Layer.SCHEDULER, refused),
    SectionRule("PEG403", Severity.ERROR, "a job that would never start", Layer.SCHEDULER, never_starts),
    SectionRule("PEG404", Severity.INFO, "a job that would not start now", Layer.SCHEDULER, not_now),
    SectionRule("PEG405", Severity.INFO, "what the batch system does not say", Layer.SCHEDULER, not_checked),
    SectionRule("PEG406", Severity.ERROR, "the batch system gives no answer", Layer.SCHEDULER, silent),
    SectionRule("PEG407", Severity.ERROR, "a job of the check that stays", Layer.SCHEDULER, left_behind),
)

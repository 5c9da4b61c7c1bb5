"""What a submit command said when it did not take a job, and which key of the section that is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Refused
from pegconf.batch.directives import in_script
from pegconf.diagnosis.causes import Cause

if TYPE_CHECKING:
    from pegconf.batch.base import BatchSystem
    from pegconf.config.sections import Section
    from pegconf.jobs.run_jobs import Refusal

_KINDS: Final = {
    "queue": Refused.QUEUE,
    "project": Refused.ACCOUNT,
    "account": Refused.ACCOUNT,
    "walltime": Refused.WALLTIME,
    "mem": Refused.MEMORY,
    "job-mem": Refused.MEMORY,
    "ncpus": Refused.CORES,
    "job-cpu": Refused.CORES,
}
_CODES: Final = {
    Refused.QUEUE: "PEG631",
    Refused.ACCOUNT: "PEG632",
    Refused.WALLTIME: "PEG633",
    Refused.MEMORY: "PEG634",
    Refused.CORES: "PEG635",
}


def refused(first: Refusal, system: BatchSystem, section: Section) -> Cause:
    """The batch system did not take a job of that section, in its own words."""
    said = f": {first.said}" if first.said else " without a word"
    if first.hung:
        return hanging(f"{first.command} {first.ended}{said}")
    if not first.ended:
        return Cause(
            "PEG636",
            f"{first.command} cannot be run on this host{said}",
            f"run this where {first.command} works, such as the login node; which file it is: type -a {first.command}",
        )
    if not first.said:
        return Cause(
            "PEG606", f"{first.command} {first.ended}{said}", "try the command by hand on this host, or ask the staff"
        )
    words = system.refusals
    keys = words.keys(words.directive(first.said, in_script(first.script, system.directives.sign)))
    # The first that is set is what the directive was made of.
    key = next((key for key in keys if section.get(key) is not None), "")
    kind = _KINDS.get(keys[0]) if keys else words.kind(first.said)
    way_out = f"change {key}: in the file" if key else "change what it names in the file"
    return Cause(
        _CODES[kind] if kind else "PEG601",
        f"{first.command} refused the job{said}",
        way_out if system.trial is None else f"{way_out}; pegconf validate --submit-check shows the place",
    )


def hanging(sentence: str) -> Cause:
    """The batch system does not answer, in that sentence."""
    return Cause("PEG602", sentence, "the batch system is down or busy: try later, or ask the cluster's staff")

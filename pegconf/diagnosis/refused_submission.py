"""What a submit command said when it did not take a job, and which key of the section that is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import blamed
from pegconf.batch.directives import in_script
from pegconf.diagnosis.causes import Cause

if TYPE_CHECKING:
    from pegconf.config.sections import Section
    from pegconf.jobs.run_jobs import Backend, Refusal

_REFUSED: Final = {
    "queue": "PEG631",
    "project": "PEG632",
    "account": "PEG632",
    "walltime": "PEG633",
    "mem": "PEG634",
    "job-mem": "PEG634",
    "ncpus": "PEG635",
    "job-cpu": "PEG635",
}


def refused(backend: Backend, section: Section) -> Cause:
    """The batch system did not take a job of that section, in its own words."""
    first = backend.refusals[0]
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
    keys = _keys_refused(first, backend)
    # The first that is set is what the directive was made of.
    key = next((key for key in keys if section.get(key) is not None), "")
    way_out = f"change {key}: in the file" if key else "change what it names in the file"
    return Cause(
        _REFUSED.get(keys[0], "PEG601") if keys else "PEG601",
        f"{first.command} refused the job{said}",
        f"{way_out}; pegconf validate --submit-check shows the place",
    )


def _keys_refused(refusal: Refusal, backend: Backend) -> tuple[str, ...]:
    """The keys that the batch system's words are about, as far as they tell."""
    trial = backend.system.trial
    if trial is None:
        return ()
    about = blamed(trial, refusal.said, in_script(refusal.script, backend.system.directives.sign))
    if about is None:
        return ()
    return next((keys for pattern, keys in trial.writers if re.search(pattern, about)), ())


def hanging(sentence: str) -> Cause:
    """The batch system does not answer, in that sentence."""
    return Cause("PEG602", sentence, "the batch system is down or busy: try later, or ask the cluster's staff")

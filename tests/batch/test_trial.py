"""What a login node must have before a batch system is asked whether it takes a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.batch.systems import KNOWN
from pegconf.config import document, sections
from pegconf.config.sources import Sources
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs.acceptance import submit_check


def said(system: str) -> str:
    """What the submit check says to a section of a batch system."""
    text = f"jobqueue: {{{system}: {{cores: 2, memory: 4GB}}}}\n"
    sources = Sources((document.decode(text.encode(), Path("jobqueue.yaml")),))
    (section,) = sections.collect(sources)
    with pytest.raises(CannotGoOnError) as refusal:
        submit_check.ask(section, sources, KNOWN[system], print)
    return refusal.value.message


@pytest.mark.parametrize(
    ("system", "missing"),
    [
        ("lsf", "LSF is not on this machine (bsub, bjobs, bkill, bhosts, bqueues missing)"),
        ("slurm", "Slurm is not on this machine (sbatch missing)"),
        ("sge", "Grid Engine is not on this machine (qsub missing)"),
        ("htcondor", "HTCondor is not on this machine (condor_submit missing)"),
    ],
)
def test_it_is_not_asked_where_a_command_is_missing(
    system: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert said(system) == missing


@pytest.mark.parametrize("system", ["pbs", "moab", "oar"])
def test_those_that_only_a_job_can_ask(system: str) -> None:
    assert said(system) == f"{KNOWN[system].title} has no command that checks a job and submits none"

"""What OpenPBS said where it took no job, why a job waits and who ended one (recorded on 23.06)."""

from __future__ import annotations

import re

import pytest

from pegconf.batch.acceptance import Refused
from pegconf.batch.base import Ending, Pending, PendingReason
from pegconf.batch.pbs.jobs import PBS

SCRIPT = (
    "-N dask-worker",
    "-q nosuch",
    "-A research",
    "-l select=1:ncpus=2:mem=4XB:ngpus=1",
    "-l walltime=1-00:00:00",
)


@pytest.mark.parametrize(
    ("words", "directive", "kind"),
    [
        ("qsub: Unknown queue", "-q nosuch", Refused.QUEUE),
        ("qsub: Queue is not enabled", "-q nosuch", Refused.QUEUE),
        ("qsub: Unauthorized Request ", "-q nosuch", Refused.QUEUE),
        (
            "qsub: Illegal attribute or resource value Resource_List.walltime",
            "-l walltime=1-00:00:00",
            Refused.WALLTIME,
        ),
        (
            "qsub: Illegal attribute or resource value select.mem",
            "-l select=1:ncpus=2:mem=4XB:ngpus=1",
            Refused.MEMORY,
        ),
        ("qsub: Unknown resource: ngpus", "-l select=1:ncpus=2:mem=4XB:ngpus=1", None),
        ("qsub: Job violates queue and/or server resource limits", None, None),
    ],
)
def test_a_refusal_is_about_a_directive(words: str, directive: str | None, kind: Refused | None) -> None:
    assert (PBS.refusals.directive(words, SCRIPT), PBS.refusals.kind(words)) == (directive, kind)


def test_a_resource_that_is_asked_for_alone() -> None:
    script = ("-l gpus=1", "-l select=1:ncpus=2")
    assert PBS.refusals.directive("qsub: Unknown resource Resource_List.gpus", script) == "-l gpus=1"


@pytest.mark.parametrize(
    ("directive", "keys"),
    [
        ("-q nosuch", ("queue",)),
        ("-A research", ("account", "project")),
        ("-l walltime=04:00:00", ("walltime",)),
        ("-l select=1:ncpus=2", ("resource-spec",)),
        ("-N dask-worker", ("name",)),
        ("-j oe", ()),
    ],
)
def test_a_directive_is_made_of_a_key(directive: str, keys: tuple[str, ...]) -> None:
    assert PBS.refusals.keys(directive) == keys


@pytest.mark.parametrize("words", ["Connection refused", "qsub: cannot connect to server pbslogin (errno=15010)"])
def test_a_daemon_that_is_down_is_no_refusal(words: str) -> None:
    assert re.search(PBS.refusals.unreachable, words, re.IGNORECASE)
    assert not re.search(PBS.refusals.unreachable, "qsub: Unknown queue", re.IGNORECASE)


@pytest.mark.parametrize(
    ("comment", "kind"),
    [
        ("Can Never Run: Insufficient amount of resource: ncpus (R: 64 A: 8 T: 8)", Pending.NEVER_STARTS),
        ("Not Running: Queue not started.", Pending.CLOSED),
        ("Not Running: User has reached queue one running job limit.", Pending.LIMITED),
        ("Not Running: Not enough free nodes available", Pending.WAITS),
        ("Not Running: Insufficient amount of resource: ncpus (R: 2 A: 0 T: 16)", Pending.WAITS),
    ],
)
def test_why_a_job_waits(comment: str, kind: Pending) -> None:
    assert PBS.parse_pending_reason(f"Job Id: 24.pbslogin\n    comment = {comment}\n") == PendingReason(comment, kind)


@pytest.mark.parametrize(
    ("status", "comment", "ending"),
    [
        (
            -29,
            "Job run at Fri Nov 27 at 18:24 on (pbsn1:ncpus=1) and exceeded re\n\tsource walltime",
            Ending.WALLTIME,
        ),
        (271, "Job run at Fri Nov 27 at 17:47 on (pbsn1:ncpus=2) and terminated by pegpbs@pbslogin", Ending.PERSON),
        (271, "Job run at Fri Nov 27 at 17:47 on (pbsn1:ncpus=2) and terminated ", Ending.PERSON),
        (3, "Job run at Fri Nov 27 at 17:47 on (pbsn1:ncpus=2) and failed", None),
    ],
)
def test_who_ended_a_job(status: int, comment: str, ending: Ending | None) -> None:
    printed = f"Job Id: 110.pbslogin\n    comment = {comment}\n    Exit_status = {status}\n"
    assert PBS.parse_exit_reason(printed).ending is ending

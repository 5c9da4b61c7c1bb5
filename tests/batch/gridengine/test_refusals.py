"""What Grid Engine said where it took no job, why a job waits and who ended one (recorded on 8.1.9)."""

from __future__ import annotations

import re

import pytest

from pegconf.batch.acceptance import Refused
from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.job import Ending, Pending, PendingReason

SCRIPT = (
    "-q all.q",
    "-P research",
    "-pe smp 2",
    "-l h_rt=04:00:00",
    "-l mem_free=597M",
    "-l slots=1",
    "-l hostname=n99",
    "-N dask-worker",
    "-ckpt some",
    "-p 5000",
    "-ar 9",
    "-js abc",
    # What its words repeat stands here as well, so that it does not tell the directive.
    "-v mem_free,h_rt,slots,hostname,abc",
)


@pytest.mark.parametrize(
    ("words", "directive", "kind"),
    [
        ('qsub: Invalid option argument "-js abc"', "-js abc", None),
        ('Job was rejected because job requests unknown queue "nosuch.q"', "-q all.q", Refused.QUEUE),
        ('job rejected: the requested project "nosuch" does not exist', "-P research", Refused.ACCOUNT),
        ("job rejected: no access to project", "-P research", Refused.ACCOUNT),
        ('job rejected: the requested parallel environment "nosuch" does not exist', "-pe smp 2", None),
        ('unknown resource "mem_free"', "-l mem_free=597M", None),
        ("because job requests unknown resource (mem_free)", "-l mem_free=597M", None),
        ('attribute "h_rt" is not a time value', "-l h_rt=04:00:00", None),
        ("because it offers only hl:mem_free=200M", "-l mem_free=597M", None),
        ('(-l h_rt=90000) cannot run in queue "all.q@n1" because of cluster queue', "-l h_rt=04:00:00", None),
        ("denied: requesting slots explicitly is not allowed", "-l slots=1", None),
        ('can\'t resolve hostname "n99x"', "-l hostname=n99", None),
        ("job rejected: the requested checkpointing environment does not exist", "-ckpt some", None),
        ("invalid priority, must be an integer from -1023 to 1024", "-p 5000", None),
        ("the advance reservation does not exist", "-ar 9", None),
        ('cannot run in PE "smp" because it only offers 0 slots', "-pe smp 2", None),
        ("dask-worker is no name here, says this site", "-N dask-worker", None),
        ("not today", None, None),
    ],
)
def test_a_refusal_is_about_a_directive(words: str, directive: str | None, kind: Refused | None) -> None:
    assert (SGE.refusals.directive(words, SCRIPT), SGE.refusals.kind(words)) == (directive, kind)


def test_a_host_is_asked_for_by_its_short_name_too() -> None:
    assert SGE.refusals.directive('can\'t resolve hostname "n99x"', ("-l h=n99", "-v h")) == "-l h=n99"


@pytest.mark.parametrize(
    ("directive", "keys"),
    [
        ("-q all.q", ("queue",)),
        ("-P research", ("project",)),
        ("-l h_rt=04:00:00", ("walltime",)),
        ("-l mem_free=597M", ("resource-spec",)),
        ("-N dask-worker", ("name",)),
        ("-pe smp 2", ()),
    ],
)
def test_a_directive_is_made_of_a_key(directive: str, keys: tuple[str, ...]) -> None:
    assert SGE.refusals.keys(directive) == keys


@pytest.mark.parametrize(
    "words",
    [
        'unable to send message to qmaster using port 6444 on host "n1": got send error',
        'error: unable to contact qmaster using port 6444 on host "n1"',
        "error: unable to connect to qmaster",
        "error: commlib error: got select error (Connection refused)",
        "Unable to initialize environment because of error: unable to read qmaster name",
    ],
)
def test_a_daemon_that_is_down_is_no_refusal(words: str) -> None:
    assert re.search(SGE.refusals.unreachable, words, re.IGNORECASE)
    assert not re.search(SGE.refusals.unreachable, 'unknown resource "nosuch"', re.IGNORECASE)


NO_SLOTS = 'cannot run in PE "smp" because it only offers 0 slots'
OVER = '(-l h_rt=90000) cannot run in queue "all.q@node01" because it offers only qf:h_rt=24:00:00'
DISABLED = 'queue instance "all.q@node01" dropped because it is disabled'
LIMITED = "job dropped because of user limitations"
QUOTA = 'cannot run because it exceeds limit "pegtest/////" in rule "most/1"'
FULL = 'queue instance "all.q@node02" dropped because it is full'


@pytest.mark.parametrize(
    ("lines", "kind", "more"),
    [
        ((OVER, NO_SLOTS), Pending.NEVER_STARTS, ("the job never starts as it is",)),
        ((DISABLED, NO_SLOTS), Pending.CLOSED, ("the queue is closed",)),
        ((LIMITED,), Pending.LIMITED, ()),
        ((QUOTA, NO_SLOTS), Pending.LIMITED, ()),
        ((OVER, FULL), Pending.WAITS, ()),
        ((DISABLED, FULL), Pending.WAITS, ()),
        ((OVER, DISABLED), Pending.WAITS, ()),
        ((NO_SLOTS,), Pending.WAITS, ()),
    ],
)
def test_why_a_job_waits(lines: tuple[str, ...], kind: Pending, more: tuple[str, ...]) -> None:
    printed = "scheduling info:            " + ("\n" + " " * 28).join(lines) + "\n"
    assert SGE.parse_pending_reason(printed) == PendingReason("; ".join([*lines, *more]), kind)


RAN = "ru_wallclock {seconds}s\ncategory     -u pegtest -l h_rt={limit}\n"


@pytest.mark.parametrize(
    ("printed", "ending"),
    [
        ("failed       37  : qmaster enforced h_rt, h_cpu, or h_vmem limit\n", Ending.WALLTIME),
        (f"failed       37  : qmaster enforced limit\n{RAN.format(seconds=11, limit=360)}", Ending.MEMORY),
        (f"failed       37  : qmaster enforced limit\n{RAN.format(seconds=360, limit=360)}", Ending.WALLTIME),
        ("failed       44  : execd enforced h_rt limit\n", Ending.WALLTIME),
        (f"failed       44  : execd enforced h_rt limit\n{RAN.format(seconds=11, limit=360)}", Ending.WALLTIME),
        ("failed       100 : assumedly after job\n", None),
        ("failed       0\nexit_status  3\n", None),
    ],
)
def test_who_ended_a_job(printed: str, ending: Ending | None) -> None:
    assert SGE.parse_exit_reason(printed).ending is ending

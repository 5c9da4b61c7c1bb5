"""What LSF said where it took no job, why a job waits and who ended one (volclava 2.2, TERM_... as IBM has it)."""

from __future__ import annotations

import re

import pytest

from pegconf.batch.acceptance import Refused
from pegconf.batch.job import Ending, ExitReason, Pending, PendingReason
from pegconf.batch.lsf.jobs import LSF

SCRIPT = (
    "-q general",
    "-P proj2019",
    "-W 04:00",
    "-M 512000",
    "-n 64",
    '-R "span[hosts=1]"',
    "-J dask-worker",
    "-x",
    "-c 10",
    "-m nosuch01",
    "-w done(9)",
    "-b 25:00",
    "-gpu num=1",
    "-Zs",
)


@pytest.mark.parametrize(
    ("words", "directive", "kind"),
    [
        ("bsub: illegal option -- gpu", "-gpu num=1", None),
        ("bsub: option requires an argument -- Z", "-Zs", None),
        ("nosuch: No such queue. Job not submitted.", "-q general", Refused.QUEUE),
        ("short: Queue has been closed. Job not submitted.", "-q general", Refused.QUEUE),
        ("general: Queue is closed. Job not submitted.", "-q general", Refused.QUEUE),
        ("User cannot use the queue. Job not submitted.", "-q general", Refused.QUEUE),
        ("general: Queue does not accept EXCLUSIVE jobs. Job not submitted.", "-x", None),
        ("RUNLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.", "-W 04:00", Refused.WALLTIME),
        ("00:10:00: Bad RUNLIMIT specification. Job not submitted.", "-W 04:00", Refused.WALLTIME),
        ("MEMLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.", "-M 512000", Refused.MEMORY),
        ("2GB: MEMLIMT value should be a positive integer. Job not submitted.", "-M 512000", Refused.MEMORY),
        ("wd: Bad CPULIMIT specification. Job not submitted.", "-c 10", None),
        ("Too many processors requested. Job not submitted.", "-n 64", Refused.CORES),
        ("Too few tasks requested. Job not submitted.", "-n 64", Refused.CORES),
        ("Too many slots requested. Job not submitted.", "-n 64", Refused.CORES),
        ("Bad processor number. Job not submitted.", "-n 64", Refused.CORES),
        ("TASKLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.", "-n 64", Refused.CORES),
        ("PROCLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.", "-n 64", Refused.CORES),
        ("Bad resource requirement syntax. Job not submitted.", '-R "span[hosts=1]"', None),
        ("Invalid syntax; the -R option was used more than once. . Job not submitted.", '-R "span[hosts=1]"', None),
        ("The span section is not supported. Job not submitted.", '-R "span[hosts=1]"', None),
        ("Bad host name, host group name or cluster name. Job not submitted.", "-m nosuch01", None),
        ("Bad host name. Job not submitted.", "-m nosuch01", None),
        ("Unknown host group. Job not submitted.", "-m nosuch01", None),
        ("Dependency condition invalid or never satisfied. Job not submitted.", "-w done(9)", None),
        ("Bad begin time specification. Job not submitted.", "-b 25:00", None),
        ("The project is not known here. Job not submitted.", "-P proj2019", Refused.ACCOUNT),
        ("dask-worker may not run here, says this site", "-J dask-worker", None),
        ("No command is specified. Job not submitted.", None, None),
    ],
)
def test_a_refusal_is_about_a_directive(words: str, directive: str | None, kind: Refused | None) -> None:
    assert (LSF.refusals.directive(words, SCRIPT), LSF.refusals.kind(words)) == (directive, kind)


@pytest.mark.parametrize(
    ("directive", "keys"),
    [
        ("-q general", ("queue",)),
        ("-P proj2019", ("project",)),
        ("-W 04:00", ("walltime",)),
        ("-M 512000", ("mem", "memory")),
        ("-n 64", ("ncpus", "cores")),
        ('-R "span[hosts=1]"', ("ncpus", "cores")),
        ("-J dask-worker", ("name",)),
        ("-x", ()),
        (None, ()),
    ],
)
def test_a_directive_is_made_of_a_key(directive: str | None, keys: tuple[str, ...]) -> None:
    assert LSF.refusals.keys(directive) == keys


@pytest.mark.parametrize(
    "words",
    [
        "LSF daemon (LIM) not responding ... still trying",
        "ls_getclustername(): LIM is down; try later",
        "LSF is down. Please wait ...",
        "Failed in an LSF library call: External resource information (ELIM) not available",
        "batch daemon not responding ... still trying",
        "Cannot connect to LSF. mbatchd is busy",
        "Request aborted, try later",
    ],
)
def test_a_daemon_that_is_down_is_no_refusal(words: str) -> None:
    assert re.search(LSF.refusals.unreachable, words, re.IGNORECASE)
    assert not re.search(LSF.refusals.unreachable, "Bad resource requirement syntax. Job not submitted.", re.IGNORECASE)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("New job is waiting for scheduling;", PendingReason("New job is waiting for scheduling")),
        (
            "The queue is inactivated by the administrator;",
            PendingReason(
                "The queue is inactivated by the administrator (the queue is closed)",
                Pending.CLOSED,
            ),
        ),
        (
            "The queue is inactivated by its time windows;",
            PendingReason("The queue is inactivated by its time windows"),
        ),
        (
            "The user has reached his/her job slot limit: 1 host;",
            PendingReason("The user has reached his/her job slot limit: 1 host", Pending.LIMITED),
        ),
        (
            "The user has reached the per-user job slot limit of the queue;",
            PendingReason("The user has reached the per-user job slot limit of the queue", Pending.LIMITED),
        ),
    ],
)
def test_why_a_job_waits(words: str, reason: PendingReason) -> None:
    assert LSF.parse_pending_reason(f"9       root    PEND  general    vm    job   Nov 23 07:46\n {words}\n") == reason


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ("TERM_MEMLIMIT: job killed after reaching LSF memory usage limit.", Ending.MEMORY),
        ("TERM_SWAP: job killed after reaching LSF swap usage limit.", Ending.MEMORY),
        ("TERM_RUNLIMIT: job killed after reaching LSF run time limit.", Ending.WALLTIME),
        ("TERM_CPULIMIT: job killed after reaching LSF CPU usage limit.", Ending.WALLTIME),
        ("TERM_WINDOW: job killed by queue run window closing.", Ending.WALLTIME),
        ("TERM_DEADLINE: job killed after deadline expires.", Ending.WALLTIME),
        ("Exited with exit code 140", Ending.WALLTIME),
        ("TERM_OWNER: job killed by owner.", Ending.PERSON),
        ("TERM_FORCE_OWNER: job killed by owner without time for cleanup.", Ending.PERSON),
        ("TERM_PREEMPT: job killed after preemption.", Ending.PERSON),
        ("TERM_ADMIN: job killed by root or LSF administrator.", Ending.ADMINISTRATOR),
        ("TERM_FORCE_ADMIN: job killed by root or LSF administrator without time for cleanup.", Ending.ADMINISTRATOR),
        ("Exited with exit code 130", None),
    ],
)
def test_who_ended_a_job(words: str, ending: Ending | None) -> None:
    assert LSF.parse_exit_reason(f"Mon Nov 23 07:47:30: {words}\n") == ExitReason(words, ending)

from __future__ import annotations

import pytest

from pegconf.batch.job import QueuedJob, State
from pegconf.batch.lsf.jobs import LSF, directives
from pegconf.core.errors import RefusedError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("04:00", 14400),
        ("12", 720),
        ("0:90", 5400),
        ("1:60", 7200),
        ("30/node01", 1800),
        ("+5", 300),
        ("100:00", 360000),
    ],
)
def test_reads_what_bsub_accepts(text: str, seconds: int) -> None:
    assert LSF.parse_walltime(text) == seconds


@pytest.mark.parametrize("text", ["1:", ":30", "1.5", "1-00:00", "", "four hours", "00:10:00", "0", "00:00", "-5"])
def test_refuses_what_bsub_refuses_or_kills_at_once(text: str) -> None:
    with pytest.raises(RefusedError):
        LSF.parse_walltime(text)


@pytest.mark.parametrize("text", ["9" * 5000, f"{'9' * 5000}:00", f"1:{'9' * 5000}"])
def test_a_number_of_thousands_of_digits_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="is no walltime of LSF"):
        LSF.parse_walltime(text)


def test_a_walltime_with_seconds_is_refused_with_what_to_write() -> None:
    with pytest.raises(RefusedError, match=r"'04:00:00' has seconds; LSF reads \[hours:\]minutes: write 04:00"):
        LSF.parse_walltime("04:00:00")


@pytest.mark.parametrize(("seconds", "text"), [(14400, "04:00"), (60, "00:01"), (61, "00:02"), (604800, "168:00")])
def test_writes_hours_and_minutes_rounded_up(seconds: int, text: str) -> None:
    assert LSF.format_walltime(seconds) == text


def test_the_project_that_pegasus_prints_first_is_not_the_job_id() -> None:
    printed = "Job is submitted to <proj2019> project.\nJob <11234> is submitted to default queue <general>.\n"
    assert LSF.job_id(printed) == "11234"


@pytest.mark.parametrize("printed", ["", "Job is submitted to <proj2019> project.\n", "12345\n"])
def test_no_job_id_where_bsub_named_none(printed: str) -> None:
    assert LSF.job_id(printed) is None


BJOBS = """\
JOBID   USER    STAT  QUEUE      FROM_HOST   EXEC_HOST   JOB_NAME   SUBMIT_TIME
30      root    RUN   parallel   vm          2*node03:2*node02 ptile      Nov 23 07:46
13      root    RUN   general    vm          node03      arr[1]     Nov 23 07:46
8       root    PEND  general    vm             -        pend_mem   Nov 23 07:46
14      root    PSUSP general    vm             -        two words  Nov 23 07:46
7       root    EXIT  general    vm          2*node03    runner     Nov 23 07:46
"""


def test_jobs_of_the_wide_table() -> None:
    assert LSF.parse_jobs(BJOBS) == (
        QueuedJob("30", "ptile", State.RUNNING, "2*node03:2*node02", "Nov 23 07:46"),
        QueuedJob("13", "arr[1]", State.RUNNING, "node03", "Nov 23 07:46"),
        QueuedJob("8", "pend_mem", State.PENDING, "", "Nov 23 07:46"),
        QueuedJob("14", "two words", State.SUSPENDED, "", "Nov 23 07:46"),
        QueuedJob("7", "runner", State.FAILED, "2*node03", "Nov 23 07:46"),
    )


@pytest.mark.parametrize("time", ["Nov 23 07:46 2026", "2026 Nov 23 07:46", "Nov 23 07:46:59", "Nov  3 07:46"])
def test_a_job_is_known_by_its_name_however_the_time_is_shown(time: str) -> None:
    line = f"8 root PEND general vm - peg-1a2b {time}\n"
    assert [job.name for job in LSF.parse_jobs(line)] == ["peg-1a2b"]


def test_no_jobs_in_what_bjobs_says_to_none() -> None:
    assert LSF.parse_jobs("No unfinished job found\n") == ()
    assert LSF.says_none("No unfinished job found\n")
    assert LSF.says_none("Job <peg-00000000> is not found\n")
    assert not LSF.says_none("LSF daemon (LIM) not responding ... still trying\n")


def test_pending_reasons_stand_below_the_job() -> None:
    printed = """\
JOBID   USER    STAT  QUEUE       FROM_HOST      JOB_NAME           SUBMIT_TIME
9       root    PEND  parallel    vm             pend_slots         Nov 23 07:46
 Job's resource requirements not satisfied: 1 host;
 Running an exclusive job: 1 host;
"""
    assert LSF.parse_pending_reason(printed).text == (
        "Job's resource requirements not satisfied: 1 host; Running an exclusive job: 1 host"
    )


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("Mon Nov 23 07:47:30: Exited with exit code 140. The CPU time used\n", "Exited with exit code 140"),
        (
            "TERM_RUNLIMIT: job killed after reaching LSF run time limit.\n",
            "TERM_RUNLIMIT: job killed after reaching LSF run time limit.",
        ),
        ("Mon Nov 23 07:46:04: Exited wi\n                     th exit code 130.\n", "Exited with exit code 130"),
        ("Job <7>, Status <RUN>\n", ""),
    ],
)
def test_why_a_job_ended(printed: str, reason: str) -> None:
    assert LSF.parse_exit_reason(printed).text == reason


def test_a_jobs_own_output_is_without_the_report_around_it() -> None:
    printed = """\
Sender: LSF System <lsfadmin@node03>
Subject: Job 4: <stdinjob> Done

# LSBATCH: User input
echo No module named nothing

The output (if any) follows:

hello


PS:

Read file <stdin.4.err> for stderr output of this job.

"""
    assert LSF.own_output(printed) == "hello"


def test_cancelling_by_name_means_all_jobs_of_that_name() -> None:
    assert LSF.cancel_named("peg-1") == ["bkill", "-J", "peg-1", "0"]
    assert LSF.cancel(["7", "8"]) == ["bkill", "7", "8"]


@pytest.mark.parametrize(
    ("old", "gpus", "expected"),
    [
        ([], 0, ['-R "rusage[mem=625]"']),
        (['-R "rusage[mem=100]"'], 0, ['-R "rusage[mem=625]"']),
        (['-R "span[hosts=1] rusage[tmp=1, mem = 100MB]"'], 0, ['-R "span[hosts=1] rusage[tmp=1,mem=625]"']),
        (['-R "rusage[tmp=1]"', "-x"], 0, ['-R "rusage[mem=625,tmp=1]"', "-x"]),
        (['-gpu "num=1"', "-x"], 2, ['-R "rusage[mem=625]"', "-x", '-gpu "num=2"']),
    ],
)
def test_one_directive_reserves_and_the_users_own_stay(old: list[str], gpus: int, expected: list[str]) -> None:
    assert directives(old, 625, gpus) == expected

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegconf.batch.gridengine.jobs import SGE, state
from pegconf.batch.job import Ending, PendingReason, QueuedJob, State
from pegconf.core.errors import CannotGoOnError, RefusedError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("04:00:00", 14400),
        ("90", 90),
        ("1:0:1", 3601),
        ("1::1", 3601),
        ("12::", 43200),
        (":5:", 300),
        ("::30", 30),
        ("1:90:90", 9090),
        ("100:00:00", 360000),
    ],
)
def test_reads_what_qsub_accepts(text: str, seconds: int) -> None:
    assert SGE.parse_walltime(text) == seconds


@pytest.mark.parametrize(
    "text", ["12:00", "01:30", "1:2:3:4", "1d", "INFINITY", "", "::", "0", "0:0:0", "1.5", "-5", "0x10", "four hours"]
)
def test_refuses_what_qsub_refuses_or_nobody_means(text: str) -> None:
    with pytest.raises(RefusedError):
        SGE.parse_walltime(text)


def test_a_walltime_with_one_colon_is_refused_with_what_to_write() -> None:
    with pytest.raises(RefusedError, match=r"'04:00' has one colon; .* write 04:00:00"):
        SGE.parse_walltime("04:00")


@pytest.mark.parametrize("text", ["9" * 5000, f"{'9' * 5000}:00:00", f"0:{'9' * 5000}:0", f"::{'9' * 5000}"])
def test_a_number_of_thousands_of_digits_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="is no walltime of Grid Engine"):
        SGE.parse_walltime(text)


@given(st.integers(1, 10**7))
def test_what_it_writes_it_reads(seconds: int) -> None:
    assert SGE.parse_walltime(SGE.format_walltime(seconds)) == seconds


@pytest.mark.parametrize(
    ("printed", "job_id"),
    [
        ('Your job 1 ("stdinjob") has been submitted\n', "1"),
        ('Your job-array 13.1-3:1 ("sleep") has been submitted\n', "13"),
        ('Welcome to cluster 7\nYour job 42 ("dask-worker") has been submitted\n', "42"),
        ("Unable to run job: unknown resource\n", None),
        ("", None),
    ],
)
def test_the_job_id(printed: str, job_id: str | None) -> None:
    assert SGE.job_id(printed) == job_id


QSTAT = """\
<?xml version='1.0'?>
<job_info  xmlns:xsd="http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas/qstat/qstat.xsd">
  <queue_info>
    <job_list state="running">
      <JB_job_number>27</JB_job_number>
      <JAT_prio>0.25000</JAT_prio>
      <JB_name>peg-0123456789ab</JB_name>
      <JB_owner>pegtest</JB_owner>
      <state>r</state>
      <JAT_start_time>2026-11-23T18:24:28</JAT_start_time>
      <queue_name>all.q@node01</queue_name>
      <slots>2</slots>
    </job_list>
  </queue_info>
  <job_info>
    <job_list state="pending">
      <JB_job_number>18</JB_job_number>
      <JAT_prio>0.50000</JAT_prio>
      <JB_name>a &amp; b</JB_name>
      <JB_owner>pegtest</JB_owner>
      <state>Eqw</state>
      <JB_submission_time>2026-11-23T18:22:44</JB_submission_time>
      <queue_name></queue_name>
      <slots>2</slots>
    </job_list>
  </job_info>
</job_info>
"""


def test_jobs_have_their_whole_names() -> None:
    assert SGE.parse_jobs(QSTAT) == (
        QueuedJob("27", "peg-0123456789ab", State.RUNNING, "node01", "2026-11-23T18:24:28"),
        QueuedJob("18", "a & b", State.ERROR, "", "2026-11-23T18:22:44"),
    )
    assert SGE.parse_jobs(f"module: grid engine loaded\n{QSTAT}") == SGE.parse_jobs(QSTAT)
    assert SGE.parse_jobs("") == ()


def test_a_listing_that_breaks_off_is_no_empty_one() -> None:
    with pytest.raises(CannotGoOnError, match="qstat -xml prints no XML"):
        SGE.parse_jobs(QSTAT[:400])


@pytest.mark.parametrize(
    ("letters", "meant"),
    [
        ("qw", State.PENDING),
        ("hqw", State.PENDING),
        ("Rq", State.PENDING),
        ("Eqw", State.ERROR),
        ("t", State.RUNNING),
        ("r", State.RUNNING),
        ("Rr", State.RUNNING),
        ("hr", State.RUNNING),
        ("dr", State.RUNNING),
        ("S", State.SUSPENDED),
        ("T", State.SUSPENDED),
        ("dS", State.SUSPENDED),
        ("z", State.DONE),
        ("", State.UNKNOWN),
    ],
)
def test_states(letters: str, meant: State) -> None:
    assert state(letters) is meant


def test_a_job_in_error_has_not_left_the_queue_and_never_will() -> None:
    assert (State.ERROR.finished, State.ERROR.hopeless, State.DONE.hopeless) == (False, True, True)


WAITING = """\
job_type:                   NONE
scheduling info:            queue instance "general.q@qn01" dropped because it is full
                            cannot run in queue "bigmem.q" because it is not contained in its hard queue list (-q)
                            cannot run in PE "smp" because it only offers 0 slots
"""
OVER_THE_LIMIT = """\
scheduling info:            (-l h_rt=90000) cannot run in queue "all.q@node01" because it offers only qf:h_rt=24:00:00
                            cannot run in PE "smp" because it only offers 0 slots
"""


def test_pending_reasons_without_the_queues_nobody_asked_for() -> None:
    assert SGE.parse_pending_reason(WAITING).text == (
        'queue instance "general.q@qn01" dropped because it is full; '
        'cannot run in PE "smp" because it only offers 0 slots'
    )
    assert SGE.parse_pending_reason(OVER_THE_LIMIT).text.endswith("; the job never starts as it is")
    assert SGE.parse_pending_reason("job_type:      NONE\n") == PendingReason()
    off = "scheduling info:            (Collecting of scheduler job information is turned off)\n"
    assert SGE.parse_pending_reason(off) == PendingReason()


IN_ERROR = """\
job_type:                   NONE
error reason          1:      11/23/2026 18:22:44 [9:2]: error: can't chdir to /no/such/dir: No such file or directory
scheduling info:            Job is in error state
"""
KILLED = """\
failed       37  : qmaster enforced h_rt, h_cpu, or h_vmem limit
exit_status  137                  (Killed)
"""
RAN = """\
ru_wallclock {seconds}s
category     -u pegtest -l h_rt={limit},h_vmem=20M
"""


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        (
            IN_ERROR,
            "can't chdir to /no/such/dir: No such file or directory",
        ),
        ("slots        2                   \nfailed       0    \nexit_status  3                   \n", "exit_status 3"),
        (
            KILLED,
            "failed 37: qmaster enforced h_rt, h_cpu, or h_vmem limit, exit_status 137",
        ),
        (
            KILLED + RAN.format(seconds=6, limit=6),
            "failed 37: qmaster enforced h_rt, h_cpu, or h_vmem limit, exit_status 137",
        ),
        (
            KILLED + RAN.format(seconds=11, limit="00:06:00"),
            "failed 37: qmaster enforced h_rt, h_cpu, or h_vmem limit, exit_status 137, after 11 s of h_rt=00:06:00",
        ),
        ("failed       0    \nexit_status  0                   \n", ""),
        ("failed       0    \nexit_status  0                   \n" + RAN.format(seconds=11, limit=360), ""),
        ("error: job id 999 not found\n", ""),
    ],
)
def test_why_a_job_ended(printed: str, reason: str) -> None:
    assert SGE.parse_exit_reason(printed).text == reason


@pytest.mark.parametrize(
    ("printed", "ending"),
    [
        (KILLED, Ending.WALLTIME),
        (KILLED + RAN.format(seconds=360, limit=360), Ending.WALLTIME),
        (KILLED + RAN.format(seconds=11, limit=360), Ending.MEMORY),
        ("failed       100 : assumedly after job\n" + RAN.format(seconds=11, limit=360), None),
    ],
)
def test_a_limit_that_ended_a_job_before_its_time_was_up_is_the_memorys(printed: str, ending: Ending | None) -> None:
    assert SGE.parse_exit_reason(printed).ending is ending


def test_what_csh_says_first_is_not_the_jobs_own_output() -> None:
    printed = "Warning: no access to tty (Bad file descriptor).\nThus no job control in this shell.\nhello\n"
    assert SGE.own_output(printed) == "hello"


def test_commands() -> None:
    assert SGE.list_named("peg-1") == ["qstat", "-xml", "-u", "$user", "-s", "prsz"]
    assert SGE.cancel(["7", "8"]) == ["qdel", "7", "8"]
    assert SGE.cancel_named("peg-1") == ["qdel", "peg-1"]
    assert SGE.says_none("There is no job registered for the following users: pegtest\n")
    assert not SGE.says_none('error: unable to send message to qmaster using port 6444 on host "node01"\n')

"""The lines of the live view: the jobs, the phases, and what of them fits."""

from __future__ import annotations

import pytest

from pegconf.batch.base import PendingReason, QueuedJob, State
from pegconf.core.progress import Progress
from pegconf.jobs.timeline import Accepted, Timeline
from pegconf.smoke.report.live import Phase, frame

COUNT = "  12 s  jobs: 1 pending, 1 running; workers: 2 of 4 connected"


def seen(*hosts: str) -> Timeline:
    """A job for each host, submitted at 100 and listed at 101; without a host it waits."""
    timeline = Timeline()
    for number, host in enumerate(hosts, 1):
        timeline.accepted(str(number), Accepted(f"w-{number}", 100.0 + number / 1000))
        state = State.RUNNING if host else State.PENDING
        timeline.listed([QueuedJob(str(number), "peg", state, host)], 101.0)
    return timeline


def test_a_line_for_each_job_with_the_workers_that_came() -> None:
    timeline = seen("n001", "n002", "")
    timeline.arrived(["w-1-0", "w-1-1", "w-2-0"], 2, 109.0)
    timeline.waits("3", PendingReason("Job slot limit reached: 2 hosts"))
    assert frame(COUNT, timeline, (), 2, 112.4, 79, 23) == [
        COUNT,
        "job  state    host  seconds  workers  why it waits",
        "1    running  n001  9        2 of 2",
        "2    running  n002  12       1 of 2",
        "3    pending        12       0 of 2   Job slot limit reached: 2 hosts",
    ]


def test_phases_follow_with_their_seconds() -> None:
    phases = (
        Phase(Progress("sequentially, on one worker", step=True), 112.0, 118.7),
        Phase(Progress("waiting for 2 jobs"), 118.7),
    )
    assert frame(COUNT, seen("n001"), phases, 2, 121.0, 79, 23)[2:] == [
        "1    running  n001  21       0 of 2",
        "",
        "sequentially, on one worker: 7 s",
        "waiting for 2 jobs: 2 s",
    ]


@pytest.mark.parametrize("columns", [20, 40, 79, 119])
def test_long_hosts_and_reasons_are_cut_and_no_line_is_too_wide(columns: int) -> None:
    timeline = seen("", f"n001.{'very' * 9}.long.domain.edu")
    timeline.waits("1", PendingReason("一" * 100))
    lines = frame(COUNT, timeline, (), 2, 112.0, columns, 23)
    assert len(lines) == 4
    wide = [sum(2 if sign == "一" else 1 for sign in line) for line in lines]
    assert max(wide) <= columns
    assert any("…" in line for line in lines)


def test_a_host_gives_way_to_the_reason() -> None:
    timeline = seen("", "n001.cluster.of.a.long.name.edu")
    timeline.waits("1", PendingReason("New job is waiting for scheduling"))
    assert frame(COUNT, timeline, (), 2, 112.0, 79, 23)[1:] == [
        "job  state    host                      seconds  workers  why it waits",
        "1    pending                            12       0 of 2   New job is waiting f…",
        "2    running  n001.cluster.of.a.long.…  12       0 of 2",
    ]


def test_of_many_jobs_those_that_are_waited_for_are_shown() -> None:
    timeline = seen(*["n001"] * 30, *[""] * 10)
    timeline.arrived([f"w-{number}" for number in range(1, 31)], 1, 105.0)
    timeline.waits("40", PendingReason("Job slot limit reached: 2 hosts"))
    timeline.listed([QueuedJob("7", "peg", State.FAILED, "n001")], 110.0)
    lines = frame(COUNT, timeline, (), 1, 112.0, 79, 8)
    assert lines == [
        COUNT,
        "job  state    host  seconds  workers  why it waits",
        "7    failed   n001  5        1 of 1",
        "31   pending        12       0 of 1",
        "32   pending        12       0 of 1",
        "33   pending        12       0 of 1",
        "40   pending        12       0 of 1   Job slot limit reached: 2 hosts",
        "and 35 more: 6 pending, 29 running",
    ]


@pytest.mark.parametrize("rows", range(1, 12))
def test_it_never_has_more_lines_than_the_terminal(rows: int) -> None:
    phases = tuple(Phase(Progress(f"phase {number}", step=True), 100.0) for number in range(9))
    lines = frame(COUNT, seen(*["n001"] * 40), phases, 2, 112.0, 79, rows)
    assert len(lines) <= rows
    assert lines[-1] == "phase 8: 12 s"


def test_what_a_terminal_would_obey_is_not_sent_to_it() -> None:
    timeline = seen("n\x1b[2J1\r\n")
    assert "\x1b" not in "".join(frame(COUNT, timeline, (), 2, 112.0, 79, 23))

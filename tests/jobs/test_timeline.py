"""A job's times from what the batch system lists and which workers arrive."""

from __future__ import annotations

from pegconf.batch.base import PendingReason, QueuedJob, State
from pegconf.jobs.timeline import Accepted, JobTimes, Timeline


def test_a_job_goes_from_submission_to_its_end() -> None:
    seen = Timeline()
    seen.accepted("7", Accepted("peg-1-0", 100.0))
    seen.listed([QueuedJob("7", "peg-1", State.PENDING)], 101.0)
    seen.waits("7", PendingReason("New job is waiting for scheduling"))
    assert seen.jobs == (JobTimes("7", submitted=100.0, reason="New job is waiting for scheduling"),)
    seen.listed([QueuedJob("7", "peg-1", State.RUNNING, "n001")], 103.0)
    seen.arrived(["peg-1-0-0"], 2, 104.0)
    assert [job.connected for job in seen.jobs] == [None]
    seen.arrived(["peg-1-0-0", "peg-1-0-1"], 2, 105.0)
    seen.ended(now=110.0)
    assert seen.jobs == (JobTimes("7", "n001", State.RUNNING, 100.0, 103.0, 105.0, 110.0),)


def test_a_job_that_is_listed_before_its_submit_command_has_ended_starts_no_earlier_than_it_was_submitted() -> None:
    seen = Timeline()
    seen.listed([QueuedJob("7", "peg-1", State.RUNNING, "n001")], 100.0)
    seen.accepted("7", Accepted("peg-1-0", 100.5))
    assert seen.jobs == (JobTimes("7", "n001", State.RUNNING, 100.0, 100.0),)


def test_a_worker_counts_for_its_own_job_only() -> None:
    seen = Timeline()
    seen.accepted("7", Accepted("peg-1-1", 100.0))
    seen.accepted("8", Accepted("peg-1-10", 100.5))
    seen.arrived(["peg-1-10"], 1, 102.0)
    assert [(job.job_id, job.connected) for job in seen.jobs] == [("7", None), ("8", 102.0)]


def test_a_worker_that_is_quicker_than_the_listing_has_started() -> None:
    seen = Timeline()
    seen.accepted("7", Accepted("w", 100.0))
    seen.arrived(["w"], 1, 101.0)
    assert seen.jobs == (JobTimes("7", "", State.RUNNING, 100.0, 101.0, 101.0),)


def test_a_job_that_ended_by_itself_keeps_that_time_and_one_that_remains_has_none() -> None:
    seen = Timeline()
    seen.listed([QueuedJob("7", "p", State.FAILED, "n1"), QueuedJob("8", "p", State.RUNNING, "n2")], 50.0)
    seen.ended(["8"], 60.0)
    assert [(job.job_id, job.submitted, job.started, job.done) for job in seen.jobs] == [
        ("7", 50.0, 50.0, 50.0),
        ("8", 50.0, 50.0, None),
    ]

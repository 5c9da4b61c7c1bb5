"""HTCondor as its manual says; nothing here was recorded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from pegconf.batch.htcondor.jobs import HEADER, HTCONDOR
from pegconf.batch.job import QueuedJob, State
from pegconf.batch.requested import Request
from pegconf.core import sizing
from pegconf.core.errors import CannotGoOnError, RefusedError
from pegconf.core.model import Node
from pegconf.jobs import dask_import

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = sizing.shape(Node(16, 16, 64 * 10**9), 2, 4 * 10**9, 2)


def values(directives: Any, disk: str | None = None, gpus: int = 0) -> dict[str, Any]:
    kept = {"job-extra-directives": directives, "disk": disk}
    return dict(HTCONDOR.fill(Request(SHAPE, 0, kept, gpus=gpus, details={"disk": "2GB"})).values)


def test_there_is_no_walltime() -> None:
    assert not HTCONDOR.has_walltime
    with pytest.raises(RefusedError, match="HTCondor has no walltime"):
        HTCONDOR.parse_walltime("04:00")


def test_memory_has_headroom_in_the_word_that_dask_jobqueue_writes() -> None:
    assert values({}) == {"disk": "2GB", "job-extra-directives": {"RequestMemory": "4769"}}


def test_gpus_are_a_command_of_their_own() -> None:
    assert values({}, gpus=1)["job-extra-directives"] == {"RequestMemory": "4769", "request_gpus": "1"}


def test_what_the_user_added_stays_and_a_second_time_changes_nothing() -> None:
    once = values({"request_memory": "1GB", "Requirements": "(OpSysMajorVer == 9)"})["job-extra-directives"]
    assert once == {"RequestMemory": "4769", "Requirements": "(OpSysMajorVer == 9)"}
    assert values(once)["job-extra-directives"] == once


def test_a_list_is_left_to_validate() -> None:
    assert values(["Requirements = x"])["job-extra-directives"] == ["Requirements = x"]


def test_the_id_is_the_cluster_s_first_process() -> None:
    assert HTCONDOR.job_id("Submitting job(s).\n1 job(s) submitted to cluster 35.\n") == "35.0"
    assert HTCONDOR.job_id("ERROR: Failed to parse command file (line 4).\n") is None


QUEUE = json.dumps(
    [
        {
            "ClusterId": 35,
            "ProcId": 0,
            "JobBatchName": "peg-1a2b3c4d-0",
            "JobStatus": 2,
            "RemoteHost": "slot1_2@node03.example.org",
            "QDate": 1278479828,
        },
        {"ClusterId": 36, "ProcId": 0, "JobBatchName": "peg-1a2b3c4d-1", "JobStatus": 1},
        {"ClusterId": 37, "ProcId": 0, "JobBatchName": "peg-1a2b3c4d-2", "JobStatus": 5},
        {"ClusterId": 38, "ProcId": 0, "JobBatchName": "peg-1a2b3c4d-3", "JobStatus": 4, "ExitCode": 1},
    ]
)


def test_reads_the_queue_and_takes_the_worker_s_number_off_the_name() -> None:
    assert HTCONDOR.parse_jobs(QUEUE) == (
        QueuedJob("35.0", "peg-1a2b3c4d", State.RUNNING, "node03.example.org", "2010-07-07 05:17:08 UTC"),
        QueuedJob("36.0", "peg-1a2b3c4d", State.PENDING),
        QueuedJob("37.0", "peg-1a2b3c4d", State.SUSPENDED),
        QueuedJob("38.0", "peg-1a2b3c4d", State.FAILED),
    )
    assert HTCONDOR.parse_jobs("") == ()


def test_what_is_no_json_is_no_empty_queue() -> None:
    with pytest.raises(CannotGoOnError, match="condor_q printed no JSON: -- Failed to fetch ads"):
        HTCONDOR.parse_jobs("-- Failed to fetch ads from: <10.0.0.1:9618>\n")


ANALYSIS = """\
The Requirements expression for job 36.000 is

    (TARGET.Arch == "X86_64")

36.000:  Run analysis summary ignoring user priority.  Of 58 machines,
     58 are rejected by your job's requirements
      0 match and are willing to run your job

WARNING:  Be advised:
"""


def test_why_it_waits_or_is_held() -> None:
    assert HTCONDOR.parse_pending_reason(ANALYSIS).text == (
        "Run analysis summary ignoring user priority. Of 58 machines, 58 are rejected by your job's requirements "
        "0 match and are willing to run your job"
    )
    assert HTCONDOR.parse_pending_reason("Hold reason: Memory usage exceeds a limit\n\nx").text == (
        "Memory usage exceeds a limit"
    )


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ({"RemoveReason": "via condor_rm (by user me)"}, "via condor_rm (by user me)"),
        ({"ExitBySignal": True, "ExitSignal": 9}, "Exited by signal 9"),
        ({"ExitBySignal": False, "ExitCode": 1}, "Exited with exit code 1."),
        ({}, ""),
    ],
)
def test_why_it_ended(job: dict[str, Any], reason: str) -> None:
    assert HTCONDOR.parse_exit_reason(json.dumps([job])).text == reason


def test_a_run_s_jobs_are_named_after_its_workers() -> None:
    attributes = "ClusterId,ProcId,JobBatchName,JobStatus,RemoteHost,QDate,ExitCode"
    listed = ["condor_q", "-json", "-attributes", attributes, "-constraint"]
    assert HTCONDOR.list_named("peg-1") == [*listed, 'regexp("^peg-1-[0-9]+$", JobBatchName)']
    assert HTCONDOR.cancel_named("peg-1") == ["condor_rm", "-constraint", 'regexp("^peg-1-[0-9]+$", JobBatchName)']
    assert HTCONDOR.cancel(["35.0"]) == ["condor_rm", "35.0"]


def test_the_commands_that_dask_jobqueue_writes(tmp_path: Path) -> None:
    made = dask_import.job_class(HTCONDOR)
    script = made(scheduler="tcp://x:1", name="w", cores=1, memory="1GB", disk="1GB", log_directory=str(tmp_path))
    written = tuple(re.findall(r"(?m)^([\w.]+) =", script.job_script()))
    assert written == (*HEADER, "Arguments", "Executable")

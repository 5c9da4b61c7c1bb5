"""OAR as its manual says; nothing here was recorded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pegconf.batch.job import QueuedJob, State
from pegconf.batch.oar.jobs import OAR
from pegconf.batch.requested import Request
from pegconf.core import sizing
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node

SHAPE = sizing.shape(Node(16, 16, 64 * 10**9), 4, 4 * 10**9, 2)
OUTPUT = ["-O /home/me/logs/OAR.%jobid%.out", "-E /home/me/logs/OAR.%jobid%.err"]


def values(*extra: str, gpus: int = 0, **details: str) -> dict[str, Any]:
    kept = {"job-extra-directives": list(extra), "log-directory": "/home/me/logs"}
    return dict(OAR.fill(Request(SHAPE, 14400, kept, gpus=gpus, details=details)).values)


@pytest.mark.parametrize(("text", "seconds"), [("4", 14400), ("04:00", 14400), ("04:00:30", 14430), ("0:30", 1800)])
def test_reads_hours_first(text: str, seconds: int) -> None:
    assert OAR.parse_walltime(text) == seconds


@pytest.mark.parametrize("text", ["", "1:", ":30", "1:0:0:0", "4h", "0", "0:00:00"])
def test_refuses_what_is_no_walltime_or_none_at_all(text: str) -> None:
    with pytest.raises(RefusedError):
        OAR.parse_walltime(text)


def test_cores_of_one_node_and_the_output_s_place() -> None:
    assert values() == {
        "resource-spec": "/nodes=1/core=4",
        "memory-per-core-property-name": "not_applicable",
        "job-extra-directives": OUTPUT,
    }


def test_a_property_for_memory_and_gpus_with_their_share_of_the_cores() -> None:
    filled = values(gpus=2, **{"memory-property": "memcore"})
    assert filled["memory-per-core-property-name"] == "memcore"
    assert filled["resource-spec"] == "/nodes=1/gpu=2/core=2"


def test_what_the_user_added_stays_and_a_second_time_changes_nothing() -> None:
    once = values("-t besteffort")["job-extra-directives"]
    assert once == [*OUTPUT, "-t besteffort"]
    assert values(*once)["job-extra-directives"] == once
    assert values("-O /home/me/mine.out")["job-extra-directives"] == ["-O /home/me/mine.out"]


@pytest.mark.parametrize("option", ["-O", "-E", "--stdout=", "--stderr=", "--stdout", "--stderr"])
@pytest.mark.parametrize("ending", ["out", "err"])
def test_the_output_of_an_old_log_directory_is_replaced(option: str, ending: str) -> None:
    old = f"{option}{'' if option.endswith('=') else ' '}/old/OAR.%jobid%.{ending}"
    assert values(old, "-t besteffort")["job-extra-directives"] == [*OUTPUT, "-t besteffort"]


SCRIPT = """\
#!/usr/bin/env bash

#OAR -n peg-1a2b3c4d
#OAR -l /nodes=1/core=4,walltime=04:00:00
#OAR -p 'host="n1" AND memcore>=1907'

python -m distributed.cli.dask_worker tcp://10.0.0.1:1
"""


def test_the_script_is_the_last_word_of_the_command() -> None:
    assert OAR.command_line is not None
    assert OAR.command_line(SCRIPT) == [
        *["oarsub", "-n", "peg-1a2b3c4d", "-l", "/nodes=1/core=4,walltime=04:00:00"],
        *["-p", 'host="n1" AND memcore>=1907', "\n\npython -m distributed.cli.dask_worker tcp://10.0.0.1:1\n"],
    ]


def test_the_id_is_named() -> None:
    assert OAR.job_id("[ADMISSION RULE] Modify resource description\nOAR_JOB_ID=42\n") == "42"
    assert OAR.job_id("There are not enough resources for your request\n") is None


JOBS = json.dumps(
    {
        "42": {
            "Job_Id": 42,
            "name": "peg-1a2b3c4d",
            "state": "Running",
            "assigned_network_address": ["node03"],
            "submissionTime": 1278479828,
        },
        "43": {"name": "peg-1a2b3c4d", "state": "Waiting", "message": "R=4,W=4:0:0,J=B"},
        "44": {"Job_Id": 44, "name": "x", "state": "Terminated", "exit_code": 0},
        "45": {"Job_Id": 45, "name": "x", "state": "Terminated", "exit_code": 256},
        "46": {"Job_Id": 46, "name": None, "state": "Error"},
    }
)


def test_reads_the_jobs() -> None:
    assert OAR.parse_jobs(JOBS) == (
        QueuedJob("42", "peg-1a2b3c4d", State.RUNNING, "node03", "2010-07-07 05:17:08 UTC"),
        QueuedJob("43", "peg-1a2b3c4d", State.PENDING),
        QueuedJob("44", "x", State.DONE),
        QueuedJob("45", "x", State.FAILED),
        QueuedJob("46", "", State.FAILED),
    )
    assert OAR.parse_jobs("") == OAR.parse_jobs("{}") == ()


def test_why_it_waits() -> None:
    waits = {"43": {"message": "R=4,W=4:0:0,J=B", "scheduledStart": 1278479828}}
    assert OAR.parse_pending_reason(json.dumps(waits)).text == "R=4,W=4:0:0,J=B; to start at 2010-07-07 05:17:08 UTC"


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (
            {"state": "Terminated", "exit_code": 768, "message": "R=2,W=0:10:0,J=B,N=peg-1 (Karma=0.000,quota_ok)"},
            "Exited with exit code 3.",
        ),
        ({"state": "Terminated", "exit_code": 256, "message": "Bad node"}, "Exited with exit code 1. Bad node"),
        ({"state": "Terminated", "exit_code": 9}, "Exited by signal 9"),
        ({"state": "Error", "message": "[oarsub] killed"}, "[oarsub] killed"),
        ({"state": "Running", "exit_code": None}, ""),
    ],
)
def test_why_it_ended(job: dict[str, Any], reason: str) -> None:
    assert OAR.parse_exit_reason(json.dumps({"42": job})).text == reason


def test_a_name_is_chosen_in_sql() -> None:
    assert OAR.cancel_named("peg-1") == ["oardel", "--sql", "job_name = 'peg-1'"]
    assert OAR.list_named("peg-1") == ["oarstat", "-J", "-f", "--sql", "job_name = 'peg-1'"]

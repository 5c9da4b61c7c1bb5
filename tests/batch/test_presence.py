"""What proves that a job has left the queue: the words of each batch system, of this very id, on the stream it uses."""

from __future__ import annotations

import contextlib
import json

import pytest

from pegconf.batch.job import Presence
from pegconf.batch.systems import KNOWN
from pegconf.core.command_output import Answer
from pegconf.core.errors import CannotGoOnError

NAME = "peg-0a1b2c3d"
THERE, GONE, UNKNOWN = Presence.THERE, Presence.GONE, Presence.UNKNOWN


def said(code: int | None, out: str = "", err: str = "") -> Answer:
    return Answer("a command", code, out, err)


def bjobs(job: str, state: str, name: str = NAME) -> str:
    head = "JOBID   USER    STAT  QUEUE      FROM_HOST   EXEC_HOST   JOB_NAME   SUBMIT_TIME\n"
    return f"{head}{job}    alice   {state}   general    node00      node01      {name} Nov 27 10:02\n"


def scontrol(job: str, state: str, name: str = NAME) -> str:
    return f"JobId={job} JobName={name}\n   UserId=alice(1000) GroupId=alice(1000)\n   JobState={state} Reason=None\n"


def qstat_j(job: str, name: str = NAME) -> str:
    line = "=" * 62
    return f"{line}\njob_number:        {job}\nowner:             alice\njob_name:          {name}\n"


def qstat_f(job: str, state: str, name: str = NAME) -> str:
    return f"Job Id: {job}\n    Job_Name = {name}\n    job_state = {state}\n    queue = workq\n\n"


def checkjob(state: str, name: str = NAME) -> str:
    return f"job 4321\n\nAName: {name}\nState: {state}\nCreds:  user:alice\n"


def oarstat(job: str, state: str, name: str = NAME) -> str:
    return json.dumps({job: {"Job_Id": int(job), "name": name, "state": state}})


def condor(job: str, status: int, name: str = NAME) -> str:
    cluster, process = map(int, job.split("."))
    return json.dumps([{"ClusterId": cluster, "ProcId": process, "JobBatchName": f"{name}-0", "JobStatus": status}])


NOT_THERE = "Following jobs do not exist: \n9\n"
HELD = condor("35.0", 5)
LEFT = condor("35.0", 4)


@pytest.mark.parametrize(
    ("system", "job", "answers", "presence"),
    [
        ("lsf", "17", [said(0, bjobs("17", "RUN"))], THERE),
        ("lsf", "17", [said(0, bjobs("17", "EXIT"))], GONE),
        ("lsf", "17", [said(255, "", "Job <17> is not found\n")], GONE),
        ("lsf", "17", [said(255, "Job <17> is not found\n")], UNKNOWN),
        ("lsf", "17", [said(255, "", "Job <117> is not found\n")], UNKNOWN),
        ("lsf", "17", [said(255, "", "LSF daemon (LIM) not responding ... still trying\n")], UNKNOWN),
        ("lsf", "17", [said(0, bjobs("17", "RUN", "hers"))], UNKNOWN),
        ("slurm", "26", [said(0, scontrol("26", "PENDING"))], THERE),
        ("slurm", "26", [said(0, scontrol("26", "COMPLETING"))], THERE),
        ("slurm", "26", [said(0, scontrol("26", "CANCELLED"))], GONE),
        ("slurm", "26", [said(1, "", "slurm_load_jobs error: Invalid job id specified\n")], GONE),
        ("slurm", "26", [said(1, "", "slurm_load_jobs error: Unable to contact slurm controller\n")], UNKNOWN),
        ("slurm", "26", [said(0, scontrol("27", "CANCELLED"))], UNKNOWN),
        ("slurm", "26", [said(0, scontrol("26", "CANCELLED", "hers"))], UNKNOWN),
        ("sge", "9", [said(0, qstat_j("9"))], THERE),
        ("sge", "9", [said(1, "", NOT_THERE)], GONE),
        ("sge", "9", [said(1, NOT_THERE)], UNKNOWN),
        ("sge", "9", [said(1, "", NOT_THERE.replace("9", "19"))], UNKNOWN),
        ("sge", "9", [said(0, qstat_j("9", "hers"))], UNKNOWN),
        ("pbs", "0.pbslogin", [said(0, qstat_f("0.pbslogin", "R"))], THERE),
        ("pbs", "0.pbslogin", [said(0, qstat_f("0.pbslogin", "E"))], THERE),
        ("pbs", "0.pbslogin", [said(0, qstat_f("0.pbslogin", "C"))], GONE),
        ("pbs", "0.pbslogin", [said(153, "", "qstat: Unknown Job Id 0.pbslogin\n")], GONE),
        ("pbs", "1.server", [said(153, "", "qstat: Unknown Job Id Error 1.server\n")], GONE),
        ("pbs", "10.pbslogin", [said(153, "", "qstat: Unknown Job Id 100.pbslogin\n")], UNKNOWN),
        (
            "pbs",
            "110.pbslogin",
            [said(35, "", "qstat: 110.pbslogin Job has finished, use -x or -H to obtain historical job information\n")],
            GONE,
        ),
        ("pbs", "0.pbslogin", [said(0, "", "qstat: PBS is not configured to maintain job history \n")], UNKNOWN),
        (
            "pbs",
            "0.pbslogin",
            [said(255, "", "Connection refused\nqstat: cannot connect to server pbslogin\n")],
            UNKNOWN,
        ),
        ("moab", "4321", [said(0, checkjob("Idle"))], THERE),
        ("moab", "4321", [said(0, checkjob("Removed"))], GONE),
        ("moab", "4321", [said(1, "", "ERROR:    invalid job specified (4321)\n")], GONE),
        ("moab", "4321", [said(0, checkjob("Removed", "hers"))], UNKNOWN),
        ("oar", "42", [said(0, oarstat("42", "Running"))], THERE),
        ("oar", "42", [said(0, oarstat("42", "Error"))], GONE),
        ("oar", "42", [said(0, "{}")], UNKNOWN),
        ("oar", "42", [said(0, oarstat("42", "Error", "hers"))], UNKNOWN),
        ("htcondor", "35.0", [said(0, HELD), said(0, "")], THERE),
        ("htcondor", "35.0", [said(0, LEFT), said(0, LEFT)], THERE),
        ("htcondor", "35.0", [said(0, ""), said(0, LEFT)], GONE),
        ("htcondor", "35.0", [said(0, ""), said(0, "")], UNKNOWN),
        ("htcondor", "35.0", [said(0, "", "-- Failed to fetch ads\n"), said(0, LEFT)], UNKNOWN),
        ("htcondor", "35.0", [said(0, ""), said(0, condor("35.0", 4, "hers"))], UNKNOWN),
    ],
)
def test_what_is_known_of_a_job(system: str, job: str, answers: list[Answer], presence: Presence) -> None:
    assert KNOWN[system].presence(job, NAME, answers) is presence


@pytest.mark.parametrize("system", [name for name in KNOWN if name != "local"])
def test_no_answer_is_no_proof(system: str) -> None:
    """Nothing printed, a failure, a time-out, and what answers at all print of everything."""
    job = {"htcondor": "1.0"}.get(system, "1")
    for answer in (said(0), said(1), said(None), said(0, "ok\n"), said(0, "", "error\n"), said(0, "[]")):
        answers = [answer for _ in KNOWN[system].ask_presence(job)]
        with contextlib.suppress(CannotGoOnError):
            assert KNOWN[system].presence(job, NAME, answers) is UNKNOWN


@pytest.mark.parametrize(
    ("system", "ids", "others"),
    [
        ("lsf", ["17"], ["-u", "17 18", "0x1", "--help"]),
        ("slurm", ["26"], ["-u", "--user=root", "26,27", ""]),
        ("sge", ["9"], ["-u", "*", "9-11"]),
        ("pbs", ["0.pbslogin", "42[].pbslogin", "1"], ["-W force", "all", "1.a b", "@server"]),
        ("moab", ["4321", "Moab.4321", "4321.server"], ["ALL", "-c", "x y"]),
        ("oar", ["42"], ["--sql", "42 43", "-1"]),
        ("htcondor", ["35.0"], ["35", "-all", "alice"]),
    ],
)
def test_what_is_a_jobs_id(system: str, ids: list[str], others: list[str]) -> None:
    assert [text for text in [*ids, *others] if KNOWN[system].is_job_id(text)] == ids

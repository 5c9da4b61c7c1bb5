"""Each word that a batch system has for a job's state, as its listing prints it, and what it means."""

from __future__ import annotations

import json

import pytest

from pegconf.batch.job import State
from pegconf.batch.systems import KNOWN

LISTED = {
    "lsf": "8       root    {state}  general    vm             -        peg-1a2b   Nov 23 07:46\n",
    "slurm": "18|{state}|sc01|2026-11-23T08:00:00|peg-1a2b\n",
    "pbs": "Job Id: 1234.pbs01\n    Job_Name = peg-1a2b\n    job_state = {state}\n",
    "moab": '<Data><queue><job JobID="4321" JobName="peg-1a2b" State="{state}"></job></queue></Data>\n',
    "oar": json.dumps({"42": {"Job_Id": 42, "name": "peg-1a2b", "state": "STATE"}}),
    "htcondor": json.dumps([{"ClusterId": 35, "ProcId": 0, "JobBatchName": "peg-1a2b-0", "JobStatus": -1}]),
}
"""A job as each lists it, with a place for the state."""
STATES = {
    # IBM: bjobs(1).
    "lsf": {
        State.PENDING: "PEND WAIT PROV",
        State.RUNNING: "RUN",
        State.SUSPENDED: "PSUSP USUSP SSUSP",
        State.DONE: "DONE",
        State.FAILED: "EXIT",
        State.UNKNOWN: "UNKWN ZOMBI",
    },
    # squeue(1): JOB STATE CODES.
    "slurm": {
        State.PENDING: "PENDING CONFIGURING REQUEUED REQUEUE_FED REQUEUE_HOLD RESV_DEL_HOLD SPECIAL_EXIT",
        State.RUNNING: "RUNNING COMPLETING RESIZING SIGNALING STAGE_OUT",
        State.SUSPENDED: "SUSPENDED STOPPED",
        State.DONE: "COMPLETED",
        State.FAILED: ("BOOT_FAIL FAILED NODE_FAIL CANCELLED DEADLINE OUT_OF_MEMORY PREEMPTED REVOKED TIMEOUT"),
        State.UNKNOWN: "NEW_IN_SLURM_30",
    },
    # qstat(1B) of PBS Professional and of Torque.
    "pbs": {
        State.PENDING: "Q H W T M",
        State.RUNNING: "B R E",
        State.SUSPENDED: "S U",
        # Of an ended job without its exit status nothing good is known.
        State.FAILED: "F X C",
        State.UNKNOWN: "?",
    },
    # Moab's manual: job states.
    "moab": {
        State.PENDING: "Idle Deferred Blocked Hold BatchHold UserHold SystemHold NotQueued Migrated Staging",
        State.RUNNING: "Starting Running Canceling",
        State.SUSPENDED: "Suspended",
        State.FAILED: "Removed Vacated",
        State.UNKNOWN: "Unknown",
    },
    # oarstat(1).
    "oar": {
        State.PENDING: "Waiting Hold toLaunch toAckReservation",
        State.RUNNING: "Launching Running Finishing",
        State.SUSPENDED: "Suspended Resuming",
        State.DONE: "Terminated",
        State.FAILED: "toError Error",
        State.UNKNOWN: "Dreaming",
    },
    # HTCondor's manual: JobStatus among the job's attributes.
    "htcondor": {
        State.PENDING: "1",
        State.RUNNING: "2 6",
        State.FAILED: "3",
        State.DONE: "4",
        State.SUSPENDED: "5 7",
        State.UNKNOWN: "9",
    },
}


@pytest.mark.parametrize(
    ("system", "word", "expected"),
    [(system, word, state) for system, of in STATES.items() for state, words in of.items() for word in words.split()],
)
def test_a_word_for_a_state(system: str, word: str, expected: State) -> None:
    listed = LISTED[system].replace("{state}", word).replace("STATE", word).replace("-1}", f"{word}}}")
    (job,) = KNOWN[system].parse_jobs(listed)
    assert (job.name, job.state) == ("peg-1a2b", expected)

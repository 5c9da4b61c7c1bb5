"""Nothing is said to be gone but what the batch system has said so of: each of its status commands fails in turn."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from pegconf.batch.systems import KNOWN
from pegconf.jobs import confirm_ended
from tests.stand_in_commands import command

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "peg-0a1b2c3d"
BJOBS: Final = "JOBID USER STAT QUEUE FROM_HOST EXEC_HOST JOB_NAME SUBMIT_TIME"

LISTS: Final = {
    "lsf": {
        "bjobs": f'test -e {{gone}} && echo "Job <17> is not found" >&2 && exit 255; echo "{BJOBS}"; '
        f'echo "17 alice RUN general login node01 {NAME} Nov 27 10:02"'
    },
    "slurm": {
        "squeue": f"test -e {{gone}} || echo '17|RUNNING|node01|2026-11-27T10:02:00|{NAME}'",
        "scontrol": 'test -e {gone} && echo "slurm_load_jobs error: Invalid job id specified" >&2 && exit 1; '
        f"printf 'JobId=17 JobName={NAME}\\n   JobState=RUNNING Reason=None\\n'",
    },
    "sge": {
        "qstat": 'case "$1" in -j) test -e {gone} && printf "Following jobs do not exist: \\n17\\n" >&2 && exit 1; '
        f"printf 'job_number: 17\\njob_name: {NAME}\\n';; "
        "*) printf '<job_info><queue_info>'; test -e {gone} || printf "
        f"'<job_list><JB_job_number>17</JB_job_number><JB_name>{NAME}</JB_name><state>r</state></job_list>'; "
        "printf '</queue_info></job_info>';; esac"
    },
    "pbs": {
        "qselect": "test -e {gone} || echo 17.pbs01",
        "qstat": 'test -e {gone} && echo "qstat: Unknown Job Id 17.pbs01" >&2 && exit 153; '
        f"printf 'Job Id: 17.pbs01\\n    Job_Name = {NAME}\\n    job_state = R\\n'",
    },
    "oar": {
        "oarstat": "state=Running; test -e {gone} && state=Error; "
        f"""printf '{{{{"17": {{{{"Job_Id": 17, "name": "{NAME}", "state": "%s"}}}}}}}}' $state"""
    },
    "htcondor": {
        "condor_q": f"""test -e {{gone}} || printf '[{{{{"ClusterId": 17, "ProcId": 0, "JobBatchName": "{NAME}-0", "JobStatus": 2}}}}]'""",  # noqa: E501
        "condor_history": f"""test -e {{gone}} && printf '[{{{{"ClusterId": 17, "ProcId": 0, "JobBatchName": "{NAME}-0", "JobStatus": 3}}}}]'""",  # noqa: E501
    },
}
"""Status commands that tell of one job: it is there until the file {gone} exists."""
IDS: Final = {"pbs": "17.pbs01", "htcondor": "17.0"}
CANCELS: Final = {
    "lsf": "bkill",
    "slurm": "scancel",
    "sge": "qdel",
    "pbs": "qdel",
    "oar": "oardel",
    "htcondor": "condor_rm",
}
FAULTS: Final = {
    "prints nothing": "exit 0",
    "prints to the other stream": "exec 3>&1 1>&2 2>&3; . {real}",
    "fails": "exit 1",
    "fails with words": 'echo "Connection refused" >&2; exit 1',
    "hangs": "sleep 60",
    "lists a foreign name": ". {real} | sed s/" + NAME + "/hers/g",
    "prints escape sequences": r"printf '\033[2J\033]0;x\007'",
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The patience of a test that knows its batch system never answers."""
    monkeypatch.setattr(confirm_ended, "ASK_SECONDS", 1.0)
    monkeypatch.setattr(confirm_ended, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(confirm_ended, "TWICE_SECONDS", 0.3)
    monkeypatch.setattr(confirm_ended, "UNANSWERED_SECONDS", 0.5)
    monkeypatch.setattr(confirm_ended, "NOTHING_SUBMITTED_SECONDS", 0.5)
    monkeypatch.setattr(confirm_ended, "GONE_SECONDS", 2.0)


def commands_of(system: str, folder: Path, broken: str = "", fault: str = "") -> None:
    """The batch system's commands, one of them broken; what is cancelled is gone, and stands in `cancelled`."""
    for name, text in LISTS[system].items():
        real = folder / f"{name}.real"
        real.write_text(text.format(gone=folder / "gone") + "\n", encoding="utf-8")
        command(folder, name, fault.format(real=real) if name == broken else f". {real}")
    command(folder, CANCELS[system], f'echo "$@" >> {folder}/cancelled', f"touch {folder}/gone")


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("system", LISTS)
def test_a_job_that_is_there_is_cancelled_and_known_to_be_gone(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands_of(system, tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    job = IDS.get(system, "17")
    assert confirm_ended.confirm(KNOWN[system], NAME, {job}, False, print) == ()
    assert (tmp_path / "cancelled").read_text() == f"{job}\n"


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("system", "broken"), [(system, name) for system in LISTS for name in LISTS[system]])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_not_said_is_not_claimed(
    system: str, broken: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the job was cancelled and has gone, or it is said that it may remain, with a command to type."""
    commands_of(system, tmp_path, broken, FAULTS[fault])
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    job = IDS.get(system, "17")
    left = confirm_ended.confirm(KNOWN[system], NAME, {job}, False, print)
    gone = (tmp_path / "gone").exists()
    assert gone if left == () else CANCELS[system] in left[0].sentence
    # The id alone, and nothing of another name's.
    assert not gone or set((tmp_path / "cancelled").read_text().split()) == {job}


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("system", LISTS)
def test_nobody_elses_job_is_cancelled(system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every status command shows the id under another name: it has been given to somebody else's job."""
    for name in LISTS[system]:
        commands_of(system, tmp_path, name, FAULTS["lists a foreign name"])
    for name in LISTS[system]:
        command(tmp_path, name, FAULTS["lists a foreign name"].format(real=tmp_path / f"{name}.real"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    left = confirm_ended.confirm(KNOWN[system], NAME, {IDS.get(system, "17")}, False, print)
    assert (len(left), (tmp_path / "cancelled").exists()) == (1, False)


@pytest.mark.usefixtures("short")
def test_without_ids_an_empty_list_counts_when_it_was_empty_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(tmp_path, "squeue", f"echo asked >> {tmp_path}/asked")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert confirm_ended.confirm(KNOWN["slurm"], NAME, (), True, print) == ()
    assert (tmp_path / "asked").read_text().count("asked") > 1


@pytest.mark.usefixtures("short")
def test_without_ids_and_without_an_answer_the_name_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "qselect", "echo 'qselect: PBS is not configured to maintain job history' >&2")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (left,) = confirm_ended.confirm(KNOWN["pbs"], NAME, (), True, print)
    assert left.sentence == (
        f"PBS does not say what is left: cancel jobs named {NAME} with "
        """sh -c 'ids=$(qselect -N "$1" -u "$(id -un)") || exit; test -z "$ids" || qdel $ids' qdel """ + NAME
    )


@pytest.mark.usefixtures("short")
def test_what_is_no_id_reaches_no_cancel_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "squeue", f"printf -- '-u|RUNNING|node01|x|{NAME}\\n--user=root|RUNNING|node01|x|{NAME}\\n'")
    command(tmp_path, "scancel", f"touch {tmp_path}/cancelled")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    confirm_ended.confirm(KNOWN["slurm"], NAME, {"--user=root"}, False, print)
    assert not (tmp_path / "cancelled").exists()

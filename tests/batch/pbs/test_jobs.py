"""PBS Pro and Torque as their manuals say; nothing here was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.batch.job import PendingReason, QueuedJob, State
from pegconf.batch.pbs import request
from pegconf.batch.pbs.jobs import FLAVOURS, PBS
from pegconf.batch.requested import Filled, Request
from pegconf.core import sizing
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node
from pegconf.init import answers
from tests.stand_in_commands import command, ran

if TYPE_CHECKING:
    from pathlib import Path

GB = 10**9
SHAPE = sizing.shape(Node(16, 16, 64 * GB), 2, 4 * GB, 2)
TORQUE = {"flavour": "torque"}


def filled(spec: str | None = None, *extra: str, gpus: int = 0, torque: bool = False) -> Filled:
    kept = {"resource-spec": spec, "job-extra-directives": list(extra)}
    return PBS.fill(Request(SHAPE, 14400, kept, gpus=gpus, details=TORQUE if torque else {}))


@pytest.mark.parametrize(
    ("text", "seconds"), [("04:00:00", 14400), ("04:00", 240), ("600", 600), ("1:30:00", 5400), ("100:00:00", 360000)]
)
def test_reads_hours_minutes_seconds_with_the_seconds_last(text: str, seconds: int) -> None:
    assert PBS.parse_walltime(text) == seconds


@pytest.mark.parametrize("text", ["", "1:", ":30", "1-00:00:00", "1:00:00:00", "four hours", "-5", "0", "00:00:00"])
def test_refuses_what_is_no_walltime_or_none_at_all(text: str) -> None:
    with pytest.raises(RefusedError):
        PBS.parse_walltime(text)


@pytest.mark.parametrize(("seconds", "text"), [(14400, "04:00:00"), (61, "00:01:01"), (360000, "100:00:00")])
def test_writes_hours_minutes_seconds(seconds: int, text: str) -> None:
    assert PBS.format_walltime(seconds) == text


def test_memory_has_headroom_and_is_in_1024s() -> None:
    assert filled().values == {"resource-spec": "select=1:ncpus=2:mem=4769mb", "job-extra-directives": []}
    assert filled().reserved == "ncpus=2 and mem=4769mb: 5.0 GB a job"


def test_torque_gets_its_memory_as_a_directive() -> None:
    assert filled(torque=True).values == {"resource-spec": "nodes=1:ppn=2", "job-extra-directives": ["-l mem=4769mb"]}


def test_gpus_in_the_words_of_each() -> None:
    assert filled(gpus=1).values["resource-spec"] == "select=1:ncpus=2:mem=4769mb:ngpus=1"
    assert filled(gpus=1, torque=True).values["resource-spec"] == "nodes=1:ppn=2:gpus=1"


@pytest.mark.parametrize("torque", [False, True])
def test_what_the_user_added_stays_and_a_second_time_changes_nothing(torque: bool) -> None:
    old = "nodes=1:ppn=9:bigmem,mem=1gb" if torque else "select=1:ncpus=9:mem=1gb:bigmem=true,place=excl"
    once = filled(old, "-l mem=1gb", "-l vmem=90gb", "-m n", torque=torque).values
    assert once == {
        "resource-spec": "nodes=1:ppn=2:bigmem" if torque else "select=1:ncpus=2:mem=4769mb:bigmem=true,place=excl",
        "job-extra-directives": [*["-l mem=4769mb"][: 1 if torque else 0], "-l vmem=90gb", "-m n"],
    }
    assert filled(once["resource-spec"], *once["job-extra-directives"], torque=torque).values == once


def test_the_other_flavour_starts_afresh() -> None:
    assert filled("nodes=1:ppn=2:bigmem", "-l mem=9gb").values == filled().values


def test_the_flavour_is_told_by_the_resource_spec() -> None:
    assert PBS.answered({"resource-spec": "select=1:ncpus=2"}, True) == {"flavour": "pbspro"}
    assert PBS.answered({"resource-spec": "nodes=1:ppn=2"}, True) == {"flavour": "torque"}
    assert PBS.answered({"resource-spec": None}, True) == {}


def test_init_takes_either_flavour_for_an_answer() -> None:
    assert [answers.choice(said, FLAVOURS) for said in ("pbspro", "Torque")] == ["pbspro", "torque"]
    with pytest.raises(RefusedError, match="'openpbs' is not one of: pbspro, torque"):
        answers.choice("openpbs", FLAVOURS)


@pytest.mark.parametrize(
    ("text", "nodes"), [("select=1:ncpus=2", 1), ("select=2:ncpus=2", 2), ("nodes=n01:ppn=2+n02:ppn=2", 2)]
)
def test_counts_nodes(text: str, nodes: int) -> None:
    asked = request.parse(text)
    assert asked is not None
    assert asked.nodes == nodes


@pytest.mark.parametrize(
    ("text", "amount"),
    [("4gb", 4 * 1024**3), ("500000kb", 512000000), ("10mw", 80 * 1024**2), ("7", 7), ("4.5gb", None)],
)
def test_reads_sizes(text: str, amount: int | None) -> None:
    assert request.parse_size(text) == amount


def test_the_id_is_a_line_of_its_own() -> None:
    assert PBS.job_id("Charged to account 1234 today\n1234.pbs01.example.org\n") == "1234.pbs01.example.org"
    assert PBS.job_id("qsub: Unknown queue\n") is None


QSTAT = """\
Job Id: 1234.pbs01
    Job_Name = peg-1a2b3c4d
    Job_Owner = me@login1
    job_state = R
    queue = workq
    ctime = Fri Nov 11 17:57:05 2016
    exec_host = node03/0*2
    qtime = Fri Nov 11 17:57:06 2016
    Variable_List = PBS_O_HOME=/home/me,PBS_O_PATH=/usr/bin:/bin,
\tPBS_O_SHELL=/bin/bash

Job Id: 1235.pbs01
    Job_Name = peg-1a2b3c4d
    job_state = Q
    qtime = Fri Nov 11 17:57:07 2016
    comment = Not Running: Insufficient amount of resource: ncpus (R: 2 A:
\t 0 T: 16)

Job Id: 1236.pbs01
    Job_Name = other
    job_state = F
    Exit_status = 0
Job Id: 1237.pbs01
    Job_Name = other
    job_state = C
    exit_status = 271
"""


def test_reads_the_full_status() -> None:
    assert PBS.parse_jobs(QSTAT) == (
        QueuedJob("1234.pbs01", "peg-1a2b3c4d", State.RUNNING, "node03", "Fri Nov 11 17:57:06 2016"),
        QueuedJob("1235.pbs01", "peg-1a2b3c4d", State.PENDING, "", "Fri Nov 11 17:57:07 2016"),
        QueuedJob("1236.pbs01", "other", State.DONE),
        QueuedJob("1237.pbs01", "other", State.FAILED),
    )
    assert PBS.parse_jobs("") == ()


def test_why_it_waits_is_its_comment() -> None:
    waits = "Not Running: Insufficient amount of resource: ncpus (R: 2 A: 0 T: 16)"
    assert PBS.parse_pending_reason(QSTAT) == PendingReason(waits)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("    Exit_status = 271\n", "Exited with exit status 271 (signal 15)"),
        ("    exit_status = 1\n", "Exited with exit status 1"),
        ("    Exit_status = 137\n", "Exited with exit status 137 (signal 9)"),
        ("    job_state = R\n", ""),
    ],
)
def test_why_it_ended(line: str, reason: str) -> None:
    assert PBS.parse_exit_reason("Job Id: 1.pbs01\n" + line).text == reason


def test_no_such_job() -> None:
    assert PBS.says_none("qstat: Unknown Job Id 1234.pbs01\n")
    assert not PBS.says_none("pbs_connect: Connection refused\n")


def test_a_name_reaches_the_shell_as_an_argument_only() -> None:
    assert PBS.cancel(["1.pbs01"]) == ["qdel", "1.pbs01"]
    assert [words[-1] for words in (PBS.cancel_named("peg-1"), PBS.list_named("peg-1"))] == ["peg-1", "peg-1"]
    assert "peg-1" not in PBS.cancel_named("peg-1")[2]


def test_jobs_are_listed_without_those_that_have_ended(tmp_path: Path) -> None:
    command(tmp_path, "qselect", 'test "$1 $2" = "-N peg-1" || exit 2', "echo 7.pbs01")
    command(tmp_path, "qstat", 'echo "$@"')
    command(tmp_path, "qdel", 'echo "$@"')
    assert ran(tmp_path, PBS.list_named("peg-1")).stdout == "-f 7.pbs01\n"
    assert ran(tmp_path, PBS.cancel_named("peg-1")).stdout == "7.pbs01\n"


def test_no_jobs_are_no_question_and_no_answer_is_no_empty_queue(tmp_path: Path) -> None:
    command(tmp_path, "qselect", "exit 0")
    for asked in ("qstat", "qdel"):
        command(tmp_path, asked, "echo asked")
    for words in (PBS.list_named("peg-1"), PBS.cancel_named("peg-1")):
        assert (ran(tmp_path, words).returncode, ran(tmp_path, words).stdout) == (0, "")
    command(tmp_path, "qselect", "echo 'Connection refused' >&2", "exit 111")
    assert ran(tmp_path, PBS.list_named("peg-1")).returncode == 111
    assert ran(tmp_path, PBS.cancel_named("peg-1")).returncode == 111


def test_a_job_that_has_ended_is_asked_about_in_the_history(tmp_path: Path) -> None:
    finished = "qstat: 7.pbs01 Job has finished, use -x or -H to obtain historical job information"
    command(
        tmp_path,
        "qstat",
        'test "$*" = "-x -f 7.pbs01" && echo "job_state = F" && exit',
        f"echo '{finished}' >&2",
        "exit 35",
    )
    asked = ran(tmp_path, PBS.details("7.pbs01"))
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "job_state = F\n", "")
    command(tmp_path, "qstat", 'test "$*" = "-f 7.pbs01" && echo "job_state = R"')
    asked = ran(tmp_path, PBS.details("7.pbs01"))
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "job_state = R\n", "")

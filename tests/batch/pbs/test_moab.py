"""Moab as its manual says; nothing here was recorded."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

import pytest

from pegconf.batch.job import QueuedJob, State
from pegconf.batch.pbs.moab import MOAB
from pegconf.batch.requested import Request
from pegconf.core import sizing
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node
from tests.stand_in_commands import command, ran
from tests.validate.rules.test_every_rule import codes

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = sizing.shape(Node(16, 16, 64 * 10**9), 2, 4 * 10**9, 2)


@pytest.mark.parametrize(
    ("text", "seconds"), [("04:00:00", 14400), ("1:00:00:00", 86400), ("30:00", 1800), ("600", 600), ("0:90:00", 5400)]
)
def test_reads_days_hours_minutes_seconds(text: str, seconds: int) -> None:
    assert MOAB.parse_walltime(text) == seconds


@pytest.mark.parametrize("text", ["", "1:", "1-00:00:00", "1:0:0:0:0", "one day", "0:00"])
def test_refuses_what_is_no_walltime_or_none_at_all(text: str) -> None:
    with pytest.raises(RefusedError):
        MOAB.parse_walltime(text)


def test_asks_as_torque_does() -> None:
    kept = {"resource-spec": None, "job-extra-directives": ["-l qos=high"]}
    assert MOAB.fill(Request(SHAPE, 14400, kept, gpus=2)).values == {
        "resource-spec": "nodes=1:ppn=2:gpus=2",
        "job-extra-directives": ["-l mem=4769mb", "-l qos=high"],
    }


@pytest.mark.parametrize(
    ("printed", "job"), [("\n4321\n", "4321"), ("\nMoab.17\n", "Moab.17"), ("\n4321.server01\n", "4321.server01")]
)
def test_the_id_stands_below_an_empty_line(printed: str, job: str) -> None:
    assert MOAB.job_id(printed) == job


def test_no_id_where_msub_refused() -> None:
    assert MOAB.job_id("ERROR:    cannot submit job - queue 7 unknown\n") is None


SHOWQ = """\
<Data><Object>queue</Object><cluster LocalUpNodes="20"></cluster>
<queue count="1" option="active"><job Class="short" JobID="4321" JobName="peg-1a2b3c4d" MasterHost="node03"
 State="Running" SubmissionTime="1278479828" User="me"></job></queue>
<queue count="1" option="eligible"><job JobID="4322" JobName="a &amp; b" State="Idle"></job></queue>
<queue count="1" option="blocked"><job JobID="4323" JobName="peg-1a2b3c4d" State="BatchHold"></job></queue></Data>
<Data><queue count="2" option="completed"><job CompletionCode="0" JobID="4320" JobName="x" State="Completed"></job>
<job CompletionCode="CNCLD" JobID="4319" JobName="y" State="Removed"></job></queue></Data>
"""


def test_reads_both_documents_of_showq() -> None:
    assert MOAB.parse_jobs(SHOWQ) == (
        QueuedJob("4321", "peg-1a2b3c4d", State.RUNNING, "node03", "2010-07-07 05:17:08 UTC"),
        QueuedJob("4322", "a & b", State.PENDING),
        QueuedJob("4323", "peg-1a2b3c4d", State.PENDING),
        QueuedJob("4320", "x", State.DONE),
        QueuedJob("4319", "y", State.FAILED),
    )


CHECKJOB = """\
job 4323
AName: peg-1a2b3c4d
State: Hold
Holds:          Batch:NoResources
NOTE:  job cannot run  (job has hold in place)
BLOCK MSG: job 4323 violates active HARD MAXPROC limit of 160 for user me  (recorded at last scheduling iteration)
"""


def test_why_it_waits() -> None:
    assert MOAB.parse_pending_reason(CHECKJOB).text == (
        "Holds: Batch:NoResources; NOTE: job cannot run (job has hold in place); BLOCK MSG: job 4323 violates active "
        "HARD MAXPROC limit of 160 for user me (recorded at last scheduling iteration)"
    )


def test_why_it_ended() -> None:
    assert MOAB.parse_exit_reason("Completion Code: 271  Time: Thu Sep  4 10:00:00\n").text == "Completion code 271"
    assert MOAB.parse_exit_reason(CHECKJOB).text == ""


def test_a_name_reaches_the_shell_as_an_argument_only() -> None:
    assert MOAB.cancel(["1", "2"]) == ["canceljob", "1", "2"]
    assert MOAB.cancel_named("peg-1")[-1] == "peg-1"
    assert "peg-1" not in MOAB.cancel_named("peg-1")[2]


def test_only_the_jobs_of_that_name_are_cancelled(tmp_path: Path) -> None:
    command(tmp_path, "showq", "cat <<'END'", SHOWQ.replace("\n", " "), "END")
    command(tmp_path, "canceljob", 'echo "$@"')
    assert ran(tmp_path, MOAB.cancel_named("peg-1a2b3c4d")).stdout == "4321 4323\n"
    assert ran(tmp_path, MOAB.cancel_named("peg-1")).stdout == ""
    assert len(MOAB.parse_jobs(ran(tmp_path, MOAB.list_named("peg-1")).stdout)) == 10


def test_this_users_jobs_are_listed_and_then_those_that_have_ended(tmp_path: Path) -> None:
    command(tmp_path, "showq", 'echo "$@"')
    me = pwd.getpwuid(os.getuid()).pw_name
    listed = ran(tmp_path, MOAB.list_named("peg-1")).stdout
    assert listed == f"--xml -w user={me}\n-c --xml -w user={me}\n"


def test_a_section_is_at_home_where_the_pbs_below_moab_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "qsub", "exit 99")
    (tmp_path / "pbs.conf").write_text("PBS_SERVER=login1\n", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PBS_CONF_FILE", str(tmp_path / "pbs.conf"))
    text = (
        "pegconf: {{version: 1, sections: {{{0}: {{scheduler: {0}}}}}}}\njobqueue: {{{0}: {{cores: 2, memory: 4GB}}}}\n"
    )
    assert [name for name in ("pbs", "moab", "oar") if "PEG330" in codes(text.format(name))] == ["oar"]

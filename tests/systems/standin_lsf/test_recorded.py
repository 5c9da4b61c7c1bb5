"""The stand-in LSF says, word for word, what was recorded on volclava 2.2."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.systems.standin_lsf.control import StandInLsf, start
from tests.systems.standin_lsf.presets import recorded as recorded_cluster
from tests.systems.standin_lsf.state import JobRecord
from tests.systems.standin_lsf.transcripts import Transcript, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REFUSALS = recorded("recorded_refusals.txt")
SHOWS = recorded("recorded_shows.txt")
JOBS = recorded("recorded_jobs.txt")
SUBMITTED = datetime(2026, 11, 23, 7, 46, 4).timestamp()  # noqa: DTZ001 - shown in local time
RUNNING = (
    (12, "gpu2", "gpu", "rusage[ngpus=2]", ("gpu01",)),
    (17, "excl", "parallel", "", ("node01", "node01")),
    (30, "ptile", "parallel", "span[ptile=2]", ("node03", "node03", "node02", "node02")),
    (7, "runner", "general", "span[hosts=1] rusage[mem=100]", ("node03", "node03")),
    (15, "dep", "general", "", ("node03",)),
)
WAITING = (
    (11, "pend_gpu", "gpu", "rusage[ngpus=8]", 1),
    (9, "pend_slots", "parallel", "span[hosts=1] select[!bigmem]", 48),
    (8, "pend_mem", "general", "span[hosts=1] rusage[mem=900000]", 2),
    (10, "pend_select", "general", "select[gpuhost]", 1),
    (14, "held", "general", "", 1),
    (16, "later", "general", "", 1),
)


@pytest.fixture
def lsf(tmp_path: Path) -> Iterator[StandInLsf]:
    """A stand-in with the recorded cluster, seen by the user root as in the recording."""
    standin = start(tmp_path / "state", recorded_cluster())
    standin.change(user="root", hold_pending=True)
    yield standin
    standin.stop()


def call(lsf: StandInLsf, command: str) -> Transcript:
    """Run one command line and return it as a transcript."""
    words = shlex.split(command)
    done = subprocess.run(
        [f"{lsf.path}/{words[0]}", *words[1:]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
        cwd=lsf.state,
        env=lsf.environment(os.environ),
    )
    return Transcript(command, done.stdout, done.stderr, done.returncode)


def prepare(lsf: StandInLsf, wanted: Transcript) -> None:
    """Bring about what the recorded cluster was in when the command was given."""
    if "Queue has been closed" in wanted.err:
        lsf.change_queue("short", opened=False)
    if "LIM is down" in wanted.err:
        lsf.change(lim_down=True)
    if "already finished" in wanted.err:
        for _ in range(8):
            call(lsf, "bsub sleep 60")
        call(lsf, "bkill 8")


def without_numbers(text: str) -> str:
    """Return text with the ids of new jobs made equal."""
    return re.sub(r"Job <\d+> is submitted", "Job <N> is submitted", text)


@pytest.mark.parametrize("wanted", REFUSALS, ids=[one.command for one in REFUSALS])
def test_refusal_is_as_recorded(lsf: StandInLsf, wanted: Transcript) -> None:
    """Words, stream and exit code are those recorded."""
    prepare(lsf, wanted)
    found = call(lsf, wanted.command)
    assert found.code == wanted.code
    assert found.err == wanted.err
    assert without_numbers(found.out) == without_numbers(wanted.out)


@pytest.mark.parametrize("wanted", SHOWS, ids=[one.command for one in SHOWS])
def test_idle_cluster_is_shown_as_recorded(lsf: StandInLsf, wanted: Transcript) -> None:
    """The tables of an idle cluster are those recorded, to the last space."""
    assert call(lsf, wanted.command) == wanted


def recorded_jobs() -> list[JobRecord]:
    """Return the jobs of the recording, but for its job array."""
    known = partial(JobRecord, user="root", command="sleep 60", cwd="/", from_host="vm", submit_time=SUBMITTED)
    running = [
        known(
            id=number,
            name=name,
            queue=queue,
            resources=needs,
            hosts=hosts,
            slots=len(hosts),
            status="RUN",
            exclusive=name == "excl",
        )
        for number, name, queue, needs, hosts in RUNNING
    ]
    waiting = [
        known(
            id=number,
            name=name,
            queue=queue,
            resources=needs,
            slots=slots,
            status="PSUSP" if name == "held" else "PEND",
            begin=4e9 if name == "later" else None,
        )
        for number, name, queue, needs, slots in WAITING
    ]
    return running + waiting


@pytest.mark.parametrize("wanted", JOBS, ids=[one.command for one in JOBS])
def test_busy_cluster_is_shown_as_recorded(lsf: StandInLsf, wanted: Transcript) -> None:
    """The tables of running, waiting and held jobs and the pending reasons are those recorded."""
    lsf.change(hold_pending=False)
    for job in recorded_jobs():
        lsf.store.job_folder(job.id).mkdir()
        lsf.store.save(job)
    lines = [line for line in wanted.out.splitlines() if not line.startswith("13 ")]
    assert call(lsf, wanted.command).out.splitlines() == lines


@pytest.mark.parametrize("walltime", ["0:90", "1:60", "30/node01", "+5", "10", "00:05"])
def test_odd_run_limits_are_accepted(lsf: StandInLsf, walltime: str) -> None:
    """Run limits that LSF took in the recording are taken."""
    assert call(lsf, f"bsub -q general -W {walltime} sleep 5").code == 0


@pytest.mark.parametrize("walltime", ["1:", ":30", "1.5", "00:30:00", "1-00:00"])
def test_bad_run_limits_are_refused(lsf: StandInLsf, walltime: str) -> None:
    """Run limits that LSF refused in the recording are refused in its words."""
    found = call(lsf, f"bsub -q general -W {walltime} sleep 5")
    assert (found.code, found.err) == (255, f"{walltime}: Bad RUNLIMIT specification. Job not submitted.\n")


def test_second_requirement_is_refused_when_not_joined(lsf: StandInLsf) -> None:
    """A cluster set not to join `-R` refuses the second one."""
    lsf.change(join_resource_strings=False)
    found = call(lsf, "bsub -R span[hosts=1] -R rusage[mem=1] sleep 5")
    assert (found.code, found.out) == (255, "")
    assert "Invalid syntax; the -R option was used more than once." in found.err


def test_closed_and_inactive_queues_are_shown_as_recorded(lsf: StandInLsf) -> None:
    """The status words keep their recorded places."""
    lsf.change_queue("short", opened=False)
    lsf.change_queue("bigmem", active=False)
    lines = call(lsf, "bqueues").out.splitlines()
    assert lines[1] == "short            50  Closed:Active     -    4    -    -     0     0     0     0"
    assert lines[5] == "bigmem           30    Open:Inact      -    -    -    -     0     0     0     0"


def test_host_that_has_not_reported_is_shown_as_recorded(lsf: StandInLsf) -> None:
    """A host without report shows dashes."""
    lsf.change_host("node02", reports=False)
    line = call(lsf, "lshosts -w").out.splitlines()[3]
    assert line == "node02                        X86_64 Intel_Platinum  20.0     -      -      -    Yes (cs)"

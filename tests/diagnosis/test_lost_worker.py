"""How a worker's process ended, in the words of its nanny or its shell (recorded on distributed 2026.8, bash, dash)."""

from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.batch.base import ExitReason, QueuedJob, State
from pegconf.batch.gridengine.jobs import SGE
from pegconf.config import document, sections
from pegconf.config.sources import Sources
from pegconf.diagnosis import find_cause, lost_worker
from pegconf.diagnosis.run_context import Scene
from tests import example

WORKER = "tcp://10.2.0.11:34471"


@pytest.mark.parametrize(
    ("output", "words", "killed"),
    [
        ("distributed.nanny - INFO - Worker process 4711 was killed by signal 9", "killed by SIGKILL", True),
        ("distributed.nanny - INFO - Worker process 4711 was killed by signal 99", "killed by signal 99", False),
        ("distributed.nanny - INFO - Worker process 4711 exited with status 1", "exited with status 1", False),
        ("/tmp/job/script: line 214:  4711 Killed                  /usr/bin/python3 -m", "the shell says Killed", True),
        ("/tmp/job/script: 14: 4711 Segmentation fault", "the shell says Segmentation fault", False),
        ("Killed", "the shell says Killed", True),
        ("Killed workers are counted", "", False),
        ("", "", False),
    ],
)
def test_the_end_of_a_workers_process_is_read(output: str, words: str, killed: bool) -> None:
    assert lost_worker.last_words(output) == (words, killed)


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("distributed.core - INFO - Starting established connection to tcp://10.2.0.4:41003", "PEG607"),
        ("distributed.nanny - INFO - Worker process 4711 was killed by signal 9", "PEG607"),
        ("/var/spool/job_scripts/7: line 214:  4711 Killed                  /usr/bin/python3 -m", "PEG641"),
    ],
    ids=["the nanny went first", "the worker went first", "a worker without a nanny"],
)
def test_the_order_in_which_a_jobs_processes_are_killed_changes_nothing(last: str, code: str) -> None:
    section = sections.collect(Sources((document.parse(example.configuration(Path("/logs")), Path("jobqueue.yaml")),)))[
        0
    ]
    job = QueuedJob("7", "peg-1", State.DONE, "n001")
    output = {"7": f"distributed.worker - INFO -       Start worker at: {WORKER}\n{last}\n"}
    ended = ExitReason("failed 100: assumedly after job, exit_status 137")
    scene = Scene(section, SGE, SGE.title, "tcp://10.2.0.4:41003", (job,), output, lambda _job: ended, (WORKER,))
    assert find_cause.computing("1 of 2 workers lost", scene).code == code

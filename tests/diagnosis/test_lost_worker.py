"""How a worker's process ended, in the words of its nanny or its shell (recorded on distributed 2026.8, bash, dash)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pegconf.batch.base import QueuedJob, State
from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.lsf.jobs import LSF
from pegconf.config import document, sections
from pegconf.config.sources import Sources
from pegconf.diagnosis import find_cause, lost_worker
from pegconf.diagnosis.run_context import Scene
from pegconf.jobs import plan
from tests import example

if TYPE_CHECKING:
    from pegconf.jobs.run_jobs import Backend

WORKER = "tcp://10.2.0.11:34471"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("distributed.nanny - INFO - Worker process 4711 was killed by signal 9", "killed by SIGKILL"),
        ("distributed.nanny - INFO - Worker process 4711 was killed by signal 99", "killed by signal 99"),
        ("distributed.nanny - INFO - Worker process 4711 exited with status 1", "exited with status 1"),
        ("/tmp/job/script: line 214:  4711 Killed                  /usr/bin/python3 -m", "the shell says Killed"),
        ("/tmp/job/script: 14: 4711 Segmentation fault", "the shell says Segmentation fault"),
        ("Killed", "the shell says Killed"),
        ("Killed workers are counted", ""),
        ("", ""),
    ],
)
def test_the_end_of_a_workers_process_is_read(output: str, words: str) -> None:
    assert lost_worker.last_words(output) == words


class Ended:
    """A job of Grid Engine that has ended by a signal, and printed this."""

    title = "Grid Engine"
    system = SGE

    def __init__(self, output: str) -> None:
        self._output = output

    def jobs(self) -> tuple[QueuedJob, ...]:
        return (QueuedJob("7", "peg-1", State.DONE, "n001"),)

    def why_ended(self, job: QueuedJob) -> str:
        return "failed 100: assumedly after job, exit_status 137"

    def output(self, job: QueuedJob) -> str:
        return self._output


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
    backend = cast("Backend", Ended(f"distributed.worker - INFO -       Start worker at: {WORKER}\n{last}\n"))
    scene = Scene(section, plan.make(section, LSF, 2), backend, "tcp://10.2.0.4:41003", lost=lambda: (WORKER,))
    assert find_cause.computing("1 of 2 workers lost", scene).code == code

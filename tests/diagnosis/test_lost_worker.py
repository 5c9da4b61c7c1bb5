"""How a worker's process ended, in the words of its nanny or its shell (recorded on distributed 2026.8, bash, dash)."""

from __future__ import annotations

import pytest

from pegconf.diagnosis import lost_worker


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

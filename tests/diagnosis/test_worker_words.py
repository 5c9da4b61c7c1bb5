from __future__ import annotations

import pytest

from pegconf.diagnosis import worker_words
from pegconf.jobs import log_tail


@pytest.mark.parametrize(
    ("output", "code", "sentence"),
    [
        (
            "ValueError: 'ib0' is not a valid network interface. Valid network interfaces are: ['lo', 'eth0']",
            "PEG611",
            "the compute node has no interface ib0",
        ),
        (
            "ModuleNotFoundError: No module named 'distributed'",
            "PEG612",
            "the Python on the compute node has no module distributed",
        ),
        (
            "/tmp/script: line 14: /no/such/python: No such file or directory",
            "PEG613",
            "/no/such/python does not exist on the compute node",
        ),
        (
            "Reason: failure-to-start-<class 'asyncio.exceptions.TimeoutError'>\nTimed out starting worker",
            "PEG614",
            "the worker started and could not reach the scheduler on this host",
        ),
        ("Error: No such option: '--nprocs'.", "PEG615", "dask worker does not know the option --nprocs"),
    ],
)
def test_what_a_jobs_output_says(output: str, code: str, sentence: str) -> None:
    cause = worker_words.cause(output)
    assert cause is not None
    assert (cause.code, cause.sentence) == (code, sentence)


def test_an_output_without_a_known_symptom_names_no_cause() -> None:
    assert worker_words.cause("distributed.nanny - INFO - Start Nanny at: 'tcp://127.0.0.1:1'") is None


def test_the_tail_is_the_last_lines_that_say_something() -> None:
    assert log_tail.tail("a\n\nb\n" + "\n".join(str(number) for number in range(12))) == "\n".join(
        str(number) for number in range(12)
    )

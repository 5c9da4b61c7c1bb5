"""What condor_submit says where it takes no job, as its manual has it."""

from __future__ import annotations

import re

import pytest

from pegconf.batch.htcondor.jobs import HTCONDOR

SCRIPT = (
    "RequestCpus = 2",
    "RequestMemory = 4000",
    "request_gpus = many",
    "+Department = maths",
    "RequestDisk = 1",
    "+Group = maths",
)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("ERROR: Parse error in expression: request_gpus = many", "request_gpus = many"),
        ("ERROR: invalid attribute Department = maths", "+Department = maths"),
        ("ERROR: unrecognized value: RequestCpus = two", "RequestCpus = 2"),
        ("ERROR: illegal value RequestDisk =", "RequestDisk = 1"),
        ("ERROR: RequestMemory is over the pool's most", "RequestMemory = 4000"),
        ("ERROR: request_gpus has to be a number", "request_gpus = many"),
        ("ERROR: not today", None),
    ],
)
def test_a_refusal_is_about_a_line(words: str, line: str | None) -> None:
    assert (HTCONDOR.refusals.directive(words, SCRIPT), HTCONDOR.refusals.kind(words)) == (line, None)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("ERROR: Parse error in expression: Rank = (", "Rank = Memory"),
        ("ERROR: invalid expression Rank = (", "Rank = Memory"),
        ("ERROR: unrecognized value: Rank = (", "Rank = Memory"),
        ("ERROR: illegal value Rank = (", "Rank = Memory"),
        ("ERROR: RequestCpus is over the pool's most", "RequestCpus = 2"),
        ("ERROR: RequestDisk is over the pool's most", "RequestDisk = 1"),
    ],
)
def test_a_refusal_names_the_command_alone(words: str, line: str) -> None:
    assert HTCONDOR.refusals.directive(words, (*SCRIPT, "Rank = Memory")) == line


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("RequestCpus = 2", ("cores",)),
        ("MY.DaskWorkerCores = 2", ("cores",)),
        ("RequestMemory = 4000", ("memory",)),
        ("MY.DaskWorkerMemory = 4000", ("memory",)),
        ("RequestDisk = 1", ("disk",)),
        ("MY.DaskWorkerDisk = 1", ("disk",)),
        ("request_gpus = many", ()),
    ],
)
def test_a_line_is_made_of_a_key(line: str, keys: tuple[str, ...]) -> None:
    assert HTCONDOR.refusals.keys(line) == keys


@pytest.mark.parametrize(
    "words",
    [
        "ERROR: Can't find address of local schedd",
        "ERROR: Failed to connect to local queue manager",
        "Failed to contact it",
    ],
)
def test_a_daemon_that_is_down_is_no_refusal(words: str) -> None:
    assert re.search(HTCONDOR.refusals.unreachable, words, re.IGNORECASE)
    assert not re.search(HTCONDOR.refusals.unreachable, "ERROR: Parse error in expression", re.IGNORECASE)

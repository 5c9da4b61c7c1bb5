"""`smoke-test --format json`: one document of a schema, and nothing else on standard output."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from pegconf.core import resources
from pegconf.smoke.evidence import Evidence
from pegconf.smoke.report import json as as_json
from tests import example
from tests.running import ended, until_it_says
from tests.smoke import outcomes

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.smoke.outcome import Outcome
    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf


def valid(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    jsonschema.validate(document, resources.schema("outcome"))
    return document


STOPPED = Evidence().cut_short(outcomes.PLAN, "LSF", "stopped by SIGINT", 130)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (outcomes.WORKS, ("works", 0, ["/conda/bin/python"], None)),
        (outcomes.BROKEN, ("broken", 1, [], None)),
        (STOPPED, ("stopped", 130, [], "stopped by SIGINT")),
    ],
)
def test_every_outcome_is_of_the_schema(outcome: Outcome, said: tuple[Any, ...]) -> None:
    document = valid(as_json.text(outcome, "lsf", "lsf"))
    assert tuple(document[name] for name in ("verdict", "exit_code", "python_proven", "stopped")) == said


def test_the_jobs_and_the_speed_up_are_numbers() -> None:
    document = as_json.data(outcomes.WORKS, "lsf", "lsf")
    assert document["jobs"][0] == {
        "job_id": "101",
        "host": "n001",
        "state": "running",
        "submitted": outcomes.START,
        "started": outcomes.START + 3,
        "connected": outcomes.START + 7,
        "done": outcomes.START + 20,
        "reason": "",
    }
    assert [way["speed_up"] for way in document["ways"]] == [1.0, 2.5, 3.75]


@pytest.mark.slow
def test_the_whole_output_is_one_document_with_the_jobs_times(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    ran = user.runs("smoke-test", "--workers", "4", "--columns", "100", "--format", "json")
    document = valid(ran.out)
    assert (ran.code, document["exit_code"], document["verdict"]) == (0, 0, "works"), ran
    assert sorted(job["job_id"] for job in document["jobs"]) == sorted(str(job.id) for job in lsf.jobs())
    for job in document["jobs"]:
        assert job["submitted"] <= job["started"] <= job["connected"] <= job["done"]
        assert job["host"]
    assert {(one["process"], one["address"], one["what"]) for one in document["sockets"]} == {
        (process, "127.0.0.1", what)
        for process in ("scheduler", "workers")
        for what in ("web pages, no password", "connections, not encrypted")
    }


@pytest.mark.slow
def test_a_job_that_waits_has_its_reason(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    lsf.change(hold_pending=True)
    ran = user.runs("smoke-test", "--timeout", "20", "--columns", "100", "--format", "json")
    document = valid(ran.out)
    assert (ran.code, document["verdict"], document["cause"]["code"]) == (4, "not started", "PEG603"), ran
    [job] = document["jobs"]
    assert (job["state"], job["started"], job["connected"]) == ("pending", None, None)
    assert job["reason"]


@pytest.mark.slow
def test_after_ctrl_c_it_is_still_a_document(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    process = user.start("smoke-test", "--columns", "6000", "--format", "json")
    until_it_says(process, "sequentially")
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    document = valid(ran.out)
    assert (ran.code, document["exit_code"], document["verdict"]) == (130, 130, "stopped"), ran
    assert [job["connected"] is not None for job in document["jobs"]] == [True]

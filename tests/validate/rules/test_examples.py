"""Every rule's own `Wrong:` and `Right:`, each laid over a complete section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from pegconf.batch.systems import KNOWN
from pegconf.core.model import Layer
from pegconf.validate import engine
from tests.validate.rules import rule_examples
from tests.validate.rules.rule_examples import Example

if TYPE_CHECKING:
    from pegconf.validate.rules.base import Rule

SHOWN_BY_FILES = [rule for rule in engine.RULES if rule.layer is not Layer.SCHEDULER]
SAID_BY_A_BATCH_SYSTEM = [rule for rule in engine.RULES if rule.layer is Layer.SCHEDULER]


@pytest.mark.parametrize("rule", SHOWN_BY_FILES, ids=lambda rule: rule.code)
def test_wrong_is_found_and_nothing_else(rule: Rule) -> None:
    wrong = rule_examples.read(rule, "Wrong")
    assert wrong is not None, f"{rule.code} has no Wrong: block"
    assert rule_examples.codes(wrong) == {rule.code, *wrong.beside}


@pytest.mark.parametrize("rule", SHOWN_BY_FILES, ids=lambda rule: rule.code)
def test_of_right_nothing_is_said(rule: Rule) -> None:
    right = rule_examples.read(rule, "Right")
    assert right is not None, f"{rule.code} has no Right: block"
    report = rule_examples.report(right)
    assert (report.findings, report.skipped) == ((), ())
    assert report.sections


@pytest.mark.parametrize("rule", SAID_BY_A_BATCH_SYSTEM, ids=lambda rule: rule.code)
def test_what_a_batch_system_says_no_file_shows(rule: Rule) -> None:
    assert (rule_examples.read(rule, "Wrong"), rule_examples.read(rule, "Right")) == (None, None)


@pytest.mark.parametrize("system", KNOWN)
@pytest.mark.parametrize("own", [True, False], ids=["own", "named"])
def test_of_a_complete_section_nothing_is_said(system: str, own: bool) -> None:
    name = system if own else "insar"
    text = f"pegconf: {{version: 1, sections: {{{name}: {{scheduler: {system}}}}}}}\njobqueue: {{{name}: {{}}}}\n"
    report = rule_examples.report(Example((), (("jobqueue.yaml", text),), (), frozenset()))
    assert (report.findings, report.skipped, report.sections) == ((), (), (name,))


def test_an_example_is_filled_where_its_section_stands() -> None:
    text = "jobqueue:\n  local:  # without name, processes\n    cores: 4\n    memory: 8GB\n"
    filled = rule_examples.completed({"jobqueue.yaml": text})["jobqueue.yaml"]
    every = rule_examples.complete("local") | {"cores": 4, "memory": "8GB"}
    assert filled.startswith(
        'jobqueue:\n  local:  # without name, processes\n    python: null\n    interface: "eth0"\n'
    )
    assert yaml.safe_load(filled)["jobqueue"]["local"] == {
        key: value for key, value in every.items() if key not in {"name", "processes"}
    }


def test_a_section_in_two_files_is_filled_once() -> None:
    more = "jobqueue:\n  local: {memory: 8GB}\n"
    filled = rule_examples.completed({"jobqueue.yaml": "jobqueue: {local: {cores: 4}}\n", "more.yaml": more})
    assert filled["jobqueue.yaml"].startswith('jobqueue: {local: {name: "dask-worker", processes: 1, python: null,')
    assert filled["jobqueue.yaml"].endswith(", cores: 4}}\n")
    assert filled["more.yaml"] == more

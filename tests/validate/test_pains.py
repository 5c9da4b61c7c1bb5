"""What users were caught by: every entry names the finding that shows it, or the reason why no file can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.diagnosis.causes import CODES
from pegconf.validate import engine
from tests.validate.pains import around, batch_systems, writing
from tests.validate.rules import rule_examples
from tests.validate.rules.test_every_rule import codes

if TYPE_CHECKING:
    from tests.validate.pains.pain import Pain

PAINS = (*writing.PAINS, *around.PAINS, *batch_systems.PAINS)
RULES = {rule.code: rule for rule in engine.RULES}
SHOWN = [(pain.name, code, text) for pain in PAINS for code, text in pain.shown_by.items()]


def test_every_entry_of_the_inventory_stands_here_once() -> None:
    names = [pain.name for pain in PAINS]
    assert (len(names), len(set(names))) == (109, 109)


@pytest.mark.parametrize("pain", PAINS, ids=lambda pain: pain.name)
def test_somebody_handles_it(pain: Pain) -> None:
    known = {*RULES, *(cause.code for cause in CODES)}
    named = {word.strip(",;:.") for word in pain.elsewhere.split() if word.startswith("PEG")}
    assert (named | set(pain.shown_by)) <= known
    assert pain.shown_by or pain.elsewhere


@pytest.mark.parametrize(("name", "code", "text"), SHOWN, ids=[f"{name}-{code}" for name, code, _ in SHOWN])
def test_an_example_is_found(name: str, code: str, text: str) -> None:
    wrong = rule_examples.read(RULES[code], "Wrong")
    assert code in (codes(text) if text or wrong is None else rule_examples.codes(wrong))

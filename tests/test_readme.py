"""What the README says of the rules is what the rules say."""

from __future__ import annotations

from tests import rule_table


def test_the_table_of_rules_is_the_rules() -> None:
    assert rule_table.in_readme() == rule_table.table(), "run: python -m tests.rule_table"

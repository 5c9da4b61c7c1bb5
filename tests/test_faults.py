"""Every fault of the table comes out as its cause, and nothing is left."""

from __future__ import annotations

import pytest

from tests import faults
from tests.network import fixtures

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _hosts_can_be_made() -> None:
    fixtures.need()


@pytest.mark.parametrize("case", faults.CASES, ids=lambda case: case.name)
def test_the_cause_is_named_and_nothing_is_left(case: faults.Case) -> None:
    result = faults.run(case)
    assert (result.code, result.left, result.ran.code) == (case.code, 0, case.exit_code), result.ran

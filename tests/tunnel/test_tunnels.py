"""The printed line pasted on a laptop, through real ssh, to a dashboard in a real browser; and what is in its way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tunnels import cases, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tunnels.cases import Case
    from tests.tunnels.places import Places

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def standing(everybodys_python: Path) -> Iterator[Places]:
    """Laptop, login nodes and nodes; where they cannot be had the tests are skipped, or fail in CI."""
    reason = places.missing()
    if reason and os.environ.get("PEGCONF_REQUIRE_ALL") == "1":
        pytest.fail(f"no laptop and cluster here: {reason}")
    if reason:
        pytest.skip(f"no laptop and cluster here: {reason}")
    with places.standing(everybodys_python) as found:
        yield found


def picture_of(case: Case) -> Path | None:
    """Where the screenshot is kept: in the folder that $CI_ARTIFACTS names, where it is set."""
    kept = os.environ.get("CI_ARTIFACTS")
    if not kept or not case.reachable:
        return None
    folder = Path(kept) / "dashboards"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{case.run.__name__.replace('_', '-')}.png"


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_reached_or_named(standing: Places, case: Case) -> None:
    outcome, _ = cases.timed(case, standing, picture_of(case))
    assert case.expected in outcome.printed
    assert (outcome.reached, outcome.code == 0) == (case.reachable, case.reachable), outcome

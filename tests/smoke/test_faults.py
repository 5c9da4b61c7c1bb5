"""Every fault of the tables comes out as its cause, and nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import lsf_hosts, on_gridengine, on_lsf, on_slurm
from tests.systems.network import fixtures

if TYPE_CHECKING:
    from tests.faults.case import Case
    from tests.systems.gridengine.cluster import Cluster
    from tests.systems.slurm.people import SlurmUser

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", on_lsf.CASES, ids=lambda case: case.name)
def test_on_lsf(case: Case) -> None:
    fixtures.need()
    result = lsf_hosts.run(case)
    assert (result.given, result.left) == (result.expected, 0), result.ran


@pytest.mark.parametrize("case", on_slurm.CASES, ids=lambda case: case.name)
def test_on_slurm(case: Case, slurm_user: SlurmUser) -> None:
    result = on_slurm.run(case, slurm_user, on_slurm.configure(slurm_user))
    assert (result.given, result.left) == (result.expected, 0), result.ran


@pytest.mark.parametrize("case", on_gridengine.CASES, ids=lambda case: case.name)
def test_on_gridengine(case: Case, gridengine: Cluster) -> None:
    result = on_gridengine.run(case, gridengine, on_gridengine.configure(gridengine))
    assert (result.given, result.left) == (result.expected, 0), result.ran

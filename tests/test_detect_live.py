"""Detection where the batch systems are the real ones; skipped where they cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.gridengine.cluster import Cluster
    from tests.slurm.people import SlurmUser

pytestmark = pytest.mark.slow


def test_slurm_needs_no_option(slurm_user: SlurmUser) -> None:
    code, out, err = slurm_user.runs("sites", "--from-here")
    assert code == 0, err
    site = yaml.safe_load(out)
    assert (site["scheduler"], site["cluster"], site["default-queue"]) == ("slurm", "pegtest", "general")
    assert site["queues"]["bigmem"]["node"]["cores"] == 64
    code, _, err = slurm_user.runs("init", "--yes")
    assert code == 0, err
    written = yaml.safe_load(slurm_user.file.read_text())
    assert written["jobqueue"]["slurm"]["queue"] == "general"
    assert written["pegconf"]["sections"]["slurm"]["cluster"] == "pegtest"
    assert slurm_user.runs("validate")[0] == 0


def test_grid_engine_needs_no_option(gridengine: Cluster) -> None:
    code, out, err = gridengine.run("pegconf", "sites", "--from-here")
    assert code == 0, err
    site = yaml.safe_load(out)
    assert (site["scheduler"], site["default-queue"], site["memory-resource"]) == ("sge", "all.q", "h_vmem")
    code, _, err = gridengine.run("pegconf", "init", "--yes")
    assert code == 0, err
    section = yaml.safe_load((gridengine.home / ".config" / "dask" / "jobqueue.yaml").read_text())["jobqueue"]["sge"]
    assert (section["queue"], section["job-extra-directives"]) == ("all.q", ["-pe smp 2"])
    assert section["resource-spec"].startswith("h_vmem=")
    code, out, _ = gridengine.run("pegconf", "validate")
    assert code == 0, out

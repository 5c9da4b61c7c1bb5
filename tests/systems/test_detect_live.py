"""Detection where the batch systems are the real ones; skipped where they cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tests.systems.gridengine.cluster import Cluster
    from tests.systems.slurm.people import SlurmUser

pytestmark = pytest.mark.slow
RUN = ("smoke-test", "--workers", "4", "--columns", "100")


def test_slurm_needs_no_option(slurm_user: SlurmUser) -> None:
    code, out, err = slurm_user.runs("sites", "--from-here")
    assert code == 0, err
    site = yaml.safe_load(out)
    assert (site["scheduler"], site["cluster"], site["default-queue"]) == ("slurm", "pegtest", "general")
    assert site["queues"]["bigmem"]["node"]["cores"] == 64
    code, _, err = slurm_user.runs("init", "--yes")
    assert code == 0, err
    written = yaml.safe_load(slurm_user.file.read_text())
    section = written["jobqueue"]["slurm"]
    assert section["queue"] == "general"
    assert written["pegconf"]["sections"]["slurm"]["cluster"] == "pegtest"
    assert slurm_user.runs("validate", "--script", "--ignore", "PEG312") == (
        0,
        "~/.config/dask/jobqueue.yaml: slurm: nothing wrong found\n",
        "",
    )
    slurm_user.leave_the_port()
    code, script, _ = slurm_user.runs("script")
    code, _, said = slurm_user.runs_other("sbatch", "--test-only", text=script)
    assert code == 0, said
    code, out, err = slurm_user.runs(*RUN)
    slurm_user.runs_other("rm", "-rf", section["local-directory"])
    assert code == 0, (out, err)
    assert slurm_user.slurm.jobs() == []


def test_grid_engine_needs_no_option(gridengine: Cluster) -> None:
    gridengine.run("rm", "-rf", ".config")
    code, out, err = gridengine.run("pegconf", "sites", "--from-here")
    assert code == 0, err
    site = yaml.safe_load(out)
    assert (site["scheduler"], site["default-queue"], site["memory-resource"]) == ("sge", "all.q", "h_vmem")
    code, _, err = gridengine.run("pegconf", "init", "--yes")
    assert code == 0, err
    section = yaml.safe_load((gridengine.home / ".config" / "dask" / "jobqueue.yaml").read_text())["jobqueue"]["sge"]
    assert (section["queue"], section["job-extra-directives"]) == ("all.q", ["-pe smp 2"])
    assert (section["project"], section["interface"]) == (None, "lo")
    assert section["resource-spec"].startswith("h_vmem=")
    checked = gridengine.run("pegconf", "validate", "--script", "--ignore", "PEG312")
    assert checked == (0, "~/.config/dask/jobqueue.yaml: sge: nothing wrong found\n", "")
    script = gridengine.run("pegconf", "script")[1]
    assert gridengine.run("qsub", "-w", "v", given=script) == (0, "verification: found suitable queue(s)\n", "")
    code, out, err = gridengine.run("pegconf", *RUN)
    gridengine.run("rm", "-rf", section["local-directory"])
    assert code == 0, (out, err)
    assert gridengine.run("qstat")[1] == ""


def test_grid_engine_that_insists_on_a_project(gridengine: Cluster) -> None:
    """Where one can be read it is offered; where none can, --yes has no answer and names the option."""
    gridengine.run("rm", "-rf", ".config")
    project = "name insarlab\noticket 0\nfshare 0\nacl NONE\nxacl NONE\n"
    enforce = "qconf -sconf | sed 's/^enforce_project.*/enforce_project {}/' > global && qconf -Mconf global"
    assert gridengine.run("sh", "-c", enforce.format("true"), root=True)[0] == 0
    try:
        code, _, err = gridengine.run("pegconf", "init", "--yes")
        assert (code, "pegconf: no default for: --project\n" in err) == (2, True)
        added = gridengine.run("sh", "-c", "cat > insarlab && qconf -Aprj insarlab", root=True, given=project)
        assert added[0] == 0, added
        code, _, err = gridengine.run("pegconf", "init", "--yes")
        assert code == 0, err
        code, out, err = gridengine.run("pegconf", *RUN)
        assert code == 0, (out, err)
        assert "core-hours of project insarlab, queue all.q" in out
    finally:
        gridengine.run("sh", "-c", enforce.format("false"), root=True)
        gridengine.run("qconf", "-dprj", "insarlab", root=True)


def test_oar_needs_no_option(oar: Cluster) -> None:
    oar.run("rm", "-rf", ".config", "dask-logs")
    code, out, err = oar.run("pegconf", "sites", "--from-here")
    assert code == 0, err
    site = yaml.safe_load(out)
    assert (site["scheduler"], site["default-queue"], site["memory-property"]) == ("oar", "default", "mem_core")
    assert site["queues"]["default"]["node"] == {"cores": 8, "memory": "16000MiB"}
    code, _, err = oar.run("pegconf", "init", "--yes")
    assert code == 0, err
    section = yaml.safe_load((oar.home / ".config" / "dask" / "jobqueue.yaml").read_text())["jobqueue"]["oar"]
    assert (section["queue"], section["resource-spec"]) == ("default", "/nodes=1/core=2")
    assert (section["memory-per-core-property-name"], section["interface"]) == ("mem_core", "lo")
    checked = oar.run("pegconf", "validate", "--script", "--ignore", "PEG312")
    assert checked == (0, "~/.config/dask/jobqueue.yaml: oar: nothing wrong found\n", "")
    code, out, err = oar.run("pegconf", *RUN)
    oar.run("rm", "-rf", section["local-directory"])
    assert code == 0, (out, err)
    assert oar.run("oarstat")[1] == ""

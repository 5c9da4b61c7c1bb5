"""What is said of a section on a host of another kind: only files and variables are looked at, nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.site import this_cluster
from tests.validate.rules.test_every_rule import codes, look

if TYPE_CHECKING:
    from pathlib import Path

ON_PEGASUS = """\
pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
jobqueue: {lsf: {cores: 2, memory: 4GB}}
"""
VARIABLES = (
    "SLURM_CONF",
    "LSF_ENVDIR",
    "LSF_CONFDIR",
    "SGE_ROOT",
    "PBS_CONF_FILE",
    "CONDOR_CONFIG",
    "SBATCH_PARTITION",
)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host without any batch system, and a folder for what it gets."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def install(host: Path, command: str) -> None:
    file = host / "bin" / command
    file.write_text("#!/bin/sh\nexit 99\n", encoding="utf-8")
    file.chmod(0o755)


def slurm(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(host, "sbatch")
    (host / "slurm.conf").write_text("# a comment\nClusterName=mistral\n", encoding="utf-8")
    monkeypatch.setenv("SLURM_CONF", str(host / "slurm.conf"))


def lsf(host: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    install(host, "bsub")
    (host / "lsf.conf").write_text(f"LSF_CONFDIR={host}\n{line}\n", encoding="utf-8")
    (host / "lsf.cluster.pegasus1").write_text("", encoding="utf-8")
    monkeypatch.setenv("LSF_ENVDIR", str(host))


def test_a_laptop_is_told_nothing(host: Path) -> None:
    assert this_cluster.batch_systems({"PATH": str(host / "bin")}) == {}
    assert "PEG330" not in codes(ON_PEGASUS)


def test_a_command_alone_is_no_batch_system(host: Path) -> None:
    install(host, "bsub")
    assert this_cluster.batch_systems({"PATH": str(host / "bin"), "SLURM_CONF": "/no/such"}) == {}


def test_a_section_for_another_batch_system(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slurm(host, monkeypatch)
    assert "PEG330" in codes(ON_PEGASUS)
    assert "PEG330" not in codes("jobqueue: {lsf: {cores: 2, memory: 4GB}}\n")


def test_the_words_name_both(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slurm(host, monkeypatch)
    (found,) = [one for one in look(ON_PEGASUS).findings if one.code == "PEG330"]
    assert found.message == "section lsf is for LSF on Pegasus, University of Miami, and this host has Slurm"


def test_moab_is_known_by_the_batch_system_below_it(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_moab = "pegconf: {version: 1, sections: {moab: {scheduler: moab}}}\njobqueue: {moab: {cores: 2, memory: 4GB}}\n"
    install(host, "qsub")
    (host / "pbs.conf").write_text("PBS_SERVER=head\n", encoding="utf-8")
    monkeypatch.setenv("PBS_CONF_FILE", str(host / "pbs.conf"))
    assert list(this_cluster.batch_systems({"PATH": str(host / "bin"), "PBS_CONF_FILE": str(host / "pbs.conf")})) == [
        "pbs"
    ]
    assert "PEG330" not in codes(on_moab)
    (host / "bin" / "qsub").unlink()
    slurm(host, monkeypatch)
    assert "PEG330" in codes(on_moab)


def test_the_name_of_an_lsf_cluster_is_in_a_files_name(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lsf(host, monkeypatch, "")
    environ = {"PATH": str(host / "bin"), "LSF_ENVDIR": str(host)}
    assert this_cluster.cluster_name("lsf", environ) == ("pegasus1", host / "lsf.cluster.pegasus1")


@pytest.mark.parametrize(
    ("line", "keys", "expected"),
    [
        ("LSF_UNIT_FOR_LIMITS=MB", "lsf-units: kb", ["warning"]),
        ("LSF_UNIT_FOR_LIMITS=MB", "lsf-units: mb", []),
        ("LSF_UNIT_FOR_LIMITS=MB", "lsf-units: null", []),
        ("LSF_UNIT_FOR_LIMITS = GB", "lsf-units: gb", []),
        ("LSF_UNIT_FOR_LIMITS = GB", "lsf-units: null", ["error"]),
        ('LSF_UNIT_FOR_LIMITS="GB"', "lsf-units: null", ["error"]),
        ("# nothing", "lsf-units: kb", []),
    ],
)
def test_the_unit_of_this_hosts_lsf(
    line: str, keys: str, expected: list[str], host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lsf(host, monkeypatch, line)
    text = f"jobqueue: {{lsf: {{cores: 2, memory: 8GB, {keys}}}}}\n"
    assert [one.severity.value for one in look(text).findings if one.code == "PEG331"] == expected


def test_variables_that_beat_the_keys(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del host
    monkeypatch.setenv("SBATCH_PARTITION", "short")
    assert "PEG332" in codes("jobqueue: {slurm: {cores: 2, memory: 4GB, queue: general}}\n")
    assert "PEG332" not in codes("jobqueue: {lsf: {cores: 2, memory: 4GB, queue: general}}\n")
    assert "PEG332" not in codes("jobqueue: {slurm: {cores: 2, memory: 4GB, queue: short}}\n")


def test_a_bsub_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BSUB_QUIET", "y")
    assert "PEG333" in codes("jobqueue: {lsf: {cores: 2, memory: 4GB}}\n")
    assert "PEG333" not in codes("jobqueue: {slurm: {cores: 2, memory: 4GB}}\n")

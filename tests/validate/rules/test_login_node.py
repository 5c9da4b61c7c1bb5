"""What rules say of the host: its cluster, networks and limits, and the environment of the worker."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pegconf.config import document
from pegconf.config.sources import Sources
from pegconf.validate import engine
from pegconf.validate.rules.base import shown
from pegconf.validate.rules.host import login_node


def messages(text: str, code: str, interfaces: tuple[str, ...] = ("lo", "eth0")) -> list[str]:
    sources = Sources((document.parse(text, Path("/home/me/.config/dask/jobqueue.yaml")),))
    return [one.message for one in engine.check(sources, interfaces=interfaces).findings if one.code == code]


MADE_ON_ATLAS = (
    "pegconf: {version: 1, sections: {slurm: {scheduler: slurm, cluster: atlas}}}\n"
    "jobqueue: {slurm: {cores: 2, memory: 4GB}}\n"
)


def test_a_section_of_another_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slurm.conf").write_text("# ClusterName=no\nClusterName=borealis\n", encoding="utf-8")
    monkeypatch.setenv("SLURM_CONF", str(tmp_path / "slurm.conf"))
    words = "the section was made on the cluster atlas, and this host belongs to borealis"
    assert messages(MADE_ON_ATLAS, "PEG316") == [words]
    assert messages(MADE_ON_ATLAS.replace("atlas", "borealis"), "PEG316") == []
    assert messages(MADE_ON_ATLAS.replace(", cluster: atlas", ""), "PEG316") == []


def test_the_cluster_of_this_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSF_ENVDIR", str(tmp_path))
    monkeypatch.setenv("SLURM_CONF", str(tmp_path / "slurm.conf"))
    assert (login_node.cluster_here("lsf"), login_node.cluster_here("slurm"), login_node.cluster_here("pbs")) == (
        None,
        None,
        None,
    )
    (tmp_path / "lsf.cluster.mk3").touch()
    assert login_node.cluster_here("lsf") == "mk3"
    (tmp_path / "lsf.cluster.old").touch()
    assert login_node.cluster_here("lsf") is None


@pytest.mark.parametrize(
    ("keys", "interfaces", "expected"),
    [
        ("", ("lo", "eth0"), []),
        ("", ("lo", "eth0", "docker0", "veth12"), []),
        ("", ("lo", "eth0", "ib0"), ["interface is not set, and this host has eth0, ib0"]),
        (", interface: ib0", ("lo", "eth0", "ib0"), []),
        (", scheduler-options: {host: 10.0.0.1}", ("lo", "eth0", "ib0"), []),
    ],
)
def test_several_networks(keys: str, interfaces: tuple[str, ...], expected: list[str]) -> None:
    assert messages(f"jobqueue: {{lsf: {{cores: 2, memory: 4GB{keys}}}}}", "PEG319", interfaces) == expected


def test_a_limit_of_processor_time() -> None:
    text, (soft, hard) = "jobqueue: {lsf: {cores: 2, memory: 4GB}}", resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (36_000, hard))
    try:
        assert messages(text, "PEG318") == ["a program on this host is ended after 600 minutes of processor time"]
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def test_an_environment_without_distributed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    packages = next((tmp_path / "venv").glob("lib/python3*/site-packages"))
    assert not login_node.lacks_distributed(
        tmp_path / "venv"
    )  # nothing at all in it: perhaps not the folder we think it is
    (packages / "numpy").mkdir()
    assert login_node.lacks_distributed(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    text = f"jobqueue: {{lsf: {{cores: 2, memory: 4GB, python: {python}}}}}"
    assert messages(text, "PEG317") == [f"the environment of {shown(str(python))} has no distributed in it"]
    (packages / "distributed").mkdir()
    assert not login_node.lacks_distributed(tmp_path / "venv")
    assert not login_node.lacks_distributed(Path("/usr"))

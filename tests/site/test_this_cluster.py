from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.site import this_cluster


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# of 2024\nClusterName=borealis\n", "borealis"),
        ("  clustername = b-1 # x\n", "b-1"),
        ("#ClusterName=a\n", None),
    ],
)
def test_slurm_s_name_stands_in_slurm_conf(tmp_path: Path, text: str, name: str | None) -> None:
    file = tmp_path / "slurm.conf"
    file.write_text(text, encoding="utf-8")
    found = this_cluster.cluster_name("slurm", {"SLURM_CONF": str(file)})
    assert found == ((name, file) if name else None)


def test_lsf_s_name_is_that_of_its_file_in_lsf_confdir_where_there_is_one(tmp_path: Path) -> None:
    conf, shared = tmp_path / "lsf.conf", tmp_path / "shared"
    shared.mkdir()
    conf.write_text(f'LSF_CONFDIR="{shared}"  # of all hosts\n', encoding="utf-8")
    environ = {"LSF_ENVDIR": str(tmp_path)}
    assert this_cluster.cluster_name("lsf", environ) is None
    (shared / "lsf.cluster.pegasus1").touch()
    assert this_cluster.cluster_name("lsf", environ) == ("pegasus1", shared / "lsf.cluster.pegasus1")
    (shared / "lsf.cluster.old").touch()
    assert this_cluster.cluster_name("lsf", environ) is None


@pytest.mark.parametrize("system", ["sge", "local", "no such"])
def test_the_others_files_do_not_say_it(system: str) -> None:
    assert this_cluster.cluster_name(system, {}) is None


def test_only_files_that_can_be_read_have_a_text(tmp_path: Path) -> None:
    there = str(tmp_path / "there")
    Path(there).write_text("", encoding="utf-8")
    assert this_cluster.texts((there, str(tmp_path / "missing"), str(tmp_path))) == {there: ""}

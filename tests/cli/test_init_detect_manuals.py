"""`pegconf init` where batch systems answer that cannot be installed here: commands that print what manuals show."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

import tests.recorded
from pegconf.site import files
from tests.cli.test_init_detect import folders
from tests.conftest import Person
from tests.stand_in_commands import command
from tests.terminal import talk

RECORDED: Final = Path(tests.recorded.__file__).parent
NAMES: Final = ("pbspro", "torque", "moab", "htcondor", "oar")
PROJECT: Final = ("Project [none]: ", "\r")
CLUSTERS: Final = {
    "pbspro": "PBS cluster pbs01",
    "torque": "PBS cluster torque.example.org",
    "moab": "Moab cluster torque.example.org",
    "htcondor": "HTCondor cluster cm.example.org",
    "oar": "OAR here",
}


def prints(name: str) -> str:
    return f"exec /bin/cat {RECORDED}/{name}.txt"


def on(person: Person, folder: Path, name: str) -> Person:
    """A user on a login node whose commands print the samples of one batch system."""
    folder.mkdir()
    kind = "torque" if name == "moab" else name
    if name in {"pbspro", "torque", "moab"}:
        version = "pbs_version = 22.05.11" if name == "pbspro" else "Version: 6.1.2"
        command(folder, "qsub", "exit 1")
        command(
            folder,
            "qstat",
            f"case $1 in -Q) {prints(f'{kind}-qstat-Q-f')};; -B) {prints(f'{kind}-qstat-B-f')};; esac",
            f"echo '{version}'",
        )
        command(folder, "pbsnodes", prints(f"{kind}-pbsnodes-a"))
    if name == "moab":
        command(folder, "msub", "echo 'msub version: 9.1.3'")
    if name == "htcondor":
        command(folder, "condor_submit", "exit 1")
        command(folder, "condor_version", "echo '$CondorVersion: 23.0.3 2024-01-04 $'")
        command(folder, "condor_status", f"test $1 = -json || exit 1; {prints('condor-slots')}")
        command(folder, "condor_config_val", "echo cm.example.org:9618")
    if name == "oar":
        command(folder, "oarsub", "echo 'OAR version : 2.5.9 (Canicule)'")
        command(folder, "oarnodes", prints("oar-oarnodes"))
    kept = {key: value for key, value in person.environment.items() if key not in {"PBS_EXEC", "SGE_ROOT"}}
    return Person(person.home, {**kept, "PATH": str(folder), "LANG": "de_DE.UTF-8"})


def section(person: Person) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one section that was written, and its entry in `pegconf:`."""
    root = yaml.safe_load(person.file.read_text())
    (name,) = root["jobqueue"]
    return root["jobqueue"][name], root["pegconf"]["sections"][name]


@pytest.mark.parametrize("name", NAMES)
def test_a_person_presses_enter_six_times_at_most(person: Person, tmp_path: Path, name: str) -> None:
    steps = [
        ("right? [Y/n] ", "\r"),
        *([] if name == "htcondor" else [PROJECT]),
        ("numpy (and the like) [python]: ", "\r"),
        ("single scripts [none]: ", "\r"),
        ("and tls to encrypt [loopback]: ", "\r"),
        ("jobqueue.yaml? [Y/n] ", "\r"),
    ]
    there = on(person, tmp_path / "bin", name)
    code, screen = talk(there, folders(person), steps, 120)
    assert code == 0, screen
    assert f"Known of the {CLUSTERS[name]}" in screen
    checked = there.runs("validate", "--script", "--ignore", "PEG312")
    assert checked.code == 0, checked


@pytest.mark.parametrize(
    ("name", "options", "asked", "node"),
    [
        (
            "pbspro",
            (),
            {"queue": "workq", "walltime": "04:00:00", "resource-spec": "select=1:ncpus=2:mem=7153mb"},
            {"cores": 32, "usable-cores": 32, "memory": "131900060KiB"},
        ),
        (
            "pbspro",
            ("--queue", "debug.1"),
            {"queue": "debug.1", "walltime": "00:30:00"},
            {"cores": 32, "usable-cores": 32, "memory": "131900060KiB"},
        ),
        (
            "torque",
            ("--queue", "gpu"),
            {"queue": "gpu", "walltime": "04:00:00", "resource-spec": "nodes=1:ppn=2"},
            {"cores": 20, "usable-cores": 20, "memory": "131900060KiB"},
        ),
        (
            # It is not told which of the nodes serve the queue: the least that all of them have.
            "moab",
            (),
            {"queue": "batch", "resource-spec": "nodes=1:ppn=2"},
            {"cores": 16, "usable-cores": 16, "memory": "67427840kB"},
        ),
        ("htcondor", (), {"cores": 2}, {"cores": 64, "usable-cores": 64, "memory": "257000MiB"}),
        (
            "oar",
            (),
            {"queue": "default", "memory-per-core-property-name": "mem_core"},
            {"cores": 8, "usable-cores": 8, "memory": "16000MiB"},
        ),
    ],
)
def test_what_is_written(
    person: Person,
    tmp_path: Path,
    name: str,
    options: tuple[str, ...],
    asked: dict[str, Any],
    node: dict[str, Any],
) -> None:
    ran = on(person, tmp_path / "bin", name).runs("init", *options, *folders(person), "--yes")
    assert ran.code == 0, ran.err
    values, entry = section(person)
    assert ({key: values[key] for key in asked}, entry["node"]) == (asked, node)


@pytest.mark.parametrize("name", NAMES)
def test_a_site_file_of_it_is_one(person: Person, tmp_path: Path, name: str) -> None:
    ran = on(person, tmp_path / "bin", name).runs("sites", "--from-here")
    assert ran.code == 0, ran.err
    file = tmp_path / "here.yaml"
    file.write_text(ran.out, encoding="utf-8")
    site = files.read(file)
    assert site.scheduler == {"pbspro": "pbs", "torque": "pbs"}.get(name, name)
    assert site.queue(site.default_queue) is not None
    shown = person.runs("sites", str(file))
    assert shown.code == 0, shown
    again = person.runs("init", "--site", str(file), "--cores-per-node", "8", "--memory-per-node", "16GB", "--yes")
    assert again.code == 0, again.err


def test_where_it_comes_from_stands_beside_it(person: Person, tmp_path: Path) -> None:
    ran = on(person, tmp_path / "bin", "moab").runs("init", *folders(person), "--yes")
    said = " ".join(ran.err.split())
    assert "from qstat -B -f; at most 4 nodes a job; there are also gpu, fat" in said, ran.err
    assert "from pbsnodes -a; the least of its nodes: which ones serve the queue is not told" in said, ran.err

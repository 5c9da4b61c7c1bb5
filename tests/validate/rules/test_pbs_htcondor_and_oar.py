"""What the rules say to sections for PBS, Moab, HTCondor and OAR."""

from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.config import document
from pegconf.config.sources import Sources
from pegconf.validate import engine

GOOD = (
    "cores: 2, memory: 4GB, processes: 2, log-directory: /tmp, "
    "scheduler-options: {dashboard_address: '127.0.0.1:0'}, "
    "worker-extra-args: [--dashboard-address, '127.0.0.1:0']"
)
TIME = "walltime: '04:00:00'"


def found(system: str, keys: str) -> list[tuple[str, str, str | None]]:
    """Code, message and what to write, of all findings in a section."""
    text = f"jobqueue:\n  {system}: {{{GOOD}, {keys}}}\n"
    read = document.decode(text.encode(), Path("/home/me/.config/dask/jobqueue.yaml"))
    report = engine.check(Sources((read,)), interfaces=("lo",))
    return [(finding.code, finding.message, finding.fix) for finding in report.findings]


@pytest.mark.parametrize(
    ("system", "keys"),
    [
        ("pbs", TIME),
        ("pbs", f"{TIME}, resource-spec: 'select=1:ncpus=2:mem=5gb'"),
        ("pbs", f"{TIME}, resource-spec: 'nodes=1:ppn=2', job-extra-directives: ['-l mem=5gb']"),
        ("pbs", f"{TIME}, resource-spec: 'ncpus=2'"),
        ("moab", "walltime: '1:00:00:00', resource-spec: 'nodes=1:ppn=2:gpus=2'"),
        ("htcondor", "disk: 2GB, job-extra-directives: {RequestMemory: 4769}, job-directives-skip: [Log]"),
        ("oar", "walltime: '4', memory-per-core-property-name: not_applicable"),
    ],
)
def test_nothing_is_wrong(system: str, keys: str) -> None:
    assert found(system, keys) == []


@pytest.mark.parametrize(
    ("spec", "code", "message", "fix"),
    [
        (
            "select=2:ncpus=2:mem=5gb",
            "PEG281",
            "resource-spec asks for 2 nodes, and one job runs on one",
            "select=1:ncpus=2:mem=4769mb",
        ),
        (
            "nodes=n1:ppn=2+n2:ppn=2",
            "PEG281",
            "resource-spec asks for 2 nodes, and one job runs on one",
            "nodes=1:ppn=2",
        ),
        (
            "select=1:ncpus=2:mem=3gb:bigmem=true",
            "PEG282",
            "mem=3gb, 3.2 GB, is below memory, 4.0 GB",
            "select=1:ncpus=2:mem=4769mb:bigmem=true",
        ),
        ("select=1:mem=5gb", "PEG283", "ncpus is 1 and cores is 2", "select=1:ncpus=2:mem=4769mb"),
        ("nodes=1:ppn=4", "PEG283", "ppn is 4 and cores is 2", "nodes=1:ppn=2"),
    ],
)
def test_a_resource_spec_that_does_not_fit(spec: str, code: str, message: str, fix: str) -> None:
    assert found("pbs", f"{TIME}, resource-spec: '{spec}'") == [(code, message, f"resource-spec: '{fix}'")]


def test_torque_s_memory_as_a_directive() -> None:
    keys = f"{TIME}, resource-spec: 'nodes=1:ppn=2', job-extra-directives: [-m n, '-l mem=1gb']"
    assert found("moab", keys) == [("PEG282", "'-l mem=1gb', 1.1 GB, is below memory, 4.0 GB", "- '-l mem=4769mb'")]


def test_four_minutes_are_no_four_hours() -> None:
    message = "walltime '04:00' is 4 min: the last number is seconds"
    assert found("pbs", "walltime: '04:00'") == [("PEG287", message, "walltime: '04:00:00'")]


@pytest.mark.parametrize(
    ("system", "raw", "message", "fix"),
    [
        ("pbs", "12:00:00", "walltime is the number 43200, not text", "12:00:00"),
        ("pbs", "90", "walltime is the number 90, not text", "00:01:30"),
        ("moab", "1:00:00:00", "walltime is the number 216000, not text", "24:00:00"),
        ("oar", "12:00", "walltime is the number 720, not text", "12:00:00"),
    ],
)
def test_a_walltime_that_yaml_reads_as_a_number(system: str, raw: str, message: str, fix: str) -> None:
    first = next(finding for finding in found(system, f"walltime: {raw}") if finding[0] == "PEG201")
    assert first == ("PEG201", message, f"walltime: '{fix}'")


@pytest.mark.parametrize("key", ["walltime: 12:00:00", "queue: short", "account: lab", "project: lab"])
def test_what_htcondor_does_not_have_has_no_effect(key: str) -> None:
    name = key.split(":", maxsplit=1)[0]
    ((code, message, fix),) = found("htcondor", f"disk: 2GB, {key}")
    assert (code, fix) == ("PEG102", None)
    assert message.startswith(f"{name} is a key of ")


def test_htcondor_s_directives_are_a_mapping() -> None:
    assert [code for code, _, _ in found("htcondor", "disk: 2GB, job-extra-directives: ['a = b']")] == ["PEG125"]

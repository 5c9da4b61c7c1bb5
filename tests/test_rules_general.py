"""The rules that hold for every batch system: the cases that a rule's own example cannot show."""

from __future__ import annotations

import pytest

from tests.test_rules import codes, look, lsf


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("project: CHANGEME", ["PEG105"]),
        ("queue: your-queue", ["PEG105"]),
        ("python: /path/to/env/bin/python", ["PEG105"]),
        ("job-extra-directives: ['-G <group>']", ["PEG105"]),
        ("job-script-prologue: [module load <your module>]", ["PEG105"]),
        ("job-script-prologue: [sort <in >out]", []),
        ("project: changes", []),
        ("name: XXXX", []),
        ("local-directory: $(mktemp -d /tmp/dask.XXXX)", []),
        ("worker-extra-args: [--resources, 'XXX=1']", []),
    ],
)
def test_a_placeholder(keys: str, expected: list[str]) -> None:
    assert codes(lsf(keys)) == expected


@pytest.mark.parametrize(
    ("fractions", "expected"),
    [
        ("target: 0.0, spill: false, pause: false, terminate: false", []),
        ("spill: 0", ["warning"]),
        ("pause: 0", ["error"]),
        ("terminate: 0.0", ["error"]),
        ("terminate: true", []),
        ("pause: 80", ["warning"]),
        ("pause: 80%", ["error"]),
        ("pause: null", ["error"]),
        ("target: null", []),
        ("target: 60%", ["error"]),
        ("max-spill: null", ["error"]),
    ],
)
def test_a_share_of_memory(fractions: str, expected: list[str]) -> None:
    found = look(f"distributed: {{worker: {{memory: {{{fractions}}}}}}}\n" + lsf("")).findings
    assert [(one.code, str(one.severity)) for one in found] == [("PEG106", severity) for severity in expected]


def test_settings_of_distributed_at_the_top_of_the_file() -> None:
    (found,) = look("scheduler: {work-stealing: true}\n" + lsf("")).findings
    assert (found.code, found.message) == (
        "PEG011",
        "scheduler stands at the top of the file, and belongs under distributed:",
    )


def test_a_dashboard_in_a_section() -> None:
    assert codes(lsf("dashboard: {link: x}")) == ["PEG011"]

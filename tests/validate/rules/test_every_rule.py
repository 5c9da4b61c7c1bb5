"""What rules find in one key, and in whole files; each rule's own examples are run by test_rule_examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pegconf.config import catalogue, document
from pegconf.config.sources import Sources
from pegconf.core.model import Severity
from pegconf.validate import engine

if TYPE_CHECKING:
    from pegconf.core.model import Report

FILE = Path("/home/me/.config/dask/jobqueue.yaml")


def look(text: str) -> Report:
    read = document.decode(text.encode("utf-8", "surrogateescape"), FILE)
    return engine.check(Sources((read,)), interfaces=("lo", "eth0"))


def codes(text: str) -> list[str]:
    return [finding.code for finding in look(text).findings]


def lsf(keys: str) -> str:
    """A section that has nothing wrong but for these keys."""
    good = "cores: 2, memory: 4GB, processes: 1, walltime: '04:00', lsf-units: mb, log-directory: /tmp"
    good += ", scheduler-options: {dashboard_address: '127.0.0.1:0'}"
    good += ", worker-extra-args: [--dashboard-address, '127.0.0.1:0']"
    return f"jobqueue:\n  lsf:\n    <<: {{{good}}}\n    {keys}\n"


def test_codes_are_unique_and_belong_to_their_layer() -> None:
    every = [rule.code for rule in engine.RULES]
    digits = {"text": "0", "keys": "1", "meaning": "2", "machine": "3", "script": "4", "scheduler": "4"}
    assert sorted(set(every)) == sorted(every)
    wrong = [
        rule.code for rule in engine.RULES if rule.code[3] != digits[rule.layer] and not rule.code.startswith("PEG13")
    ]
    assert wrong == []


def test_a_rule_lies_where_its_first_digit_says() -> None:
    folders = {"0": "file", "1": "keys", "2": "values", "3": "host", "4": "host"}
    lies = {rule.code: rule.check.__module__.split(".")[3] for rule in engine.RULES}
    assert lies == {code: folders[code[3]] for code in lies}


def test_a_complete_section_is_silent() -> None:
    values = catalogue.complete("lsf") | {
        "cores": 2,
        "memory": "4GB",
        "processes": 1,
        "walltime": "04:00",
        "queue": "general",
        "project": "insarlab",
        "lsf-units": "mb",
        "interface": "eth0",
        "log-directory": "/tmp",
        "job-extra-directives": ['-R "rusage[mem=2500]"'],
        "worker-extra-args": ["--lifetime", "235m", "--dashboard-address", "127.0.0.1:0"],
        "scheduler-options": {"dashboard_address": "127.0.0.1:0"},
    }
    asked = "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}, insar: {scheduler: lsf}}}\n"
    section = "".join(f"    {name}: {yaml_text(value)}\n" for name, value in values.items())
    assert codes(f"{asked}jobqueue:\n  lsf:\n{section}  insar:\n{section}") == []


def yaml_text(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, list):
        return "[" + ", ".join(yaml_text(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {yaml_text(inner)}" for name, inner in value.items()) + "}"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", []),
        ("env-extra: null", []),
        ("env-extra: []", ["PEG103"]),
        ("log_directory: /tmp", []),
        ("partition: null", []),
        ("partition: short", ["PEG101"]),
        ("worker-image: x", ["PEG101"]),
        ("n-workers: 4", ["PEG101"]),
        ("account: abc", ["PEG102"]),
        ("account: null", []),
        ("cores: 4.0", ["PEG121"]),
        ("cores: true", ["PEG121"]),
        ("cores: [1, 2]", ["PEG121"]),
        ("name: null", ["PEG121"]),
        ("extra: ''\n    worker-extra-args: []", ["PEG278", "PEG103", "PEG122"]),
        ("worker-extra-args: null", ["PEG278", "PEG123"]),
        ("job-extra-directives: {-x: null}", ["PEG123"]),
        ("worker-extra-args: [--dashboard-address=127.0.0.1:0, --nanny-port, 8000]", []),
        ("walltime: 240", ["PEG201"]),
        ("walltime: 12:00", ["PEG201"]),
        ("walltime: 01:00", []),
        ("walltime: 1-12:00", ["PEG202"]),
        ("walltime: null", []),
        ("walltime: 2024-01-01", ["PEG201"]),
        ("memory: 16000000000", ["PEG211"]),
        ("memory: 16 gigs", ["PEG211"]),
        ("mem: 8000", ["PEG213"]),
        ("lsf-units: GB", []),
        ("processes: -1", ["PEG221"]),
        ("queue: no", ["PEG241"]),
        ("project: 12345", ["PEG241"]),
        ("queue: ''", ["PEG242"]),
        ("name: 'arr[1-3]'", ["PEG244"]),
        ("log-directory: logs", ["PEG251"]),
        ("log-directory: ~", ["PEG251"]),
        ("log-directory: ''", ["PEG251"]),
        ("job-directives-skip: ['-']", ["PEG263"]),
        ("use-stdin: null", ["PEG264"]),
        ("shebang: /bin/bash", ["PEG265"]),
        ("death-timeout: null", ["PEG272"]),
        ("death-timeout: 60s", []),
        ("interface: ib0", ["PEG301"]),
        ("python: /no/such/python", ["PEG303"]),
    ],
)
def test_one_key(keys: str, expected: list[str]) -> None:
    assert codes(lsf(keys)) == expected


@pytest.mark.parametrize(
    ("keys", "severity"),
    [
        ("walltime: 12:00", Severity.WARNING),
        ("walltime: 12:00:00", Severity.ERROR),
        ("worker-extra-args: null", Severity.WARNING),
        ("project: 12345", Severity.WARNING),
        ("project: 012345", Severity.ERROR),
        ("log-directory: logs", Severity.WARNING),
        ("log-directory: ~/logs", Severity.ERROR),
        ("memory: 16000000000", Severity.WARNING),
        ("memory: 16", Severity.ERROR),
        ("memory: '1e9'", Severity.WARNING),
        ("memory: .nan", Severity.ERROR),
        ("memory: -.inf", Severity.ERROR),
        ("worker-image: x", Severity.WARNING),
        ("worker-imagee: x", Severity.WARNING),
        ("wal-time: '1:00'", Severity.ERROR),
    ],
)
def test_what_works_is_no_error(keys: str, severity: Severity) -> None:
    (finding,) = [one for one in look(lsf(keys)).findings if one.severity is not Severity.INFO]
    assert finding.severity is severity


def test_a_number_is_shown_with_the_directive_it_becomes() -> None:
    (finding,) = look(lsf("walltime: 12:00:00")).findings
    assert (finding.message, finding.effect, finding.fix) == (
        "walltime is the number 43200, not text",
        "YAML reads this as base 60; the job would ask for -W 43200 (30 d)",
        "walltime: '12:00'",
    )


@pytest.mark.parametrize(
    ("system", "text", "severity"),
    [
        ("slurm", "12:00", Severity.ERROR),
        ("slurm", "12:00:00", Severity.ERROR),
        ("pbs", "12:00:00", Severity.WARNING),
        ("sge", "1:30", Severity.WARNING),
    ],
)
def test_base_60_by_batch_system(system: str, text: str, severity: Severity) -> None:
    found = look(f"jobqueue: {{{system}: {{cores: 1, memory: 4GB, walltime: {text}}}}}").findings
    assert [one.severity for one in found if one.code == "PEG201"] == [severity]


def test_all_missing_keys_are_named_at_once_and_the_first_error() -> None:
    (finding,) = [
        one
        for one in look(
            "pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}\njobqueue: {insar: {cores: 2}}\n"
        ).findings
        if one.code == "PEG111"
    ]
    needed = [name for name in catalogue.defaults("lsf") if name not in {"cores", "memory"}]
    assert finding.message == f"{len(needed)} keys are missing: {', '.join(needed)}"
    assert finding.fix is not None
    assert [line.partition(":")[0] for line in finding.fix.splitlines()] == needed
    assert finding.effect == "config_name='insar' stops with: KeyError: 'interface'"


def test_the_old_name_of_account_works_for_slurm() -> None:
    found = look("jobqueue: {slurm: {cores: 1, memory: 4GB, processes: 1, project: abc, walltime: '1:00:00'}}").findings
    assert [(one.code, one.severity) for one in found if one.key == "project"] == [("PEG103", Severity.WARNING)]


def test_a_directive_mapping_is_right_for_htcondor() -> None:
    found = codes("jobqueue: {htcondor: {cores: 1, memory: 4GB, disk: 1GB, job-extra-directives: {+x: '1'}}}")
    assert "PEG123" not in found
    assert "PEG125" not in found


def test_stray_settings_are_one_finding() -> None:
    found = look("jobqueue:\n  name: dask-worker\n  threads: 2\n  pbs: {cores: 1, memory: 4GB}\n").findings
    assert [one.message for one in found if one.code == "PEG008"] == [
        "name, threads stand directly under jobqueue:, in no section"
    ]


def test_capitals_count() -> None:
    found = look("jobqueue: {LSF: {cores: 1, memory: 4GB}}").findings
    assert ("PEG008", "section LSF is not lsf: capitals count") in [(one.code, one.message) for one in found]


def test_a_tab_is_named() -> None:
    (finding,) = look("jobqueue:\n  lsf:\n\t  cores: 2\n").findings
    assert (finding.message, finding.fix) == (
        "this is not YAML: a tab stands where YAML wants spaces",
        "spaces in place of the tab",
    )


def test_a_file_that_may_not_be_read_is_named() -> None:
    report = engine.check(Sources((), unreadable=(FILE,)), interfaces=())
    assert [(one.code, one.message) for one in report.findings] == [("PEG305", f"{FILE} cannot be read")]

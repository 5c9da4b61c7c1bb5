"""The rules in a section for Slurm: its own grammar, its own words in what is said."""

from __future__ import annotations

import pytest

from pegconf.core.model import Severity
from tests.validate.rules.test_every_rule import codes, look


def section(keys: str) -> str:
    """A section for Slurm that has nothing wrong but for these keys."""
    good = "cores: 2, memory: 4GB, processes: 1, walltime: '04:00:00', job-mem: 4769M, log-directory: /tmp"
    good += ", scheduler-options: {dashboard_address: '127.0.0.1:0'}"
    good += ", worker-extra-args: [--dashboard-address, '127.0.0.1:0']"
    return f"jobqueue:\n  slurm:\n    <<: {{{good}}}\n    {keys}\n"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", []),
        ("account: insarlab", []),
        ("project: insarlab", ["PEG103"]),
        ("lsf-units: mb", ["PEG102"]),
        ("ncpus: 2", ["PEG102"]),
        ("walltime: '1-12'", []),
        ("walltime: '90:90'", []),
        ("walltime: '240'", []),
        ("walltime: 240", ["PEG201"]),
        ("walltime: 12:00:00", ["PEG201"]),
        ("walltime: '1.5'", ["PEG202"]),
        ("walltime: '0'", ["PEG202"]),
        ("walltime: infinite", ["PEG202"]),
        ("job-mem: null", []),
        ("job-mem: 4G", []),
        ("job-mem: '0'", []),
        ("job-mem: 4GiB", ["PEG217"]),
        ("job-mem: 2000M", ["PEG218"]),
        ("job-cpu: 1", ["PEG225"]),
        ("job-extra-directives: ['-N 1', '-n 1', '--nodes=1-1', '--nice=2', '--nodelist=sc01']", []),
        ("job-extra-directives: ['-N2']", ["PEG267"]),
        ("job-extra-directives: ['--nodes=2-4']", ["PEG267"]),
        ("job-extra-directives: ['--ntasks 4']", ["PEG267"]),
        ("job-extra-directives: ['--array=1-4']", ["PEG267"]),
        ("job-extra-directives: ['#SBATCH -C ib']", ["PEG261"]),
        ("job-extra-directives: ['-R rusage[mem=1]', '-R select[x]']", []),
    ],
)
def test_one_key(keys: str, expected: list[str]) -> None:
    assert codes(section(keys)) == expected


@pytest.mark.parametrize(
    ("keys", "message", "effect", "fix"),
    [
        (
            "walltime: 12:00:00",
            "walltime is the number 43200, not text",
            "YAML reads this as base 60; the job would ask for -t 43200 (30 d)",
            "walltime: '12:00:00'",
        ),
        (
            "walltime: 4h",
            "walltime '4h' is not one; Slurm reads [days-]hours:minutes:seconds, or minutes",
            "sbatch refuses it",
            "walltime: '04:00:00'",
        ),
        (
            "walltime: UNLIMITED",
            "walltime 'UNLIMITED' asks Slurm for no limit at all",
            "the job waits for ever in a partition that has a limit",
            "walltime: '04:00:00'",
        ),
        (
            "job-mem: 5.5G",
            "job-mem is '5.5G', no memory of Slurm",
            "sbatch: error: Invalid --mem specification",
            "job-mem: '5246M'",
        ),
        (
            "job-mem: 2000M",
            "job-mem, 2.1 GB, is below memory, 4.0 GB",
            "Slurm may kill the job before Dask's workers reach their limit",
            "job-mem: '4769M'",
        ),
        ("queue: $QUEUE", "queue '$QUEUE' has a variable, and nothing expands it", "the job asks for -p $QUEUE", None),
    ],
)
def test_what_is_said_is_slurms(keys: str, message: str, effect: str, fix: str | None) -> None:
    (found,) = look(section(keys)).findings
    assert (found.message, found.fix) == (message, fix)
    assert found.effect.startswith(effect)


def test_a_number_in_quotes_is_minutes_and_a_bare_one_works_by_luck() -> None:
    (found,) = look(section("walltime: 240")).findings
    assert (found.severity, found.effect) == (Severity.WARNING, "slurm reads it as minutes: 4 h")

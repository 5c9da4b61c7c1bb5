"""What the rules say to extra directives, by batch system: what each one means there, and what works is left alone."""

from __future__ import annotations

import pytest

from pegconf.core.model import Severity
from tests.validate.rules.test_every_rule import look

COMMON = "cores: 2, memory: 4GB, processes: 1, log-directory: /tmp, job-directives-skip: []"
OWN = {
    "lsf": "walltime: '04:00', lsf-units: mb, queue: general",
    "slurm": "walltime: '04:00:00', queue: general",
    "pbs": "walltime: '04:00:00', queue: general",
    "moab": "walltime: '04:00:00', queue: general, resource-spec: 'nodes=1:ppn=2'",
    "sge": "walltime: '04:00:00', queue: general, resource-spec: mem_free=5G",
    "oar": "walltime: '4', queue: general, memory-per-core-property-name: not_applicable",
    "htcondor": "disk: 2GB",
}
NOT_ABOUT_THIS = {"PEG226", "PEG278", "PEG252", "PEG102"}


def found(system: str, keys: str) -> list[tuple[str, str]]:
    """Codes and severities of what is found in a section that has nothing wrong but for these keys."""
    text = f"jobqueue:\n  {system}:\n    <<: {{{COMMON}, {OWN[system]}}}\n    {keys}\n"
    return [(one.code, one.severity.value) for one in look(text).findings if one.code not in NOT_ABOUT_THIS]


def extra(system: str, *directives: str) -> list[str]:
    """The codes of what is found in a section with these extra directives."""
    items = ", ".join("'" + one.replace("'", "''") + "'" for one in directives)
    return [code for code, _ in found(system, f"job-extra-directives: [{items}]")]


@pytest.mark.parametrize("system", OWN)
def test_without_extras_nothing_is_found(system: str) -> None:
    assert found(system, "shared-temp-directory: /tmp") == []


@pytest.mark.parametrize(
    ("system", "directive", "expected"),
    [
        ("slurm", "-p short", ["PEG246"]),
        ("slurm", "--partition=general", []),
        ("slurm", "-A lab", []),
        ("slurm", "--time=01:00:00", ["PEG246"]),
        ("lsf", "-q short", ["PEG246"]),
        ("lsf", "-W 120", ["PEG246"]),
        ("lsf", '-P "lab"', []),
        ("pbs", "-q short", ["PEG246"]),
        ("pbs", "-m n", []),
        ("sge", "-q short.q", ["PEG246"]),
        ("sge", "-V", []),
        ("oar", "-q besteffort", ["PEG246"]),
        ("oar", "-t besteffort", []),
        ("lsf", '-J "x[1-9]"', ["PEG246", "PEG247"]),
        ("pbs", "-J 1-4", ["PEG247"]),
        ("moab", "-t 1-4", ["PEG247"]),
        ("sge", "-t 1-4", ["PEG247"]),
        ("sge", "-t 1", []),
        ("lsf", '-R "span[ptile=1]"', ["PEG227"]),
        ("lsf", '-R "span[ptile=2]"', []),
        ("lsf", "-nnodes 4", ["PEG227"]),
        ("lsf", '-R "rusage[mem=5000]"', []),
        ("lsf", '-R "rusage[mem=2500]"', ["PEG238"]),
        ("lsf", '-R "rusage[mem=1000]"', ["PEG238"]),
        ("lsf", '-R "rusage[mem=4GB]"', []),
        ("lsf", "-W 0", ["PEG209", "PEG246"]),
        ("slurm", "-t 0", ["PEG209", "PEG246"]),
        ("sge", "-l h_rt=0", ["PEG209"]),
        ("sge", "-l h_rt=04:00:00", []),
        ("sge", "-l h_rt=02:00:00", ["PEG246"]),
        ("pbs", "-l walltime=4h", ["PEG209"]),
        ("pbs", "-l walltime=0", ["PEG209"]),
        ("pbs", "-l walltime=04:00:00", []),
        ("pbs", "-l walltime=02:00:00", ["PEG246"]),
        ("moab", "-l walltime=0", ["PEG209"]),
        ("moab", "-l walltime=02:00:00", ["PEG246"]),
        ("oar", "-l walltime=0", ["PEG209"]),
        ("oar", "-l /nodes=1/core=2,walltime=4h", ["PEG209"]),
        ("oar", "-l /nodes=1/core=2,walltime=4:00", []),
        ("oar", "-l /nodes=1/core=2,walltime=2", ["PEG246"]),
        ("pbs", "-l nodes=2:ppn=2", ["PEG239", "PEG240"]),
        ("pbs", "-l place=excl", []),
        ("pbs", "-l job_priority=economy", []),
        ("moab", "-l mem=5gb", []),
        ("slurm", "--gres=gpu:1", []),
        ("slurm", "--gres=gpu:a100:2", ["PEG258"]),
        ("slurm", "--gpus=2", ["PEG258"]),
        ("lsf", '-gpu "num=2:mode=shared"', ["PEG258"]),
        ("oar", "--array 4", ["PEG247"]),
        ("oar", "--array 1", []),
        ("lsf", "-H", ["PEG248"]),
        ("slurm", "--hold", ["PEG248"]),
        ("pbs", "-h", ["PEG248"]),
        ("sge", "-h", ["PEG248"]),
        ("lsf", "-K", ["PEG294"]),
        ("slurm", "--wait", ["PEG294"]),
        ("sge", "-sync y", ["PEG294"]),
        ("sge", "-sync n", []),
        ("pbs", "-z", ["PEG295"]),
        ("slurm", "--quiet", []),
        ("slurm", "--mem-per-cpu=3G", ["PEG255"]),
        ("slurm", "--mem=2G", ["PEG256"]),
        ("slurm", "--mem=4000", []),
        ("slurm", "--mem=0", []),
        ("slurm", "--mem=4GiB", ["PEG256"]),
        ("slurm", "-c 1", ["PEG256"]),
        ("slurm", "--cpus-per-task=4", []),
        ("sge", "-pe smp 2", []),
        ("sge", "-pe openmpi 2", ["PEG229"]),
        ("sge", "-pe openmpi 1", []),
        ("oar", "-p \"cluster='x'\"", []),
    ],
)
def test_one_directive(system: str, directive: str, expected: list[str]) -> None:
    assert extra(system, directive) == expected


def test_memory_by_core_is_right_where_memory_by_node_is_left_out() -> None:
    keys = "job-directives-skip: ['--mem=']\n    job-extra-directives: ['--mem-per-cpu=3G']"
    assert found("slurm", keys) == []


@pytest.mark.parametrize(
    ("system", "keys", "expected"),
    [
        ("slurm", "job-directives-skip: ['--cpus-per-task']", ["PEG220"]),
        ("slurm", "job-directives-skip: ['--cpus-per-task']\n    cores: 1", []),
        ("slurm", "job-directives-skip: ['--cpus-per-task']\n    job-extra-directives: [--exclusive]", []),
        ("lsf", "job-directives-skip: [hosts=1]", ["PEG220"]),
        ("lsf", "job-directives-skip: ['-R ', '-n ', '-M ']\n    job-extra-directives: ['-nnodes 1']", []),
        ("slurm", "python: srun /usr/bin/env", ["PEG257"]),
        ("slurm", "python: srun /usr/bin/env\n    cores: 1", []),
        ("slurm", "python: srun -c 2 /usr/bin/env", []),
        ("slurm", "python: mpirun /usr/bin/env\n    job-extra-directives: ['-n 2']", ["PEG257", "PEG267"]),
        ("sge", "resource-spec: h_vmem=1G", ["PEG253"]),
        ("sge", "resource-spec: h_vmem=2G\n    job-extra-directives: ['-pe smp 2']", []),
        ("sge", "resource-spec: null", ["PEG254"]),
        ("sge", "resource-spec: 'q_short_gpu,gpumem=20'", []),
        ("htcondor", "disk: 2000000", []),
        ("htcondor", "disk: 2 gigs", ["PEG288"]),
        ("htcondor", "disk: '0'", ["PEG288"]),
        ("htcondor", "job-extra-directives: {RequestMemory: 2GB}", ["PEG289"]),
        ("htcondor", "job-extra-directives: {RequestMemory: 4GB}", []),
        ("htcondor", "job-extra-directives: {request_cpus: 1}", ["PEG289"]),
        ("htcondor", "job-extra-directives: {request_gpus: 2}", ["PEG258"]),
        ("lsf", "lsf-units: none\n    job-extra-directives: ['-R \"rusage[mem=5000]\"']", ["PEG216"]),
        ("pbs", "resource-spec: 'select=1:ncpus=2:mem=5gb:ngpus=2'", ["PEG258"]),
        ("pbs", "resource-spec: 'nodes=1:ppn=2'\n    job-extra-directives: ['-l mem=5gb']", []),
        ("moab", "resource-spec: null", ["PEG249"]),
        ("htcondor", "submit-command-extra: [-name, schedd]", []),
        ("oar", "resource-spec: /nodes=1/core=2", []),
        ("oar", "resource-spec: /nodes=2/core=2", ["PEG298"]),
        ("oar", "resource-spec: /nodes=1/core=1", ["PEG298"]),
        ("oar", "resource-spec: '{gpu_count>0}/nodes=1/gpu=1/core=2'", []),
        ("oar", "resource-spec: '/core=2,walltime=2'", ["PEG298", "PEG298"]),
        # What is left out of the script asks for nothing.
        ("lsf", "ncpus: 1", ["PEG225"]),
        ("lsf", "ncpus: 1\n    job-directives-skip: ['-n 1']\n    job-extra-directives: ['-n 2']", []),
        ("lsf", "mem: 1000000000\n    job-directives-skip: ['-M ']", []),
        ("slurm", "job-mem: 1000M\n    job-directives-skip: ['--mem=']", []),
        ("pbs", "resource-spec: 'select=1:ncpus=1:mem=1gb'\n    job-directives-skip: ['select=']", []),
        # A number is as good as text to Slurm.
        ("slurm", "job-mem: 1000", ["PEG218", "PEG241"]),
        # GPUs may stand in any -l, and memory in a chunk or behind the old key.
        ("pbs", "resource-spec: 'select=1:ncpus=2:mem=5gb'\n    job-extra-directives: ['-l ngpus=2']", ["PEG258"]),
        ("moab", "resource-spec: 'nodes=1:ppn=2'\n    job-extra: ['-lmem=1gb']", ["PEG103", "PEG282"]),
        # Of two the later one counts.
        ("sge", "resource-spec: h_vmem=2G\n    job-extra-directives: ['-pe smp 1', '-pe smp 2']", []),
    ],
)
def test_keys_that_ask(system: str, keys: str, expected: list[str]) -> None:
    assert [code for code, _ in found(system, keys)] == expected


@pytest.mark.parametrize(
    ("system", "walltime", "arguments", "expected"),
    [
        ("lsf", "'01:00'", "[--lifetime, 55m, --lifetime-stagger, 4m]", []),
        ("lsf", "'01:00'", "[--lifetime, 55m, --lifetime-stagger, 5m]", ["PEG206"]),
        ("slurm", "'01:00:00'", "['--lifetime 55m --lifetime-stagger 10m']", ["PEG206"]),
        ("slurm", "1-00", "[--lifetime, 24h]", ["PEG205"]),
        ("pbs", "'60:00'", "[--lifetime=3600]", ["PEG205", "PEG287"]),
        ("moab", "'1:00:00:00'", "[--lifetime, '\"1 day\"']", ["PEG205"]),
        ("sge", "'1:00:00'", "[--lifetime, 60 minutes]", ["PEG207"]),
        ("oar", "'1'", "[--lifetime, 1hour]", ["PEG205"]),
        ("lsf", "'04:00'", "[--lifetime, 10m, --lifetime-stagger, 10m]", ["PEG206"]),
        ("lsf", "'04:00'", "[--lifetime, 1h30m]", ["PEG207"]),
        ("lsf", "'00:45'", "[]", ["PEG208"]),
        ("lsf", "'00:45'", "[--lifetime, 40m]", []),
        ("htcondor", "null", "[--lifetime, 24h]", []),
    ],
)
def test_lifetimes(system: str, walltime: str, arguments: str, expected: list[str]) -> None:
    keys = f"walltime: {walltime}\n    worker-extra-args: {arguments}"
    assert sorted(code for code, _ in found(system, keys)) == expected


@pytest.mark.parametrize(
    ("system", "zero"),
    [
        *(("lsf", text) for text in ("'0'", "'00:00'", "0")),
        *(("slurm", text) for text in ("'0'", "'0:00'", "'00:00:00'", "0-0", "0")),
        *((system, text) for system in ("pbs", "moab", "sge") for text in ("'00:00:00'", "'0'", "0")),
        *(("oar", text) for text in ("'0'", "'0:00:00'", "0")),
    ],
)
def test_no_time_at_all_is_an_error_everywhere(system: str, zero: str) -> None:
    assert [severity for code, severity in found(system, f"walltime: {zero}") if code in {"PEG201", "PEG202"}] == [
        Severity.ERROR.value
    ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("ncpus: 16", ["PEG235"]),
        ("job-extra-directives: ['-R \"span[ptile=16]\"']", ["PEG235"]),
        ("job-extra-directives: ['-R \"span[ptile=16]\"']\n    job-directives-skip: ['span[hosts=1]']", []),
        ("cores: 1\n    job-extra-directives: ['-R \"span[ptile=16]\"']", []),
    ],
)
def test_the_span_that_a_queue_demands(keys: str, expected: list[str]) -> None:
    asked = "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}\n"
    section = f"jobqueue:\n  lsf:\n    cores: 2\n    memory: 4GB\n    queue: parallel\n    {keys}\n"
    section = section.replace("    cores: 2\n", "") if "cores: 1" in keys else section
    assert [code for code in (one.code for one in look(asked + section).findings) if code == "PEG235"] == expected


@pytest.mark.parametrize(
    ("system", "directive", "expected"),
    [
        ("lsf", "-W 00:30", ["PEG205", "PEG246"]),
        ("lsf", "-W 04:00", []),
        ("slurm", "-t 00:59:00", ["PEG205", "PEG246"]),
        ("pbs", "-l walltime=00:30:00", ["PEG205", "PEG246"]),
        ("sge", "-l h_rt=00:30:00", ["PEG205", "PEG246"]),
        ("oar", "-l /nodes=1/core=2,walltime=0:30", ["PEG205", "PEG246"]),
        ("oar", "-l /nodes=1/core=2,walltime=4", []),
    ],
)
def test_a_lifetime_is_compared_with_the_walltime_among_the_extras(
    system: str, directive: str, expected: list[str]
) -> None:
    keys = f"worker-extra-args: [--lifetime, 60m]\n    job-extra-directives: ['{directive}']"
    assert sorted(code for code, _ in found(system, keys) if code in {"PEG205", "PEG246"}) == expected


@pytest.mark.parametrize(
    ("system", "keys", "expected"),
    [
        ("lsf", "ncpus: 8", [("PEG260", "warning")]),
        ("lsf", "ncpus: 2", []),
        ("slurm", "job-cpu: 4", [("PEG260", "warning")]),
        ("slurm", "job-cpu: null", []),
        ("pbs", "resource-spec: 'select=1:ncpus=2'", [("PEG268", "info")]),
        ("pbs", "resource-spec: 'select=1:ncpus=2:mem=5gb'", []),
        ("moab", "resource-spec: 'nodes=1:ppn=2,mem=5gb'", []),
        ("moab", "resource-spec: 'nodes=1:ppn=2'", []),
    ],
)
def test_what_is_reserved_and_not_used_or_used_and_not_reserved(
    system: str, keys: str, expected: list[tuple[str, str]]
) -> None:
    assert found(system, keys) == expected


@pytest.mark.parametrize(
    ("directive", "expected"),
    [
        ("-n 40", [("PEG269", "error")]),
        ("-n 2", []),
        ("-q genral", [("PEG269", "warning")]),
        ("-q my-queue", [("PEG269", "warning")]),
        ("-q 'general parallel'", []),
        ("-q general", []),
    ],
)
def test_an_extra_directive_for_what_the_site_has_not(directive: str, expected: list[tuple[str, str]]) -> None:
    text = (
        "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}\n"
        f'jobqueue:\n  lsf: {{queue: general, cores: 2, memory: 4GB, job-extra-directives: ["{directive}"]}}\n'
    )
    assert [(one.code, one.severity.value) for one in look(text).findings if one.code == "PEG269"] == expected

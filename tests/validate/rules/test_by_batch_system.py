"""What is said of the same key for each batch system, where they differ."""

from __future__ import annotations

import pytest

from pegconf.batch.systems import KNOWN
from tests.validate.rules.test_every_rule import look

BATCH = ("lsf", "slurm", "pbs", "moab", "sge", "oar")
"""Those with directives."""
FIRST = "of one resource behind two -l PBS takes the first, which is the key's"
NO_LIMIT = "the job waits for ever in a partition that has a limit"


def told(system: str, keys: str, code: str) -> list[tuple[str, str, str]]:
    """How severe it is, what is wrong and what comes of it, of the findings with that code."""
    text = f"jobqueue:\n  {system}: {{cores: 2, memory: 4GB, {keys}}}\n"
    return [(str(one.severity), one.message, one.effect) for one in look(text).findings if one.code == code]


def systems_told(keys: str, code: str) -> dict[str, str]:
    """The batch systems for which a key has a finding with that code, each with how severe it is."""
    found = {name: told(name, keys, code) for name in KNOWN}
    return {name: one[0][0] for name, one in found.items() if one}


def test_where_a_job_has_tmpdir() -> None:
    assert systems_told("local-directory: $TMPDIR", "PEG279") == {"lsf": "info", "slurm": "info", "oar": "info"}


def test_where_a_directive_behind_a_command_is_lost() -> None:
    found = {
        name: told(name, f"job-script-prologue: [date, '{KNOWN[name].directives.sign} -x']", "PEG275")[0][0]
        for name in BATCH
    }
    assert found == {
        "lsf": "warning",
        "slurm": "error",
        "pbs": "error",
        "moab": "warning",
        "sge": "warning",
        "oar": "warning",
    }


def test_where_nothing_reads_the_name() -> None:
    others = dict.fromkeys(("lsf", "slurm", "pbs", "moab", "sge", "oar"), "error")
    assert systems_told("name: [a, b]", "PEG121") == others | {"htcondor": "warning", "local": "warning"}


@pytest.mark.parametrize(("system", "severity"), [("oar", "error"), ("pbs", "warning"), ("moab", "warning")])
def test_a_resource_spec_that_is_a_number(system: str, severity: str) -> None:
    assert [one[0] for one in told(system, "resource-spec: 5", "PEG241")] == [severity]


def test_where_cores_come_out_whole() -> None:
    severities = {}
    for name in KNOWN:
        (one,) = [
            one
            for one in look(f"jobqueue:\n  {name}: {{cores: 4.0, processes: 2, memory: 4GB}}\n").findings
            if (one.code, one.key) == ("PEG121", "cores")
        ]
        severities[name] = str(one.severity)
    whole = ("slurm", "pbs", "moab", "sge", "oar", "local")
    assert severities == {"lsf": "error", "htcondor": "error"} | dict.fromkeys(whole, "warning")


@pytest.mark.parametrize(
    ("system", "keys", "key", "severity"),
    [
        ("lsf", "cores: 4.0, processes: 2, ncpus: 4", "cores", "warning"),
        ("lsf", "cores: 4, ncpus: 4.0", "ncpus", "error"),
        ("slurm", "cores: 4, job-cpu: 4.0", "job-cpu", "warning"),
    ],
)
def test_the_batch_systems_own_number_of_cores(system: str, keys: str, key: str, severity: str) -> None:
    report = look(f"jobqueue:\n  {system}: {{{keys}, memory: 4GB}}\n")
    found = [(one.key, str(one.severity)) for one in report.findings if one.code == "PEG121"]
    assert found == [(key, severity)]


@pytest.mark.parametrize(
    ("system", "key", "directive", "effect"),
    [
        ("pbs", "04:00:00", "-l walltime=02:00:00", FIRST),
        ("moab", "04:00:00", "-l walltime=02:00:00", "only one of them counts"),
        ("sge", "04:00:00", "-l h_rt=02:00:00", "only one of them counts"),
        ("oar", "4", "-l walltime=2", "OAR takes the two -l for two requests, and chooses one"),
    ],
)
def test_a_second_walltime(system: str, key: str, directive: str, effect: str) -> None:
    keys = f"walltime: '{key}', job-extra-directives: ['{directive}']"
    assert [one[2] for one in told(system, keys, "PEG246")] == [effect]


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("SBATCH_PARTITION", "queue"),
        ("SBATCH_ACCOUNT", "account"),
        ("SBATCH_TIMELIMIT", "walltime"),
        ("SBATCH_JOB_NAME", "name"),
        ("SBATCH_MEM_PER_NODE", "memory"),
        ("SBATCH_ARRAY_INX", "job-extra-directives"),
    ],
)
def test_a_variable_that_beats_a_key(variable: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "another")
    expected = (
        "warning",
        f"{variable}=another is set here, and beats {key}",
        "every job that is submitted here gets it",
    )
    assert told("slurm", "walltime: '04:00:00'", "PEG332") == [expected]
    assert systems_told("queue: general", "PEG332") == {"slurm": "warning"}


@pytest.mark.parametrize("variable", ["BSUB_QUIET", "BSUB_QUIET2"])
def test_a_variable_that_takes_the_id_away(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "y")
    effect = "ValueError: Could not parse job id from submission command output"
    assert told("lsf", "queue: general", "PEG333") == [
        ("warning", f"{variable} is set here, and bsub prints no job id", effect)
    ]
    assert systems_told("queue: general", "PEG333") == {"lsf": "warning"}


@pytest.mark.parametrize(
    ("system", "walltime", "message", "effect"),
    [
        ("lsf", "04:30:00", "has seconds; LSF reads", "bsub refuses it, or ends the job at once"),
        ("lsf", "1.5", "is not one; LSF reads", "bsub refuses it, or ends the job at once"),
        ("slurm", "1:x:3", "is not one; Slurm reads", "sbatch refuses it"),
        ("slurm", "UNLIMITED", "asks Slurm for no limit at all", NO_LIMIT),
        ("slurm", "0-0", "asks Slurm for no limit at all", NO_LIMIT),
        ("pbs", "1:x:3", "is not one; PBS reads", "qsub refuses it"),
        ("pbs", "infinite", "is not one; PBS reads", "qsub refuses it"),
        ("pbs", "0", "is no time at all", "qsub refuses it, or ends the job at once"),
        ("moab", "1:x:3", "is not one; Moab reads", "msub refuses it"),
        ("sge", "1:x:3", "is not one; Grid Engine reads", "qsub refuses it"),
        ("sge", "0", "is no time at all", "qsub refuses it, or ends the job at once"),
        ("oar", "1:x:3", "is not one; OAR reads", "oarsub refuses it"),
        ("oar", "0", "is no time at all", "oarsub takes it, and the job has no time to run"),
    ],
)
def test_a_walltime_that_is_not_read(system: str, walltime: str, message: str, effect: str) -> None:
    ((severity, said, comes),) = told(system, f"walltime: '{walltime}'", "PEG202")
    assert (severity, comes) == ("error", effect)
    assert f"walltime '{walltime}' {message}" in said


@pytest.mark.parametrize("system", BATCH)
def test_blanks_before_a_walltime(system: str) -> None:
    walltime = KNOWN[system].format_walltime(3600)
    apart = system in {"lsf", "slurm"}
    expected = [("warning", f"walltime ' {walltime}' has spaces around it", "works")]
    found = told(system, f"walltime: ' {walltime}'", "PEG202")
    assert found == expected if apart else [one[0] for one in found] == ["error"]

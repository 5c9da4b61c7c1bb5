"""What is known of each batch system, against dask-jobqueue's scripts, its own grammar and its manual's words."""

from __future__ import annotations

import re
import shlex
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from pegconf.batch.base import BatchSystem
from pegconf.batch.directives import Option
from pegconf.batch.systems import KNOWN
from pegconf.core.errors import RefusedError
from pegconf.jobs import dask_import
from tests.validate.rules.test_every_rule import look
from tests.validate.rules.test_extra_directives import COMMON, NOT_ABOUT_THIS, OWN

if TYPE_CHECKING:
    from pathlib import Path


WITH_DIRECTIVES = [name for name, system in KNOWN.items() if name not in {"local", "htcondor"}]


def job(system: BatchSystem, logs: Path, **keys: Any) -> Any:
    """dask-jobqueue's own Job, with these keys of a section."""
    made = dask_import.job_class(system)
    given = {"cores": 2, "memory": "4GB", "processes": 1, "log-directory": str(logs)} | keys
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return made(
            scheduler="tcp://10.0.0.1:8786", name="w", **{key.replace("-", "_"): value for key, value in given.items()}
        )


def written(system: BatchSystem, logs: Path, **keys: Any) -> dict[str, object]:
    """What a script of dask-jobqueue's asks for, by the name that a thing has in Directives."""
    known = system.directives
    lines = job(system, logs, **keys).job_script().splitlines()
    ours = [line.removeprefix(known.sign).strip() for line in lines if line.startswith(f"{known.sign} ")]
    options = {option.name: option.value for line in ours for option in known.options(line)}
    names = ("cores", "memory", "queue", "account", "name", "tasks")
    found: dict[str, object] = {name: options[getattr(known, name)] for name in names if getattr(known, name)}
    if known.walltime:
        option, resource = known.walltime_option
        values = [one.value for line in ours for one in known.options(line) if one.name == option]
        (value,) = [value for value in values if resource in value]
        found["walltime"] = dict(part.partition("=")[::2] for part in value.split(","))[resource] if resource else value
    return found | {form: form in " ".join(ours) for _, form in known.own_form}


PLACE = {"queue": "general", "account": "lab", "name": "dask-worker", "walltime": "04:00"}


@pytest.mark.parametrize(
    ("system", "keys", "expected"),
    [
        (
            "lsf",
            {"project": "lab", "ncpus": 3, "mem": 5 * 10**9},
            {"cores": "3", "memory": "5000000", **PLACE},
        ),
        (
            "slurm",
            {"account": "lab", "job-cpu": 3, "job-mem": "5G"},
            {"cores": "3", "memory": "5G", **PLACE, "tasks": "1", "--cpus-per-task=": True, "--mem=": True},
        ),
        ("pbs", {"account": "lab"}, PLACE),
        ("moab", {"account": "lab"}, PLACE),
        ("sge", {"project": "lab"}, PLACE),
        ("oar", {"project": "lab"}, PLACE),
    ],
)
def test_dask_jobqueue_asks_for_each_thing_by_its_option(
    tmp_path: Path, system: str, keys: dict[str, Any], expected: dict[str, object]
) -> None:
    known = KNOWN[system]
    assert written(known, tmp_path, queue="general", walltime="04:00", **keys) == expected
    told = {known.directives.account_key, known.directives.cores_key, known.directives.memory_key}
    assert told - {""} == set(keys)


@pytest.mark.parametrize("system", KNOWN)
def test_dask_jobqueue_submits_and_cancels_with_its_commands(tmp_path: Path, system: str) -> None:
    known = KNOWN[system]
    made = dask_import.job_class(known)
    assert made.config_name == known.name
    assert shlex.split(made.submit_command or "") == list(known.submit)
    assert set(known.submit) | set(shlex.split(made.cancel_command or "")) <= set(known.commands)


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ("lsf", ["bsub", "bjobs", "bkill"]),
        ("slurm", ["sbatch", "squeue", "scancel"]),
        ("pbs", ["qsub", "qstat", "qselect", "qdel"]),
        ("moab", ["msub", "showq", "checkjob", "canceljob"]),
        ("htcondor", ["condor_submit", "condor_q", "condor_rm"]),
        ("oar", ["oarsub", "oarstat", "oardel"]),
        ("sge", ["qsub", "qstat", "qdel"]),
    ],
)
def test_commands_that_are_run_must_be_there(system: str, expected: list[str]) -> None:
    known = KNOWN[system]
    lines = [
        *(known.list_named("peg-1"), known.pending_reason("1"), known.cancel(["1"]), known.cancel_named("peg-1")),
        list(known.submit),
    ]
    run = {word for line in lines for word in re.findall(r"[a-z_]+", " ".join(line))}
    assert [command for command in known.commands if command in run] == list(known.commands) == expected


@pytest.mark.parametrize(
    ("system", "bare", "two", "four"),
    [
        ("lsf", 90 * 60, 12 * 3600, None),
        ("slurm", 90 * 60, 12 * 60, None),
        ("pbs", 90, 12 * 60, None),
        ("moab", 90, 12 * 60, 86_400),
        ("sge", 90, None, None),
        ("oar", 90 * 3600, 12 * 3600, None),
    ],
)
def test_numbers_in_a_walltime(system: str, bare: int, two: int | None, four: int | None) -> None:
    known = KNOWN[system]
    assert seconds(known, "90") == bare == 90 * known.directives.bare_number
    assert seconds(known, "12:00") == two
    assert known.directives.hours_first == (two == 12 * 3600)
    assert seconds(known, "1:00:00:00") == four
    assert known.directives.days_first == (four is not None)


def seconds(system: BatchSystem, text: str) -> int | None:
    """Seconds of a walltime, None for what is none."""
    try:
        return system.parse_walltime(text)
    except RefusedError:
        return None


@pytest.mark.parametrize(
    ("system", "text", "expected"),
    [
        # sbatch(1).
        ("slurm", "--job-name=x", ("-J", "x")),
        ("slurm", "--partition=x", ("-p", "x")),
        ("slurm", "--account=x", ("-A", "x")),
        ("slurm", "--ntasks=1", ("-n", "1")),
        ("slurm", "--cpus-per-task=1", ("-c", "1")),
        ("slurm", "--time=1", ("-t", "1")),
        ("slurm", "--error=x", ("-e", "x")),
        ("slurm", "--output=x", ("-o", "x")),
        ("slurm", "--nodes=1", ("-N", "1")),
        ("slurm", "--array=1-2", ("-a", "1-2")),
        ("slurm", "--hold", ("-H", "")),
        ("slurm", "--wait", ("-W", "")),
        ("slurm", "--quiet", ("-Q", "")),
        ("slurm", "--gpus=2", ("-G", "2")),
        ("slurm", "-N2", ("-N", "2")),
        # bsub(1): what overwrites a file is for the same file.
        ("lsf", "-oo out.%J", ("-o", "out.%J")),
        ("lsf", "-eo err.%J", ("-e", "err.%J")),
        ("lsf", "-W60", ("-W", "60")),
        # qsub(1), msub.
        ("pbs", "-lwalltime=60", ("-l", "walltime=60")),
        ("moab", "-lwalltime=60", ("-l", "walltime=60")),
        ("sge", "-terse", ("-terse", "")),
        # oarsub(1).
        ("oar", "--name x", ("-n", "x")),
        ("oar", "--queue x", ("-q", "x")),
        ("oar", "--resource core=1", ("-l", "core=1")),
        ("oar", "--property cluster", ("-p", "cluster")),
        ("oar", "--hold", ("-h", "")),
        ("oar", "--interactive", ("-I", "")),
        ("oar", "--stdout x", ("-O", "x")),
        ("oar", "--stderr x", ("-E", "x")),
        ("oar", "-tbesteffort", ("-t", "besteffort")),
    ],
)
def test_an_option_has_one_spelling(system: str, text: str, expected: tuple[str, str]) -> None:
    assert KNOWN[system].directives.options(text) == (Option(*expected),)


@pytest.mark.parametrize(
    ("system", "option", "value", "number"),
    [
        ("lsf", "-gpu", "num=2:mode=shared", "2"),
        ("slurm", "--gres", "gpu:2", "2"),
        ("slurm", "--gres", "gpu:a100:4", "4"),
        ("slurm", "-G", "2", "2"),
        ("slurm", "-G", "a100:4", "4"),
    ],
)
def test_gpus_are_counted(system: str, option: str, value: str, number: str) -> None:
    match = re.search(dict(KNOWN[system].directives.gpus)[option], value)
    assert match is not None
    assert match[1] == number


WAITS = "makes the submit command wait for the job"


@pytest.mark.parametrize(
    ("system", "directive", "code", "message", "effect"),
    [
        ("lsf", "-H", "PEG248", "'-H' holds every job", "no job starts until bresume releases it"),
        ("slurm", "-H", "PEG248", "'-H' holds every job", "no job starts until scontrol release releases it"),
        ("pbs", "-h", "PEG248", "'-h' holds every job", "no job starts until qrls releases it"),
        ("moab", "-h", "PEG248", "'-h' holds every job", "no job starts until releasehold releases it"),
        ("sge", "-h", "PEG248", "'-h' holds every job", "no job starts until qrls releases it"),
        ("sge", "-h u", "PEG248", "'-h u' holds every job", "no job starts until qrls releases it"),
        ("oar", "-h", "PEG248", "'-h' holds every job", "no job starts until oarresume releases it"),
        ("lsf", "-K", "PEG294", f"'-K' {WAITS}", None),
        ("lsf", "-I", "PEG294", f"'-I' {WAITS}", None),
        ("lsf", "-Ip", "PEG294", f"'-Ip' {WAITS}", None),
        ("lsf", "-Is", "PEG294", f"'-Is' {WAITS}", None),
        ("slurm", "-W", "PEG294", f"'-W' {WAITS}", None),
        ("pbs", "-I", "PEG294", f"'-I' {WAITS}", None),
        ("moab", "-I", "PEG294", f"'-I' {WAITS}", None),
        ("sge", "-sync y", "PEG294", f"'-sync y' {WAITS}", None),
        ("sge", "-now y", "PEG294", f"'-now y' {WAITS}", None),
        ("oar", "-I", "PEG294", f"'-I' {WAITS}", None),
        ("pbs", "-z", "PEG295", None, None),
        ("moab", "-z", "PEG295", None, None),
        ("lsf", '-J "x[1-9]"', "PEG247", None, None),
        ("lsf", '-J "x[1, 3]"', "PEG247", None, None),
        ("pbs", "-J 1-4", "PEG247", None, None),
        ("pbs", "-t 1-4", "PEG247", None, None),
        ("moab", "-t 1-4", "PEG247", None, None),
        ("sge", "-t 1-4", "PEG247", None, None),
        ("oar", "--array 2", "PEG247", None, None),
        ("oar", "--array 10", "PEG247", None, None),
    ],
)
def test_what_a_directive_does_to_the_jobs(
    system: str, directive: str, code: str, message: str | None, effect: str | None
) -> None:
    (one,) = [one for one in findings(system, directive) if one.code == code]
    assert message in {None, one.message}
    assert effect in {None, one.effect}


@pytest.mark.parametrize(
    ("system", "directive"),
    [
        ("lsf", '-J "x[1]"'),
        ("lsf", "-J run1-2"),
        ("sge", "-sync n"),
        ("sge", "-now n"),
        ("sge", "-t 1"),
        ("oar", "--array 1"),
        ("slurm", "-Q"),
        ("pbs", "-m n"),
        ("moab", "-V"),
    ],
)
def test_what_a_directive_does_not_do_to_the_jobs(system: str, directive: str) -> None:
    assert [one.code for one in findings(system, directive) if one.code != "PEG246"] == []


def findings(system: str, directive: str) -> list[Any]:
    """What is found in a section that has nothing wrong but for an extra directive."""
    item = directive.replace("'", "''")
    text = f"jobqueue:\n  {system}:\n    <<: {{{COMMON}, {OWN[system]}}}\n    job-extra-directives: ['{item}']\n"
    return [one for one in look(text).findings if one.code not in NOT_ABOUT_THIS]


# What differs from the default, by the manual of each and by dask-jobqueue.
WHAT_IT_IS: dict[str, dict[str, object]] = {
    "lsf": {
        "title": "LSF",
        "walltime_words": "[hours:]minutes",
        "job_id_variable": "LSB_JOBID",
        "detect_by": ("bsub", "lsid"),
        "configured_by": ("$LSF_ENVDIR", "/etc/lsf.conf"),
        "own_facts": ("memory-unit", "reserve-per-core"),
        "questions": ("memory-unit",),
    },
    "slurm": {
        "title": "Slurm",
        "walltime_words": "[days-]hours:minutes:seconds, or minutes",
        "job_id_variable": "SLURM_JOB_ID",
        "keeps_ended": False,
        "attaches": True,
        "warning_directive": "--signal=B:TERM@60",
        "detect_by": ("sbatch", "sinfo"),
        "configured_by": ("$SLURM_CONF", "/etc/slurm/slurm.conf", "/run/slurm/conf/slurm.conf"),
    },
    "sge": {
        "title": "Grid Engine",
        "walltime_words": "hours:minutes:seconds",
        "job_id_variable": "JOB_ID",
        "keeps_ended": False,
        "asks_for_gpus": False,
        "warning_directive": "-notify",
        "detect_by": ("qconf", "qsub"),
        "configured_by": ("$SGE_ROOT",),
        "own_facts": ("reserve-per-core", "memory-resource"),
        "questions": ("parallel-environment", "memory-resource"),
    },
    "moab": {
        "title": "Moab",
        "walltime_words": "[[[days:]hours:]minutes:]seconds",
        "job_id_variable": "{PBS_JOBID%%.*}",
        "run_for_real": False,
        "detect_by": ("msub",),
    },
    "pbs": {
        "title": "PBS",
        "walltime_words": "[[hours:]minutes:]seconds",
        "job_id_variable": "{PBS_JOBID%%.*}",
        "keeps_ended": False,
        "detect_by": ("qsub",),
        "configured_by": ("$PBS_CONF_FILE", "/etc/pbs.conf", "/var/spool/torque/server_name"),
        "own_facts": ("flavour",),
        "questions": ("flavour",),
    },
    "oar": {
        "title": "OAR",
        "walltime_words": "hours[:minutes[:seconds]]",
        "job_id_variable": "OAR_JOB_ID",
        "reads_standard_input": False,
        "detect_by": ("oarsub",),
        "configured_by": ("/etc/oar/oar.conf",),
        "own_facts": ("memory-property",),
        "questions": ("memory-property",),
    },
    "htcondor": {
        "title": "HTCondor",
        "has_queues": False,
        "keeps_ended": False,
        "shell_script": False,
        "run_for_real": False,
        "detect_by": ("condor_submit",),
        "configured_by": ("$CONDOR_CONFIG", "/etc/condor/condor_config"),
        "questions": ("disk",),
    },
}
LOOKED_AT = {name for of in WHAT_IT_IS.values() for name in of}


@pytest.mark.parametrize("system", WHAT_IT_IS)
def test_what_it_is(system: str) -> None:
    known = KNOWN[system]
    values = {name: getattr(known, name) for name in LOOKED_AT} | {"own_facts": tuple(dict(known.own_facts))}
    usual = {name: getattr(BatchSystem, name) for name in LOOKED_AT - {"title"}}
    assert {name: value for name, value in values.items() if value != usual.get(name)} == WHAT_IT_IS[system]


def test_each_is_asked_for_before_those_whose_commands_it_has_too() -> None:
    """Grid Engine and PBS both have qsub, and Moab stands above Torque."""
    turns = {system.turn: name for name, system in KNOWN.items() if system.detect_by}
    assert turns == dict(enumerate(["lsf", "slurm", "sge", "moab", "pbs", "oar", "htcondor"], start=1))

"""validate --submit-check on the stand-in LSF: its own words at the key that caused them, and no job left."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pegconf.config import catalogue
from tests import example
from tests.systems.standin_lsf.presets import recorded

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.running import Ran
    from tests.systems.standin_lsf.control import StandInLsf

pytestmark = pytest.mark.slow
CHECK = ("validate", "--submit-check", "--select", "PEG4")


def found(ran: Ran) -> list[tuple[str, str | None, str]]:
    """What was found: code, key and message."""
    return [(one["code"], one["key"], one["message"]) for one in json.loads(ran.out)["findings"]]


def at(user: Person, ran: Ran) -> list[str]:
    """What stands in the file at each finding's place."""
    lines = user.file.read_text(encoding="utf-8").splitlines()
    places = [(one["line"], one["column"]) for one in json.loads(ran.out)["findings"]]
    return [lines[line - 1][column - 1 :] for line, column in places]


def nothing_left(lsf: StandInLsf) -> bool:
    return lsf.unfinished() == [] and lsf.processes() == []


def test_a_good_section_is_taken_and_its_job_is_gone(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path))
    ran = user.runs(*CHECK)
    assert ran.code == 0, ran
    assert ran.out == "~/.config/dask/jobqueue.yaml: lsf: nothing wrong found\n"
    assert ran.err == "LSF was asked with bsub -H: it takes section lsf\n"
    (job,) = lsf.jobs()
    assert re.fullmatch(r"peg-[0-9a-f]{8}", job.name)
    assert job.deadline is not None
    assert 0 < job.deadline - job.submit_time <= 120
    assert (job.held, job.pid, job.status, job.output) == (True, 0, "EXIT", "/dev/null")
    assert nothing_left(lsf)
    assert not any(tmp_path.glob("*.out"))


@pytest.mark.parametrize(
    ("changed", "code", "key", "said", "there"),
    [
        ({"queue": "nosuch"}, "PEG402", "queue", "LSF refuses it: nosuch: No such queue. Job not submitted.", "nosuch"),
        (
            {"project": "nobodys"},
            "PEG402",
            "project",
            "LSF refuses it: Project <nobodys> does not exist. Request aborted by esub. Job not submitted.",
            "nobodys",
        ),
        (
            {"walltime": "48:00"},
            "PEG402",
            "walltime",
            "LSF refuses it: RUNLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.",
            "'48:00'",
        ),
        (
            {"cores": 64},
            "PEG402",
            "cores",
            "LSF refuses it: Too many processors requested. Job not submitted.",
            "64",
        ),
        (
            {"mem": 900 * 10**9},
            "PEG402",
            "mem",
            "LSF refuses it: MEMLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.",
            "900000000000",
        ),
        (
            {"memory": "900GB"},
            "PEG402",
            "memory",
            "LSF refuses it: MEMLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.",
            "900GB",
        ),
        (
            {"job-extra-directives": ['-R "rusage[mem=900000]"']},
            "PEG403",
            "job-extra-directives",
            "it would never start: Not enough host(s) currently eligible",
            '-R "rusage[mem=900000]"',
        ),
        (
            {"job-extra-directives": ['-R "select[bigmem]"']},
            "PEG403",
            "job-extra-directives",
            "it would never start: Not enough host(s) currently eligible",
            "",
        ),
        (
            {"job-extra-directives": ['-R "select[nosuch]"']},
            "PEG402",
            "job-extra-directives",
            "LSF refuses it: Bad resource requirement syntax. Job not submitted.",
            "",
        ),
        (
            {"job-extra-directives": ["-gpu num=1"]},
            "PEG402",
            "job-extra-directives",
            "LSF refuses it: bsub: illegal option -- gpu",
            "-gpu num=1",
        ),
        ({"job-extra-directives": ["-x"]}, "PEG402", "job-extra-directives", "EXCLUSIVE", ""),
        (
            {"job-extra-directives": ["-m nosuchhost"]},
            "PEG402",
            "job-extra-directives",
            "Bad host name",
            "-m nosuchhost",
        ),
        ({"job-extra-directives": ["-W 48:00"]}, "PEG402", "job-extra-directives", "RUNLIMIT", "-W 48:00"),
        ({"job-script-prologue": ["#BSUB -q nosuch"]}, "PEG402", "job-script-prologue", "No such queue", "'#BSUB"),
    ],
)
def test_what_lsf_has_against_it_stands_at_the_key(
    user: Person, lsf: StandInLsf, tmp_path: Path, changed: dict[str, Any], code: str, key: str, said: str, there: str
) -> None:
    lsf.change(**{name: getattr(recorded(), name) for name in ("hosts", "queues", "host_groups", "ibm", "version")})
    lsf.change(projects=("insarlab",), join_resource_strings=True)
    user.write(example.configuration(tmp_path, **{"job-extra-directives": [], **changed}))
    ran = user.runs(*CHECK, "--format", "json")
    assert ran.code == 1, ran
    assert len(found(ran)) == 1
    assert found(ran)[0][:2] == (code, key)
    assert said in found(ran)[0][2]
    assert at(user, ran)[0].startswith(there)
    assert nothing_left(lsf)


@pytest.mark.parametrize(
    ("changed", "key", "message", "effect"),
    [
        (
            {"job-extra-directives": ['-R "rusage[mem=20000]"']},
            "job-extra-directives",
            "it would never start: Not enough host(s) currently eligible",
            "as #BSUB -R \"rusage[mem=20000]\"; bhosts -R 'select[maxmem>=40000]' finds no host of queue general",
        ),
        (
            {"job-extra-directives": ['-R "select[ncpus>400]"']},
            "job-extra-directives",
            "it would never start: Not enough host(s) currently eligible",
            "as #BSUB -R \"select[ncpus>400]\"; bhosts -R 'select[(ncpus>400)]' finds no host of queue general",
        ),
        (
            {"cores": 20},
            "cores",
            "it would never start: bhosts shows no host of queue general with 20 slots: the most is 15",
            "as #BSUB -n 20; LSF takes the job and keeps it pending",
        ),
    ],
)
def test_what_lsf_takes_and_no_host_has(
    user: Person, lsf: StandInLsf, tmp_path: Path, changed: dict[str, Any], key: str, message: str, effect: str
) -> None:
    """On Pegasus memory is reserved per slot, so that 20000 MB for 2 cores are more than the 32 GB of a node."""
    lsf.change_queue("general", processors=())
    user.write(example.configuration(tmp_path, **changed))
    ran = user.runs(*CHECK, "--format", "json")
    assert ran.code == 1, ran
    (one,) = json.loads(ran.out)["findings"]
    assert (one["code"], one["key"], one["message"], one["effect"]) == ("PEG403", key, message, effect)
    assert nothing_left(lsf)


def test_hosts_that_do_not_answer_are_no_reason_against_it(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    lsf.change_host("n001", status="unavail", reports=False)
    user.write(example.configuration(tmp_path, job_extra_directives=['-R "rusage[mem=20000]"']))
    ran = user.runs(*CHECK, "--format", "json")
    assert ran.code == 0, ran
    words = "not checked: whether a host of queue general fits it: of those that answer none does, 1 do not answer now"
    assert found(ran) == [("PEG405", "job-extra-directives", words)]


def test_a_section_for_another_cluster_is_left_out_and_no_failure(
    user: Person, lsf: StandInLsf, tmp_path: Path
) -> None:
    """One home may serve two clusters."""
    pbs = catalogue.complete("pbs") | {"cores": 2, "memory": "2GB", "walltime": "04:00:00"}
    both = yaml.safe_load(example.configuration(tmp_path))["jobqueue"] | {"pbs": pbs}
    user.write(yaml.safe_dump({"jobqueue": both}, sort_keys=False))
    ran = user.runs(*CHECK, "--format", "json")
    assert (ran.code, found(ran)) == (0, []), ran
    assert json.loads(ran.out)["skipped"] == [
        {"section": "pbs", "layer": "scheduler", "because": "PBS has no command that checks a job and submits none"}
    ]
    assert len(lsf.jobs()) == 1

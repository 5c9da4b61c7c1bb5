"""What batch systems said, as recorded, and what becomes of it: a verdict and the directive that it is about."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml

from pegconf.batch.acceptance import Said, Verdict
from pegconf.batch.htcondor.jobs import HTCONDOR
from pegconf.batch.lsf.jobs import LSF
from pegconf.batch.slurm.facts import SINFO
from pegconf.batch.slurm.jobs import SLURM
from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs.acceptance.submit_check import with_time_limit
from tests.conftest import Person
from tests.jobs.acceptance.asked import case, refused, took
from tests.recorded import said
from tests.stand_in_commands import command

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.core.command_output import Answer


ON_SLURM = {
    "sbatch --test-only": took(),
    SINFO: took(said("slurm-sinfo")),
    "scontrol show partition": took(said("slurm-partitions")),
    "scontrol show config": took("AccountingStorageEnforce = associations,limits,qos\n"),
}
NEVER = "Slurm takes the job and never starts it"


@pytest.mark.parametrize(
    ("directives", "expected"),
    [
        (["-p general", "--mem=2G", "-t 12:00:00"], []),
        (["--mem=2G", "-t 12:00:00", "-A research"], []),
        (["-p exclusive", "-t 9-00:00:00"], []),
        (["-p short,general", "-t 12:00:00"], []),
        (
            ["-p parallel", "-t 13:00:00"],
            [("PartitionTimeLimit: partition parallel has MaxTime=12:00:00", "-t 13:00:00")],
        ),
        (
            ["-t 12:00:00", "--time=2-00:00:00"],
            [("PartitionTimeLimit: partition general has MaxTime=1-00:00:00", "--time=2-00:00:00")],
        ),
        (
            ["-p general", "--mem=70000M"],
            [("MaxMemPerLimit: partition general has MaxMemPerNode=64000 (MB)", "--mem=70000M")],
        ),
    ],
)
def test_slurm_takes_jobs_over_a_partitions_limit(directives: list[str], expected: list[tuple[str, str]]) -> None:
    found = tuple(SLURM.judge(case("slurm", directives, ON_SLURM)))
    assert found == tuple(Said(Verdict.NEVER_STARTS, words, NEVER, directive) for words, directive in expected)


def test_a_qos_may_go_over_the_partitions_walltime() -> None:
    (found,) = SLURM.judge(case("slurm", ["-p short", "-t 01:00:00", "--qos=long"], ON_SLURM))
    words = "whether its qos may go over a limit: PartitionTimeLimit: partition short has MaxTime=00:15:00"
    assert found == Said(Verdict.NOT_CHECKED, words)


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("sbatch: error: invalid partition specified: x\nallocation failure: Invalid partition name specified", "-p x"),
        ("allocation failure: Invalid account or account/partition combination specified", "-A mine"),
        ("allocation failure: Invalid qos specification", "--qos=y"),
        ("sbatch: error: Invalid --time specification", "-t 00:aa"),
        ("sbatch: error: Invalid --mem specification", "--mem=2X"),
        ('sbatch: error: Invalid numeric value "abc" for --cpus-per-task.', "--cpus-per-task=abc"),
        ("sbatch: unrecognized option '--nosuch=3'", "--nosuch=3"),
        ("sbatch: invalid option -- 'Z'", "-Z 3"),
        ("allocation failure: Invalid node name specified", "-w sc99"),
        ("allocation failure: Requested reservation is invalid", "--reservation=r"),
        ("allocation failure: Invalid license specification", "-L matlab"),
        ("sbatch: error: lua: jobs of 00:aa are too long, says this site", "-t 00:aa"),
        ("sbatch: error: lua: not today", None),
    ],
)
def test_slurms_words_are_about_a_directive(words: str, directive: str | None) -> None:
    directives = ["-p x", "-A mine", "--cpus-per-task=abc", "--mem=2X", "-t 00:aa", "--qos=y"]
    extra = ["--nosuch=3", "-Z 3", "-w sc99", "--reservation=r", "-L matlab"]
    asked = case("slurm", [*directives, *extra], ON_SLURM | {"sbatch --test-only": refused(words)})
    assert tuple(SLURM.judge(asked)) == (Said(Verdict.REFUSED, " ".join(words.split()), "", directive),)


@pytest.mark.parametrize(
    ("directives", "directive"),
    [
        (["-p general", "--cpus-per-task=64", "--mem=2G"], "--cpus-per-task=64"),
        (["-p general", "--cpus-per-task=2", "--mem=900G"], "--mem=900G"),
        (["-p general", "--cpus-per-task=2", "--mem=2G", "--gres=gpu:1"], None),
    ],
)
def test_slurm_does_not_say_what_of_a_nodes_shape_it_lacks(directives: list[str], directive: str | None) -> None:
    words = "allocation failure: Requested node configuration is not available"
    (found,) = SLURM.judge(case("slurm", directives, ON_SLURM | {"sbatch --test-only": refused(words)}))
    nodes = "the nodes of general have 16 cores and 67.1 GB, 32 cores and 134.2 GB"
    assert found == Said(Verdict.REFUSED, words, nodes, directive)


ON_LSF = {
    "bqueues -l": took(said("lsf-bqueues-l")),
    "bparams -a": refused("bparams: invalid option -- 'a'", 255),
    "bparams -l": took(said("lsf-bparams-l")),
    "bhosts -w": took(said("lsf-bhosts-w")),
    "bhosts -w -R select[(gpuhost)]": took(said("lsf-bhosts-w")),
}
NO_HOST = refused("Not enough host(s) currently eligible", 255)


@pytest.mark.parametrize(
    ("directives", "answers", "expected"),
    [
        (["-q general", "-n 2", '-R "span[hosts=1]"', '-R "rusage[mem=625]"'], {}, []),
        (
            ["-q general", "-n 80", '-R "span[hosts=1]"'],
            {},
            [("bhosts shows no host of queue general with 80 slots: the most is 64", "-n 80")],
        ),
        (["-q general", "-n 80"], {}, []),
        (
            ["-n 2", '-R "select[big] rusage[mem=625]"'],
            {"bhosts -w -R select[(big)]": NO_HOST},
            [("Not enough host(s) currently eligible", '-R "select[big] rusage[mem=625]"')],
        ),
        (
            ["-n 2", '-R "rusage[mem=900000]"'],
            {"bhosts -w -R select[maxmem>=900000]": NO_HOST},
            [("Not enough host(s) currently eligible", '-R "rusage[mem=900000]"')],
        ),
    ],
)
def test_lsf_takes_what_no_host_has(
    directives: list[str], answers: dict[str, Answer], expected: list[tuple[str, str]]
) -> None:
    found = [(one.words, one.directive) for one in LSF.never_fits(case("lsf", directives, ON_LSF | answers))]
    assert found == expected


def test_a_command_that_gives_no_answer_is_named() -> None:
    with pytest.raises(CannotGoOnError, match=r"^sbatch --test-only gave no answer in time and was ended$"):
        list(SLURM.judge(case("slurm", [], {"sbatch": refused("", None)})))


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("slurm", "allocation failure: Unable to contact slurm controller (connect failure)"),
        ("slurm", "sbatch: fatal: Could not establish a configuration source"),
        ("sge", 'Unable to run job: unable to send message to qmaster using port 6444 on host "n1": got send error'),
        ("sge", "Unable to initialize environment because of error: unable to read qmaster name"),
    ],
)
def test_a_batch_system_that_is_down_is_no_refusal(system: str, words: str) -> None:
    """As recorded with the daemons stopped, and on a host that knows of none."""
    with pytest.raises(CannotGoOnError, match=re.escape(words)):
        list(KNOWN[system].judge(case(system, [], {"sbatch": refused(words), "qsub": refused(words)})))


def test_a_command_that_there_is_not_has_its_say() -> None:
    assert with_time_limit(["no-such-command"], None).said == "no-such-command: No such file or directory"


def test_htcondors_dry_run_asks_no_machine() -> None:
    """As condor_submit(1) has it; not recorded."""
    asked = case("htcondor", ["RequestMemory = 4000"], {"condor_submit -dry-run /dev/null": took()})
    assert list(HTCONDOR.judge(asked)) == [
        Said(
            Verdict.NOT_CHECKED, "whether a machine has those cores, memory and disk: condor_submit -dry-run asks none"
        )
    ]


def test_htcondors_refusal_is_about_a_line() -> None:
    words = "ERROR: Parse error in expression: RequestMemory = 4000 GBB"
    asked = case("htcondor", ["RequestMemory = 4000 GBB", "Universe = vanilla"], {"condor_submit": refused(words)})
    assert list(HTCONDOR.judge(asked)) == [Said(Verdict.REFUSED, words, "", "RequestMemory = 4000 GBB")]


def test_where_nothing_but_a_job_asks_it_this_is_said(person: Person) -> None:
    values = catalogue.complete("pbs") | {"cores": 2, "memory": "4GB", "walltime": "04:00:00"}
    file = person.write(yaml.safe_dump({"jobqueue": {"pbs": values}}))
    ran = person.runs("validate", "--submit-check", "--select", "PEG4", str(file))
    assert ran.code == 3, ran
    why = "PBS has no command that checks a job and submits none"
    assert ran.out.endswith(f": pbs: nothing wrong found; section pbs not looked at further: {why}\n")
    assert ran.err.startswith(f"pegconf: the batch system was not asked: {why}\n")


@pytest.mark.slow
def test_condor_submit_reads_the_jobs_description(person: Person, tmp_path: Path) -> None:
    """A condor_submit that refuses and accepts as its manual has it, and writes down what it was given."""
    script = ('echo "$@" > words', "cat > given", "cat says >&2", "exit $(cat code)")
    command(tmp_path, "condor_submit", f"cd {tmp_path}", *script)
    values = catalogue.complete("htcondor") | {"cores": 2, "memory": "4GB", "disk": "4GB"}
    values |= {"job-extra-directives": {"request_gpus": "many"}}
    person.write(yaml.safe_dump({"jobqueue": {"htcondor": values}}, sort_keys=False))
    user = Person(person.home, {**person.environment, "PATH": f"{tmp_path}:{person.environment['PATH']}"})
    (tmp_path / "says").write_text("ERROR: Parse error in expression: request_gpus = many\n", encoding="utf-8")
    (tmp_path / "code").write_text("1", encoding="utf-8")
    ran = user.runs("validate", "--submit-check", "--select", "PEG4", "--format", "json")
    (found,) = json.loads(ran.out)["findings"]
    refused_words = "HTCondor refuses it: ERROR: Parse error in expression: request_gpus = many"
    assert (ran.code, found["code"], found["key"], found["message"]) == (
        1,
        "PEG402",
        "job-extra-directives",
        refused_words,
    )
    line = user.file.read_text(encoding="utf-8").splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 :] == "many"
    assert (tmp_path / "words").read_text(encoding="utf-8") == "-dry-run /dev/null\n"
    assert "request_gpus = many\n" in (tmp_path / "given").read_text(encoding="utf-8")
    (tmp_path / "code").write_text("0", encoding="utf-8")
    ran = user.runs("validate", "--submit-check", "--select", "PEG4", "--format", "json")
    assert (ran.code, [one["code"] for one in json.loads(ran.out)["findings"]]) == (0, ["PEG405"])

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pegconf.batch.lsf import jobs
from pegconf.config import catalogue
from pegconf.core.errors import CannotGoOnError, UsageError
from pegconf.core.model import Severity
from pegconf.init import existing_file
from pegconf.init import plan as init
from tests.example import PEGASUS_ANSWERS

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.init.answers import Answers

GB = 10**9
SECTION: dict[str, Any] = {
    "name": "dask-worker",
    "cores": 2,
    "memory": "4GB",
    "processes": 2,
    "python": None,
    "interface": "ib0",
    "death-timeout": 60,
    "local-directory": "/scratch/dwg11/dask-scratch",
    "shared-temp-directory": None,
    "extra": None,
    "worker-command": "distributed.cli.dask_worker",
    "worker-extra-args": ["--lifetime", "235m", "--lifetime-stagger", "4m", "--dashboard-address", "127.0.0.1:0"],
    "shebang": "#!/usr/bin/env bash",
    "queue": "general",
    "project": "insarlab",
    "walltime": "04:00",
    "env-extra": None,
    "job-script-prologue": [],
    "ncpus": None,
    "mem": 5_000_000_000,
    "job-extra": None,
    "job-extra-directives": ['-R "span[hosts=1] rusage[mem=2500]"'],
    "job-directives-skip": ['-R "span[hosts=1]"'],
    "log-directory": "/scratch/dwg11/dask-logs",
    "lsf-units": "mb",
    "use-stdin": True,
    "scheduler-options": {"dashboard_address": "127.0.0.1:8787"},
    "job-script-epilogue": [],
}
ASKED = {
    "version": 1,
    "login": "dwg11@pegasus.ccs.miami.edu",
    "sections": {
        "lsf": {"scheduler": "lsf", "site": "pegasus", "interface-verified": False},
        "ifgram": {"scheduler": "lsf", "site": "pegasus", "interface-verified": False},
    },
}


def made(file: Path, answers: Answers = PEGASUS_ANSWERS, *, only_named: bool = False) -> str:
    return init.plan(existing_file.existing(file), answers, only_named=only_named).text


def test_a_new_file_holds_complete_sections_and_what_was_asked(tmp_path: Path) -> None:
    text = made(tmp_path / "jobqueue.yaml", only_named=True)
    named = {**SECTION, "name": "ifgram"}
    assert yaml.safe_load(text) == {"jobqueue": {"lsf": SECTION, "ifgram": named}, "pegconf": ASKED}
    assert list(SECTION) == list(catalogue.complete("lsf"))
    assert max(map(len, text.splitlines()[1:])) <= 120


def test_every_value_has_a_comment(tmp_path: Path) -> None:
    lines = made(tmp_path / "jobqueue.yaml").split("  lsf:\n")[1].split("\n\n")[0].splitlines()
    bare = [line for number, line in enumerate(lines) if " # " not in line and " # " not in lines[number - 1]]
    assert bare == []


def test_what_is_made_validates_and_one_more_run_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    plan = init.plan(existing_file.existing(file), PEGASUS_ANSWERS, only_named=False)
    assert [one for one in init.check(plan, PEGASUS_ANSWERS) if one.severity is Severity.ERROR] == []
    assert init.write(plan) is None
    assert init.plan(existing_file.existing(file), PEGASUS_ANSWERS, only_named=False).same


def test_the_file_that_dask_jobqueue_leaves_is_replaced_only_where_it_is_untouched(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    fresh = made(file)
    file.write_text(existing_file.untouched_defaults())
    assert made(file) == fresh
    file.write_text("# mine\n" + existing_file.untouched_defaults())
    assert made(file).startswith("# mine\n" + existing_file.untouched_defaults() + "\njobqueue:\n")


OLD = """\
# ours
jobqueue:
  lsf:
    cores: 4
    memory: 8GB
    walltime: '10:00'
    job-script-prologue: ['module load python']
    env-extra: []
    job-directives-skip:
    death-timeout: 300
    worker-extra-args: ['--lifetime', 55m, --resources, GPU=1]
    job-extra: ['-R "select[hname!=n1] rusage[mem=100]"', -B]
    wall-time: '1:00'
    scheduler-options: {interface: eth0}

  # by hand
  other: {cores: 1}
distributed: {version: 2}
"""


def test_what_no_question_covers_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text(OLD)
    plan = init.plan(existing_file.existing(file), replace(PEGASUS_ANSWERS, names=()), only_named=False)
    kept = {
        "job-script-prologue": ["module load python"],
        "death-timeout": 300,
        "worker-extra-args": [
            *["--lifetime", "235m", "--lifetime-stagger", "4m"],
            *["--resources", "GPU=1", "--dashboard-address", "127.0.0.1:0"],
        ],
        "job-extra-directives": ['-R "select[hname!=n1] span[hosts=1] rusage[mem=2500]"', "-B"],
        "job-directives-skip": ['-R "span[hosts=1]"'],
        "scheduler-options": {"dashboard_address": "127.0.0.1:8787", "interface": "eth0"},
    }
    assert yaml.safe_load(plan.text)["jobqueue"]["lsf"] == {**SECTION, **kept}
    assert plan.text.startswith("# ours\njobqueue:\n  lsf:\n    name: dask-worker ")
    assert "\n\n  # by hand\n  other: {cores: 1}\ndistributed: {version: 2}\n\npegconf:\n" in plan.text
    assert plan.left_out == ("lsf: wall-time",)


def test_with_names_the_other_sections_stay_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text(OLD)
    text = made(file, only_named=True)
    first, rest = OLD.split("distributed:")
    assert text.startswith(first + "\n  ifgram:\n")
    assert f"\ndistributed:{rest}\npegconf:\n" in text


def test_an_interface_stays_verified_while_it_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text(made(file).replace("interface-verified: false", "interface-verified: true, cluster: pegasus"))
    same, other = made(file), made(file, replace(PEGASUS_ANSWERS, interface="ib1"))
    entry = {"scheduler": "lsf", "site": "pegasus", "cluster": "pegasus", "interface-verified": True}
    assert yaml.safe_load(same)["pegconf"]["sections"]["lsf"] == entry
    assert yaml.safe_load(other)["pegconf"]["sections"]["lsf"] == {**entry, "interface-verified": False}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([], ['-R "rusage[mem=2500]"']),
        (["-B"], ['-R "rusage[mem=2500]"', "-B"]),
        (['-R "rusage[mem=1:duration=1h]"'], ['-R "rusage[mem=2500:duration=1h]"']),
        (["-R 'select[x]'", "-R rusage[ngpus=1]"], ['-R "select[x] rusage[mem=2500,ngpus=1]"']),
    ],
)
def test_the_extras_hold_one_resource_requirement(old: list[str], new: list[str]) -> None:
    assert jobs.directives(old, 2500) == new
    assert jobs.directives(new, 2500) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([], ['-R "span[hosts=1] rusage[mem=2500]"']),
        (["-R 'select[x]'"], ['-R "select[x] span[hosts=1] rusage[mem=2500]"']),
        (['-R "span[ptile=2]"'], ['-R "span[ptile=2] rusage[mem=2500]"']),
    ],
)
def test_several_cores_are_asked_for_on_one_host_in_the_same_one(old: list[str], new: list[str]) -> None:
    assert jobs.directives(old, 2500, several=True) == new
    assert jobs.directives(new, 2500, several=True) == new


@pytest.mark.parametrize(
    ("old", "several", "new"),
    [
        ([], True, ['-R "span[hosts=1]"']),
        (["-P "], True, ["-P ", '-R "span[hosts=1]"']),
        (['-R "span[hosts=1]"', "-P "], False, ["-P "]),
    ],
)
def test_dask_jobqueues_own_requirement_is_left_out_where_it_writes_one(
    old: list[str], several: bool, new: list[str]
) -> None:
    assert jobs.without_own_span(old, several=several) == new
    assert jobs.without_own_span(new, several=several) == new


def test_a_section_for_another_batch_system_is_not_rewritten(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text("jobqueue:\n  ifgram:\n    job-cpu: 2\n")
    with pytest.raises(UsageError, match="is for slurm"):
        made(file)


def test_a_value_of_the_file_that_would_not_validate_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text("jobqueue:\n  lsf:\n    job-script-prologue: module load python\n")
    plan = init.plan(existing_file.existing(file), PEGASUS_ANSWERS, only_named=False)
    with pytest.raises(CannotGoOnError, match="what init would write is not valid: PEG"):
        init.check(plan, PEGASUS_ANSWERS)


def test_what_the_answers_amount_to() -> None:
    assert init.amounts(PEGASUS_ANSWERS) == (
        ("one job", "2 cores, 4.0 GB: 2 workers of 1 thread and 2.0 GB each"),
        ("jobs per node", "6, by 15 cores for jobs and 32.0 GB"),
        ("left idle", "3 cores and 2.0 GB of a node full of such jobs"),
        ("reserved", "rusage[mem=2500] per core: 5.0 GB a job, with 25% headroom"),
        ("ended above", "5.0 GB, where LSF enforces -M"),
        ("lives", "4 h; workers end after 3 h 55 min, give or take 4 min"),
        ("jobs at most", "about 40 before more stay pending: 80 cores, 7 nodes"),
        ("core-hours", "320 if all 40 run to the end, 8 each"),
    )


def test_folders_are_made_or_the_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    impossible = f"{tmp_path}/file/logs"
    answers = replace(PEGASUS_ANSWERS, log_directory=impossible, local_directory=f"{tmp_path}/a/b")
    assert init.make_folders(answers) == ((impossible, "Not a directory"),)
    assert (tmp_path / "a" / "b").is_dir()


def test_the_four_lines_of_python() -> None:
    assert init.usage(PEGASUS_ANSWERS, "ifgram") == (
        "from dask_jobqueue import LSFCluster\n"
        'cluster = LSFCluster(config_name="ifgram")\n'
        "cluster.scale(jobs=4)\n"
        "client = cluster.get_client()\n"
    )

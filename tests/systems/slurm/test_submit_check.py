"""validate --submit-check on a real Slurm, as an ordinary user: its own words at the key that caused them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pegconf.config import catalogue

if TYPE_CHECKING:
    from tests.systems.slurm.daemons import Slurm
    from tests.systems.slurm.people import SlurmUser

pytestmark = pytest.mark.slow
CHECK = ("validate", "--submit-check", "--select", "PEG4")
ANY_ACCOUNT = "not checked: the account: Slurm here takes any (AccountingStorageEnforce=none)"


def section(**changed: Any) -> str:
    """A complete section for Slurm; `changed` has `_` for `-` in the keys' names."""
    values = catalogue.complete("slurm") | {"cores": 2, "memory": "2GB", "queue": "general", "walltime": "04:00:00"}
    values |= {"name": "dask-worker", "processes": 1, "interface": "lo"}
    values |= {key.replace("_", "-"): value for key, value in changed.items()}
    return yaml.safe_dump({"jobqueue": {"slurm": values}}, sort_keys=False)


def checked(user: SlurmUser, **changed: Any) -> tuple[int, list[tuple[str, str | None, str, str, str]]]:
    """The exit code and what was found: code, key, the text at its place in the file, message and effect."""
    text = section(**changed)
    (user.home / "jobqueue.yaml").write_text(text, encoding="utf-8")
    code, out, err = user.runs(*CHECK, "jobqueue.yaml", "--format", "json")
    assert "Traceback" not in err
    lines = text.splitlines()
    return code, [
        (
            one["code"],
            one["key"],
            lines[one["line"] - 1][one["column"] - 1 :],
            one["message"],
            one["effect"],
        )
        for one in json.loads(out)["findings"]
    ]


def test_a_good_section_is_taken_and_nothing_is_submitted(slurm_user: SlurmUser) -> None:
    (slurm_user.home / "jobqueue.yaml").write_text(section(), encoding="utf-8")
    said = slurm_user.runs(*CHECK, "jobqueue.yaml")
    assert said == (
        0,
        "jobqueue.yaml: slurm: nothing wrong found\n",
        "Slurm was asked with sbatch --test-only: it takes section slurm\n",
    )
    assert slurm_user.slurm.jobs() == []


REFUSED = "Slurm refuses it: "
FAILED = "allocation failure"
NO_NODE = REFUSED + "allocation failure: Requested node configuration is not available"
NODES = "the nodes of general have 16 cores and 67.1 GB"
NEVER = "Slurm takes the job and never starts it"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (
            {"queue": "nosuch"},
            (
                "PEG402",
                "queue",
                "nosuch",
                REFUSED
                + f"sbatch: error: invalid partition specified: nosuch {FAILED}: Invalid partition name specified",
                "as #SBATCH -p nosuch",
            ),
        ),
        (
            {"walltime": "2-00:00:00"},
            (
                "PEG403",
                "walltime",
                "2-00:00:00",
                "it would never start: PartitionTimeLimit: partition general has MaxTime=1-00:00:00",
                f"as #SBATCH -t 2-00:00:00; {NEVER}",
            ),
        ),
        ({"cores": 64}, ("PEG402", "cores", "64", NO_NODE, f"as #SBATCH --cpus-per-task=64; {NODES}")),
        ({"memory": "900GB"}, ("PEG402", "memory", "900GB", NO_NODE, f"as #SBATCH --mem=839G; {NODES}")),
        ({"job_mem": "900G"}, ("PEG402", "job-mem", "900G", NO_NODE, f"as #SBATCH --mem=900G; {NODES}")),
        (
            {"job_extra_directives": ["-N 1", "--nosuch=3"]},
            (
                "PEG402",
                "job-extra-directives",
                "--nosuch=3",
                REFUSED + "sbatch: unrecognized option '--nosuch=3' Try \"sbatch --help\" for more information",
                "as #SBATCH --nosuch=3",
            ),
        ),
        (
            {"job_extra_directives": ["-Z 3"]},
            (
                "PEG402",
                "job-extra-directives",
                "-Z 3",
                REFUSED + "sbatch: invalid option -- 'Z' Try \"sbatch --help\" for more information",
                "as #SBATCH -Z 3",
            ),
        ),
        (
            {"job_extra_directives": ["--gres=gpu:1"]},
            (
                "PEG402",
                "job-extra-directives",
                "--gres=gpu:1",
                REFUSED + "sbatch: error: Invalid generic resource (gres) specification",
                "as #SBATCH --gres=gpu:1",
            ),
        ),
        (
            {"job_extra_directives": ["-C nosuch"]},
            (
                "PEG402",
                "job-extra-directives",
                "-C nosuch",
                REFUSED + "allocation failure: Invalid feature specification",
                "as #SBATCH -C nosuch",
            ),
        ),
        (
            {"job_extra_directives": ["--mem-per-cpu=8G"]},
            (
                "PEG402",
                "job-extra-directives",
                "--mem-per-cpu=8G",
                REFUSED + "sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.",
                "as #SBATCH --mem-per-cpu=8G",
            ),
        ),
        (
            {"job_extra_directives": ["-p short"]},
            (
                "PEG403",
                "walltime",
                "04:00:00",
                "it would never start: PartitionTimeLimit: partition short has MaxTime=00:15:00",
                f"as #SBATCH -t 04:00:00; {NEVER}",
            ),
        ),
    ],
)
def test_what_slurm_has_against_it_stands_at_the_key(
    slurm_user: SlurmUser, changed: dict[str, Any], found: tuple[str, str, str, str, str]
) -> None:
    code, said = checked(slurm_user, **changed)
    assert code == 1
    assert [(one[0], one[1], one[2].strip("'"), *one[3:]) for one in said] == [found]
    assert slurm_user.slurm.jobs() == []


def test_of_several_partitions_one_that_takes_it_is_enough(slurm_user: SlurmUser) -> None:
    assert checked(slurm_user, queue="short,general") == (0, [])


def test_where_any_account_is_taken_this_is_said(slurm_user: SlurmUser) -> None:
    expected = ("PEG405", "account", "nobodys", ANY_ACCOUNT, "as #SBATCH -A nobodys")
    assert checked(slurm_user, account="nobodys") == (0, [expected])


@pytest.mark.parametrize(
    ("setting", "back", "changed", "expected"),
    [
        (
            "MaxMemPerNode=1000",
            "MaxMemPerNode=0",
            {},
            ("PEG403", "memory", "it would never start: MaxMemPerLimit: partition general has MaxMemPerNode=1000 (MB)"),
        ),
        (
            "AllowAccounts=others",
            "AllowAccounts=ALL",
            {"account": "mine"},
            (
                "PEG403",
                "account",
                "it would never start: AccountNotAllowed: partition general has AllowAccounts=others",
            ),
        ),
        (
            "State=INACTIVE",
            "State=UP",
            {},
            (
                "PEG402",
                "queue",
                REFUSED + "allocation failure: Required partition not available (inactive or drain)",
            ),
        ),
        (
            "AllowGroups=root",
            "AllowGroups=ALL",
            {},
            ("PEG402", "queue", REFUSED + "allocation failure: User's group not permitted to use this partition"),
        ),
        ("State=DOWN", "State=UP", {}, ("PEG404", "queue", "it would not start now: partition general is down")),
    ],
)
def test_what_the_partition_has_against_it(
    slurm: Slurm, slurm_user: SlurmUser, setting: str, back: str, changed: dict[str, Any], expected: tuple[str, ...]
) -> None:
    slurm.run("scontrol", "update", "PartitionName=general", setting)
    try:
        code, said = checked(slurm_user, **changed)
    finally:
        slurm.run("scontrol", "update", "PartitionName=general", back)
    assert (code, (said[0][0], said[0][1], said[0][3])) == (0 if expected[0] == "PEG404" else 1, expected)
    assert slurm.jobs() == []

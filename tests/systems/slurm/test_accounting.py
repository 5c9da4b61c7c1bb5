"""A Slurm with accounts, QOS, limits and a site's own rules: what it says, and what pegconf makes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from tests.recorded.transcripts import transcripts
from tests.systems.slurm import record
from tests.systems.slurm.test_submit_check import CHECK, FAILED, REFUSED, section
from tests.systems.slurm.test_whole_path import SMALL, change, configure, nothing_left

if TYPE_CHECKING:
    from tests.systems.slurm.accounting import AccountingSlurm
    from tests.systems.slurm.people import SlurmUser

pytestmark = pytest.mark.slow
DIRECTIVES: Final = "job-extra-directives: ['-N 1']"
ACCOUNT: Final = "Invalid account or account/partition combination specified"
POLICY: Final = "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"


def test_it_says_what_is_recorded(accounting_slurm: AccountingSlurm) -> None:
    assert record.asked(accounting_slurm, record.refusals()) == transcripts("slurm-refusals")
    assert record.asked(accounting_slurm, record.ACCOUNTS) == transcripts("slurm-accounts")
    assert accounting_slurm.jobs() == []


def test_init_writes_the_default_one_of_the_users_accounts(accounting_user: SlurmUser) -> None:
    configure(accounting_user)
    written = yaml.safe_load(accounting_user.file.read_text(encoding="utf-8"))["jobqueue"]["slurm"]
    assert (written["queue"], written["account"]) == ("general", "research")


@pytest.mark.xfail(strict=True, reason="what --queue names is written whatever the cluster says of it")
def test_init_says_of_a_named_partition_that_it_is_not_for_the_user(accounting_user: SlurmUser) -> None:
    _, _, err = accounting_user.runs("init", "--yes", "--interface", "lo", "--queue", "longonly", "--dry-run")
    assert "not for you" in " ".join(err.split())


def qos(name: str, **others: Any) -> dict[str, Any]:
    """What a section changes that asks for a QOS."""
    return {"job_extra_directives": [f"--qos={name}"], **others}


def found(user: SlurmUser, sections: dict[str, dict[str, Any]]) -> dict[str, tuple[str, str | None, str]]:
    """What --submit-check finds in each section, asked of all at once: code, key and message."""
    written = {name: yaml.safe_load(section(**changed))["jobqueue"]["slurm"] for name, changed in sections.items()}
    ours = {"version": 1, "sections": {name: {"scheduler": "slurm"} for name in sections}}
    text = yaml.safe_dump({"jobqueue": written, "pegconf": ours}, sort_keys=False)
    (user.home / "jobqueue.yaml").write_text(text, encoding="utf-8")
    _, out, err = user.runs(*CHECK, "jobqueue.yaml", "--format", "json")
    assert "Traceback" not in err
    assert user.slurm.jobs() == []
    return {one["section"]: (one["code"], one["key"], one["message"]) for one in json.loads(out)["findings"]}


def refused(key: str | None, words: str, before: str = "") -> tuple[str, str | None, str]:
    """A refusal in Slurm's words, at a key or at the whole section."""
    return "PEG402", key, f"{REFUSED}{before}{FAILED}: {words}"


def test_a_refusal_stands_at_the_key_that_caused_it(accounting_user: SlurmUser) -> None:
    sections = {
        "taken": {},
        "by-core": {
            "queue": "percpu",
            "job_directives_skip": ["--mem="],
            "job_extra_directives": ["--mem-per-cpu=1G"],
        },
        "asked-qos": qos("normal", queue="needsqos"),
        "unknown-account": {"account": "nobodys"},
        "account-of-another-partition": {"account": "climate"},
        "unknown-qos": qos("nosuch"),
        "qos-of-others": qos("staff"),
        "long": {"walltime": "2-00:00:00"},
        "wide": {"cores": 64},
        "large": {"memory": "900GB"},
        "over-the-qos": qos("strict", walltime="00:30:00"),
    }
    assert found(accounting_user, sections) == {
        "unknown-account": refused("account", ACCOUNT),
        "account-of-another-partition": refused("account", ACCOUNT),
        "unknown-qos": refused("job-extra-directives", "Invalid qos specification"),
        "qos-of-others": refused("job-extra-directives", "Invalid qos specification"),
        "long": refused("walltime", "Requested time limit is invalid (missing or exceeds some limit)"),
        "wide": refused("cores", "More processors requested than permitted"),
        "large": refused("memory", "Requested node configuration is not available"),
        "over-the-qos": refused("walltime", POLICY, "sbatch: error: QOSMaxWallDurationPerJobLimit "),
    }


@pytest.mark.xfail(strict=True, reason="limits of a QOS or account are not read, nor a site's own words")
def test_the_key_is_named_where_slurm_names_a_limit_or_a_site_its_rule(accounting_user: SlurmUser) -> None:
    sections = {
        "climate": {"queue": "climate"},
        "longonly": {"queue": "longonly"},
        "percpu": {"queue": "percpu"},
        "filtered": {"queue": "filtered"},
        "nomem": {"queue": "nomem"},
        "strict": qos("strict", cores=8, walltime="00:10:00"),
        "short": qos("short", walltime="00:30:00"),
        "four": qos("four", cores=8),
        "lean": qos("lean"),
        "smallgroup": {"account": "smallgroup", "cores": 8},
        "shortgroup": {"account": "shortgroup"},
    }
    assert {name: key for name, (_, key, _) in found(accounting_user, sections).items()} == {
        "climate": "queue",
        "longonly": "queue",
        "percpu": "memory",
        "filtered": "memory",
        "nomem": "memory",
        "strict": "cores",
        "short": "walltime",
        "four": "cores",
        "lean": "memory",
        "smallgroup": "cores",
        "shortgroup": "walltime",
    }


def test_a_sites_refusal_of_mem_is_shown_and_leads_to_a_section_that_runs(accounting_user: SlurmUser) -> None:
    configure(accounting_user, queue="filtered")
    code, out, err = accounting_user.runs("smoke-test", *SMALL)
    assert code == 1, (out, err)
    assert (
        "sbatch refused the job: sbatch: error: lua: Requesting memory by node is not supported. Use --mem-per-cpu."
        in out
    )
    change(accounting_user, "job-directives-skip: []", "job-directives-skip: ['--mem=']")
    change(accounting_user, DIRECTIVES, "job-extra-directives: ['-N 1', '--mem-per-cpu=1193M']")
    code, out, err = accounting_user.runs("smoke-test", *SMALL)
    assert code == 0, (out, err)
    assert nothing_left(accounting_user)


def test_an_account_that_the_user_does_not_have_is_named(accounting_user: SlurmUser) -> None:
    configure(accounting_user, "--project", "nobodys")
    code, out, err = accounting_user.runs("smoke-test", *SMALL)
    assert code == 1, (out, err)
    assert f"sbatch refused the job: sbatch: error: Batch job submission failed: {ACCOUNT} [PEG632]" in out
    assert nothing_left(accounting_user)


def test_a_job_over_the_limit_of_its_qos_is_taken_and_never_starts(accounting_user: SlurmUser) -> None:
    configure(accounting_user)
    change(accounting_user, DIRECTIVES, "job-extra-directives: ['-N 1', '--qos=short']")
    code, out, err = accounting_user.runs("smoke-test", "--walltime", "00:30:00", *SMALL)
    assert code == 1, (out, err)
    assert "It does not run: 1 of 1 job accepted still wait, and the job never starts as it is [PEG609]" in out
    assert "Slurm says: QOSMaxWallDurationPerJobLimit (the walltime is over the qos's: it never starts as it is)" in out
    assert nothing_left(accounting_user)


def test_of_a_qos_for_one_job_the_second_is_said_to_wait_for_the_first(accounting_user: SlurmUser) -> None:
    configure(accounting_user)
    change(accounting_user, DIRECTIVES, "job-extra-directives: ['-N 1', '--qos=one']")
    code, out, err = accounting_user.runs("smoke-test", "--workers", "4", *SMALL)
    assert code == 1, (out, err)
    assert "2 of 4 workers came, and no more can while these run: QOSMaxJobsPerUserLimit [PEG610]" in out
    assert "ask for fewer: --workers 2, or go on with those that come: --min-workers 2" in out
    assert nothing_left(accounting_user)


def test_jobs_wait_for_the_reasons_that_are_recorded(accounting_user: SlurmUser) -> None:
    recorded = transcripts("slurm-waiting")
    said = record.waiting(accounting_user.slurm)
    (refused_one, *_), (refused_then, *_) = said.values(), recorded.values()
    assert refused_one == refused_then
    assert [why(ran.out) for ran in said.values()] == [why(ran.out) for ran in recorded.values()]


def why(text: str) -> list[list[str]]:
    """The lines of squeue for jobs that wait, without their ids."""
    return [line.split("|")[1:] for line in text.splitlines() if "|PENDING|" in line]

"""`smoke-test --support`: everything the staff may want to see, and nothing that is not theirs."""

from __future__ import annotations

import getpass
import json
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests import example

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----"
PLANTED = (
    "export API_TOKEN=d41d8cd98f00b204",
    "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENG",
    "echo AKIAIOSFODNN7EXAMPLE",
    "echo password=hunter22",
    "echo mail to jane.doe@rsmas.miami.edu",
    f"cat <<'END'\n{KEY}\nEND",
    f"ls /scratch/{getpass.getuser()}/data || true",
)
SECRETS = (
    "d41d8cd98f00b204",
    "wJalrXUtnFEMIK7MDENG",
    "AKIAIOSFODNN7EXAMPLE",
    "hunter22",
    "jane.doe",
    "b3BlbnNzaC1rZXk",
    "insarlab",
    f"/{getpass.getuser()}/",
)


@pytest.mark.slow
def test_no_planted_secret_is_in_any_member(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path, job_script_prologue=list(PLANTED)))
    ran = user.runs("smoke-test", "--columns", "100", "--support", "support.tar.gz")
    assert ran.code == 0, ran
    with tarfile.open(user.home / "support.tar.gz") as tar:
        members = tar.getmembers()
        texts = {member.name: tar.extractfile(member).read().decode() for member in members}  # type: ignore[union-attr]
    assert sorted(name.partition("/")[2] for name in texts) == [
        "logs/1.log",
        "outcome.json",
        "report.html",
        "script.sh",
        "section.yaml",
        "versions.txt",
    ]
    found = {(name, secret) for name, text in texts.items() for secret in SECRETS if secret in text}
    assert found == set()
    assert {(member.uid, member.uname) for member in members} == {(0, "")}
    assert "password=[taken out]" in texts["pegconf-support/logs/1.log"]
    assert '#BSUB -P "PROJECT"' in texts["pegconf-support/script.sh"]
    assert json.loads(texts["pegconf-support/outcome.json"])["verdict"] == "works"


@pytest.mark.slow
def test_a_test_that_fails_is_packed_too(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    user.write(example.configuration(tmp_path, job_script_prologue=["echo out of order; exit 3"]))
    ran = user.runs("smoke-test", "--support", "support.tar.gz")
    assert ran.code == 1, ran
    with tarfile.open(user.home / "support.tar.gz") as tar:
        log = tar.extractfile("pegconf-support/logs/1.log")
        assert log is not None
        assert "out of order" in log.read().decode()

"""The pre-commit hook as a project would use it: installed from this very checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests import example

CHECKOUT = Path(__file__).resolve().parents[2]
HOOKS = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}


def run(*words: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=folder, env=ENVIRONMENT | variables, capture_output=True, text=True, check=False, timeout=400
    )


@pytest.mark.parametrize(
    ("file", "looked_at"),
    [
        ("jobqueue.yaml", True),
        (".config/dask/jobqueue.yml", True),
        ("etc/insar-jobqueue-v2.yaml", True),
        ("jobqueue/distributed.yaml", False),
        ("jobqueue.json", False),
        ("jobqueue.yaml.orig", False),
    ],
)
def test_the_files_it_looks_at(file: str, looked_at: bool) -> None:
    assert bool(re.search(HOOKS[0]["files"], file)) == looked_at


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project under git, with nothing in it."""
    try:
        known = run("git", "rev-parse", "--verify", "HEAD", folder=CHECKOUT)
    except FileNotFoundError:
        pytest.skip("no git here")
    if known.returncode != 0:
        pytest.skip(f"{CHECKOUT} is no git checkout, which pre-commit would clone")
    folder = tmp_path / "project"
    folder.mkdir()
    assert run("git", "init", "-q", folder=folder).returncode == 0
    return folder


@pytest.mark.long
def test_it_passes_on_a_good_file_and_fails_on_a_broken_one(project: Path, tmp_path: Path) -> None:
    good = example.configuration(tmp_path)
    hook = (str(Path(sys.executable).parent / "pre-commit"), "try-repo", str(CHECKOUT), "pegconf-validate")
    words = (*hook, "--color", "never", "--all-files")
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}

    (project / "jobqueue.yaml").write_text(good, encoding="utf-8")
    run("git", "add", "--all", folder=project)
    passed = run(*words, folder=project, **cache)
    assert (passed.returncode, passed.stdout.splitlines()[-1][-6:]) == (0, "Passed"), passed

    (project / "jobqueue.yaml").write_text(good.replace("cores: 2", "cores: '2'"), encoding="utf-8")
    run("git", "add", "--all", folder=project)
    failed = run(*words, folder=project, **cache)
    assert failed.returncode == 1, failed
    assert "- exit code: 1" in failed.stdout
    assert "PEG121 error  cores is the text '2', not a number" in failed.stdout

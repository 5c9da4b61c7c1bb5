"""What an editor with yaml-language-server shows in a jobqueue.yaml, driven over its protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.batch.systems import KNOWN
from pegconf.core import resources
from pegconf.init import existing_file, plan
from tests.example import PEGASUS_ANSWERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.systems.editor.language_server import LanguageServer

MODELINE = f"# yaml-language-server: $schema={resources.JOBQUEUE_SCHEMA.as_uri()}"
SECTIONS = f"""{MODELINE}
jobqueue:
  lsf:
    cores: 2
    wall
  ifgram_inversion:
    queue: general
    wall
distributed:
  comm: {{}}
"""


@pytest.mark.parametrize("line", [5, 8], ids=["the batch system's own section", "a named section"])
def test_walltime_is_completed(editor: LanguageServer, tmp_path: Path, line: int) -> None:
    file = tmp_path / "jobqueue.yaml"
    editor.open(file, SECTIONS)
    offered = editor.completions(file, line, 9)
    assert "walltime" in offered
    assert not {"job-extra", "extra", "env-extra", "header-skip"} & set(offered)


def test_the_batch_systems_are_completed(editor: LanguageServer, tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    editor.open(file, f"{MODELINE}\njobqueue:\n  \n")
    assert set(editor.completions(file, 3, 3)) == set(KNOWN)


@pytest.mark.parametrize("written", ["log-directory", "log_directory"])
@pytest.mark.parametrize("section", ["lsf", "ifgram_inversion"])
def test_a_key_is_explained(editor: LanguageServer, tmp_path: Path, section: str, written: str) -> None:
    file = tmp_path / "jobqueue.yaml"
    editor.open(file, f"{MODELINE}\njobqueue:\n  {section}:\n    {written}: /scratch/me\n")
    assert "absolute and on a shared file system" in editor.hover(file, 4, 6)


def test_an_old_key_is_explained_by_its_new_name(editor: LanguageServer, tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    editor.open(file, f"{MODELINE}\njobqueue:\n  lsf:\n    job-extra: [-P x]\n    env-extra: null\n")
    assert editor.problems(file) == [(4, "This key has been renamed; its description names the new one.")]
    assert "Use job-extra-directives." in editor.hover(file, 4, 6)


@pytest.mark.parametrize("section", ["slurm", "ifgram_inversion"])
def test_wrong_types_are_underlined(editor: LanguageServer, tmp_path: Path, section: str) -> None:
    file = tmp_path / "jobqueue.yaml"
    text = f"""{MODELINE}
jobqueue:
  {section}:
    cores: 'two'
    log_directory: 7
    job-script-prologue: source me
    memory: 4GB
pegconf:
  version: 1
  sections: {{{section}: {{scheduler: lfs}}}}
distributed: {{comm: {{timeouts: {{connect: 60s}}}}}}
"""
    editor.open(file, text)
    underlined = sorted(editor.problems(file))
    assert [line for line, _ in underlined] == [4, 5, 6, 10]
    assert underlined[0][1] == "Incorrect type. Expected one of integer, null."


def test_what_init_writes_is_not_underlined(editor: LanguageServer, tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    editor.open(file, f"{MODELINE}\n{plan.plan(existing_file.existing(file), PEGASUS_ANSWERS, only_named=False).text}")
    assert editor.problems(file) == []

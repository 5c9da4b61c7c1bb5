"""`pegconf validate --fix` and `--diff` as people run them."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import jsonschema
import pytest

from pegconf.core import resources
from tests.conftest import COMMAND, Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = (
    "cores: 2, memory: 4GB, processes: 1, lsf-units: mb, log-directory: /tmp, "
    "scheduler-options: {dashboard_address: '127.0.0.1:0'}, "
    "worker-extra-args: [--dashboard-address, '127.0.0.1:0']"
)
WRONG = f"jobqueue:\n  lsf:\n    <<: {{{GOOD}}}\n    walltime: 12:00:00  # half a day\n"
RIGHT = WRONG.replace("12:00:00", "'12:00'")


def backups(file: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}.backup-*"))]


@pytest.fixture
def alone(person: Person) -> Person:
    """A user whose computer has no configuration for everybody."""
    return Person(person.home, {**person.environment, "DASK_ROOT_CONFIG": str(person.home / "etc")})


def test_the_user_s_own_file_is_mended_and_kept(alone: Person) -> None:
    file = alone.write(WRONG)
    file.chmod(0o640)
    done = alone.runs("validate", "--fix")
    (backup,) = file.parent.glob("*.backup-*")
    assert (done.code, done.out, done.err) == (
        0,
        (
            "~/.config/dask/jobqueue.yaml:4: PEG201 fixed: walltime: '12:00'\n"
            f"~/.config/dask/jobqueue.yaml as it was: ~/.config/dask/{backup.name}\n"
            "\n"
            "~/.config/dask/jobqueue.yaml: lsf: nothing wrong found\n"
        ),
        "",
    )
    assert (file.read_text(encoding="utf-8"), backup.read_text(encoding="utf-8")) == (RIGHT, WRONG)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, backup)] == [0o640, 0o640]


def test_twice_is_once(alone: Person) -> None:
    file = alone.write(WRONG)
    alone.runs("validate", "--fix")
    done = alone.runs("validate", "--fix")
    assert (done.code, done.out) == (0, "~/.config/dask/jobqueue.yaml: lsf: nothing wrong found\n")
    assert (file.read_text(encoding="utf-8"), len(backups(file))) == (RIGHT, 1)


def test_the_diff_writes_nothing_and_gives_the_verdict_of_the_file_as_it_is(alone: Person) -> None:
    file = alone.write(WRONG)
    done = alone.runs("validate", "--diff", str(file))
    assert done.out == (
        f"--- {file}\n+++ {file}\n@@ -1,4 +1,4 @@\n jobqueue:\n   lsf:\n     <<: {{{GOOD}}}\n"
        "-    walltime: 12:00:00  # half a day\n+    walltime: '12:00'  # half a day\n"
    )
    assert done.code == 1
    assert done.err == (
        "~/.config/dask/jobqueue.yaml:4: PEG201 fixed: walltime: '12:00'\n"
        "--fix would take 1 finding away and leave 0; nothing was written\n"
    )
    assert alone.runs("validate", "--fix", "--diff", str(file)).out == done.out
    assert (file.read_text(encoding="utf-8"), backups(file)) == (WRONG, [])


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
def test_patch_takes_the_diff(alone: Person) -> None:
    file = alone.write(WRONG.replace("\n", "\r\n"))
    show = [str(COMMAND), "validate", "--diff"]
    diff = subprocess.run(show, env=dict(alone.environment), capture_output=True, check=False).stdout
    subprocess.run(["patch", "--binary", "-p0", str(file)], input=diff, capture_output=True, check=True)
    assert file.read_bytes() == RIGHT.replace("\n", "\r\n").encode()


def test_what_is_left_gives_the_exit_code(alone: Person) -> None:
    file = alone.write(WRONG + "    env-extra: [a]\n    job-script-prologue: [b]\n")
    done = alone.runs("validate", "--fix")
    assert done.code == 1
    assert done.out.startswith(
        "~/.config/dask/jobqueue.yaml:4: PEG201 fixed: walltime: '12:00'\n"
        "~/.config/dask/jobqueue.yaml:5: PEG104 left as it is: which of env-extra and\n"
        "    job-script-prologue is meant, or both, only you know\n"
        "~/.config/dask/jobqueue.yaml as it was: "
    )
    assert "~/.config/dask/jobqueue.yaml:5:5: PEG104 error" in done.out
    assert backups(file) == [(WRONG + "    env-extra: [a]\n    job-script-prologue: [b]\n").encode()]


def test_bytes_that_are_not_touched_stay(alone: Person) -> None:
    before = f"\ufeff# d\u00e9but\r\njobqueue:\r\n  lsf: {{{GOOD}, walltime: 1:00:00}}  # a \tb  \r\n\r\n"
    file = alone.write("")
    file.write_bytes(before.encode())
    assert alone.runs("validate", "--fix").code == 0
    assert file.read_bytes() == before.replace("1:00:00", "'01:00'").encode()
    assert backups(file) == [before.encode()]


def test_a_symlink_stays_one(alone: Person) -> None:
    real = alone.home / "group.yaml"
    real.write_text(WRONG, encoding="utf-8")
    link = alone.home / "mine.yaml"
    link.symlink_to(real)
    assert alone.runs("validate", "--fix", "mine.yaml").code == 0
    assert (link.is_symlink(), real.read_text(encoding="utf-8")) == (True, RIGHT)


def test_only_the_user_s_own_files_are_changed(alone: Person) -> None:
    alone.write(RIGHT)
    shared = alone.home / "etc" / "group.yaml"
    shared.parent.mkdir()
    shared.write_text("jobqueue: {lsf: {env-extra: [a]}}\n", encoding="utf-8")
    done = alone.runs("validate", "--fix")
    assert done.out.splitlines()[:2] == [
        "~/etc/group.yaml:1: PEG103 left as it is: the file is not your own; name it to",
        "    have it changed",
    ]
    assert backups(shared) == []
    assert alone.runs("validate", "--fix", str(shared)).code == 0
    assert shared.read_text(encoding="utf-8") == "jobqueue: {lsf: {job-script-prologue: [a]}}\n"


def test_a_json_file_stays_json(alone: Person) -> None:
    file = alone.home / "a.json"
    file.write_text('{"jobqueue": {"lsf": {"env-extra": []}}}', encoding="utf-8")
    done = alone.runs("validate", "--fix", "a.json")
    assert done.out.startswith("a.json:1: PEG103 left as it is: the file is JSON, and --fix writes YAML\n")


def test_json_says_what_was_done(alone: Person) -> None:
    file = alone.write(WRONG + "    env-extra: []\n")
    data = json.loads(alone.runs("validate", "--fix", "--format", "json").out)
    jsonschema.validate(data, resources.schema("report"))
    assert (data["findings"], data["kept"], [one["what"] for one in data["fixed"]]) == (
        [],
        [],
        ["walltime: '12:00'", "env-extra: null"],
    )
    assert data["fixed"][1] == {
        "code": "PEG103",
        "file": str(file),
        "line": 5,
        "section": "lsf",
        "key": "env-extra",
        "what": "env-extra: null",
    }
    assert alone.runs("validate", "--diff", "--format", "json").code == 2


def test_select_is_for_what_is_mended_too(alone: Person) -> None:
    file = alone.write(WRONG + "    env-extra: []\n")
    alone.runs("validate", "--fix", "--select", "PEG1")
    assert file.read_text(encoding="utf-8") == WRONG + "    env-extra: null\n"


def test_each_file_named_is_mended_and_one_that_is_not_there_named(alone: Person) -> None:
    for name in ("a.yaml", "b.yaml"):
        (alone.home / name).write_text(WRONG, encoding="utf-8")
    done = alone.runs("validate", "--fix", "a.yaml", "nosuch.yaml", "b.yaml")
    assert (done.code, "there is no file nosuch.yaml" in done.err) == (3, True)
    assert [(alone.home / name).read_text(encoding="utf-8") for name in ("a.yaml", "b.yaml")] == [RIGHT, RIGHT]


@pytest.fixture
def small_disk(alone: Person) -> Iterator[Path]:
    """A file system of our own with room for the file and no copy of it."""
    folder = alone.home / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12k", "none", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("mount is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def test_a_full_disk_loses_nothing(alone: Person, small_disk: Path) -> None:
    text = WRONG + "# " + 7000 * "x" + "\n"
    file = small_disk / "a.yaml"
    file.write_text(text, encoding="utf-8")
    done = alone.runs("validate", "--fix", str(file))
    assert (done.code, done.err.splitlines()) == (
        3,
        [
            f"pegconf: {file} cannot be written: No space left on device",
            "         that file is as it was; mend the cause, then run validate --fix again",
        ],
    )
    assert ([path.name for path in small_disk.iterdir()], file.read_text(encoding="utf-8")) == (["a.yaml"], text)


def test_a_read_only_disk(alone: Person, small_disk: Path) -> None:
    file = small_disk / "a.yaml"
    file.write_text(WRONG, encoding="utf-8")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = alone.runs("validate", "--fix", str(file))
    assert (done.code, done.err.splitlines()[0]) == (
        3,
        f"pegconf: {file} cannot be written: the file may not be written",
    )
    assert alone.runs("validate", "--diff", str(file)).code == 1

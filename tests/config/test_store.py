from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pegconf.config import store
from pegconf.core.errors import CannotGoOnError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WRITE = (
    "import pathlib, sys; from pegconf.config import store; "
    "store.write(pathlib.Path(sys.argv[1]), sys.argv[2], {expected!r})"
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a small file system of our own; `mount -o` options as its argument."""
    folder = tmp_path / "mounted"
    folder.mkdir()

    def mount(options: str) -> Path:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True, check=False
        )
        if done.returncode != 0:
            pytest.skip("mount is not allowed here")
        return folder

    yield mount
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def test_a_new_file_needs_no_folder_and_leaves_no_backup(tmp_path: Path) -> None:
    file = tmp_path / ".config" / "dask" / "jobqueue.yaml"
    assert store.write(file, "a: ü\n", None) is None
    assert file.read_bytes() == "a: ü\n".encode()
    assert names(file.parent) == ["jobqueue.yaml"]


def test_the_old_file_is_kept_under_a_name_that_dask_does_not_load(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_bytes(b"old")
    file.chmod(0o600)
    first = store.write(file, "new", b"old")
    second = store.write(file, "newer", b"new")
    assert first is not None
    assert second is not None
    assert (first.read_bytes(), second.read_bytes(), file.read_bytes()) == (b"old", b"new", b"newer")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (file, first, second)} == {0o600}
    assert not {path.suffix for path in (first, second)} & {".yaml", ".yml", ".json"}
    assert len(names(tmp_path)) == 3


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    before = os.umask(0o027)
    try:
        store.write(file, "a", None)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_symlink_stays_one(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    real, link = tmp_path / "shared" / "group.yaml", tmp_path / "jobqueue.yaml"
    link.symlink_to(real)
    store.write(link, "first", None)
    store.write(link, "second", b"first")
    assert link.is_symlink()
    assert real.read_text() == "second"
    assert names(tmp_path) == ["jobqueue.yaml", "shared"]


def test_a_symlink_to_itself_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "jobqueue.yaml"
    link.symlink_to(link)
    with pytest.raises(CannotGoOnError, match="leads back to itself"):
        store.write(link, "a", None)


@pytest.mark.parametrize("expected", [None, b"older"])
def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path, expected: bytes | None) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_bytes(b"theirs")
    with pytest.raises(CannotGoOnError, match="was changed by another program meanwhile"):
        store.write(file, "ours", expected)
    assert (names(tmp_path), file.read_bytes()) == (["jobqueue.yaml"], b"theirs")


@pytest.mark.parametrize("old", [None, b"old: 1\n" * 1000])
def test_a_full_disk_loses_nothing(mounted: Callable[[str], Path], old: bytes | None) -> None:
    folder = mounted("size=64k")
    file = folder / "jobqueue.yaml"
    if old is not None:
        file.write_bytes(old)
    with pytest.raises(CannotGoOnError) as error:
        store.write(file, "new: 1\n" * 20_000, old)
    assert error.value.message == f"{file} cannot be written: No space left on device"
    assert error.value.hint.startswith("nothing was changed; make room there")
    assert names(folder) == ([] if old is None else ["jobqueue.yaml"])
    assert old is None or file.read_bytes() == old


def test_a_read_only_folder_is_refused_before_and_while_writing(mounted: Callable[[str], Path]) -> None:
    folder = mounted("size=64k,ro")
    file = folder / ".config" / "dask" / "jobqueue.yaml"
    with pytest.raises(CannotGoOnError, match="is on a read-only file system"):
        store.check_writable(file)
    with pytest.raises(CannotGoOnError, match="cannot be written: Read-only file system"):
        store.write(file, "a", None)


def test_a_file_where_a_folder_has_to_be_is_named(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("")
    with pytest.raises(CannotGoOnError, match="is a file where a folder has to be"):
        store.check_writable(tmp_path / ".config" / "dask" / "jobqueue.yaml")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes an ordinary user")
def test_what_an_ordinary_user_may_not_read_or_write_is_said(tmp_path: Path) -> None:
    secret = tmp_path / "jobqueue.yaml"
    secret.write_text("a")
    secret.chmod(0)
    for path in (tmp_path, *tmp_path.parents[:3]):
        path.chmod(path.stat().st_mode | 0o055)
    program = (
        "import os, pathlib, sys; sys.dont_write_bytecode = True\n"
        "from pegconf.config import store; from pegconf.core.errors import CannotGoOnError\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "for act in (store.read, store.check_writable):\n"
        "    try:\n        act(pathlib.Path(sys.argv[1]))\n"
        "    except CannotGoOnError as error:\n        print(error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(secret)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"{secret} cannot be read: Permission denied",
        f"{secret} cannot be written: {tmp_path} is not writable for you",
    ]


def test_a_folder_in_the_file_s_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOnError, match="is a folder, not a file"):
        store.read(tmp_path)


def test_of_two_writers_at_once_one_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_bytes(b"old")
    program = WRITE.format(expected=b"old")
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(file), text], stderr=subprocess.PIPE) for text in "abcd"
    ]
    codes = []
    for writer in writers:
        writer.communicate()
        codes.append(writer.returncode)
    assert sorted(codes) == [0, 1, 1, 1]
    assert file.read_text() == "abcd"[codes.index(0)]
    assert [path.read_bytes() for path in tmp_path.glob("*.backup-*")] == [b"old"]
    assert len(names(tmp_path)) == 2


def test_a_writer_waits_for_the_lock_and_then_says_who_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "jobqueue.yaml"
    lock = tmp_path / ".jobqueue.yaml.pegconf-lock"
    hold = (
        "import fcntl, sys, time\nlock = open(sys.argv[1], 'w')\nfcntl.flock(lock, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\ntime.sleep(6000)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", hold, str(lock)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    try:
        with pytest.raises(CannotGoOnError, match="another pegconf has been writing"):
            store.write(file, "a", None)
    finally:
        holder.kill()
        holder.communicate()
    assert store.write(file, "a", None) is None
    assert names(tmp_path) == ["jobqueue.yaml"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path, sent: signal.Signals) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_bytes(b"old")
    # The write stops in its first fsync, as on a slow disk, until the signal is there.
    program = (
        "import os, signal, time\nreal = os.fsync\n"
        "def slow(descriptor):\n    print('writing', flush=True)\n"
        "    while not signal.sigpending():\n        time.sleep(0.01)\n    real(descriptor)\n"
        "os.fsync = slow\n" + WRITE.format(expected=b"old")
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", program, str(file), "new"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.send_signal(sent)
    writer.communicate()
    assert writer.returncode == -sent
    assert (names(tmp_path), file.read_bytes()) == (["jobqueue.yaml"], b"old")

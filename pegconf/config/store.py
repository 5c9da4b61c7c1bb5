"""The one place that writes a user's file: a lock, a backup, a temporary file, a rename; all of it or nothing."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.config.document import MAX_BYTES
from pegconf.core.errors import CannotGoOnError, SignalStop
from pegconf.core.folders import existing_parent, may_write

if TYPE_CHECKING:
    from collections.abc import Iterator


PATIENCE: Final = 10.0
"""Seconds to wait for another pegconf that writes the same file."""

_STOPPING: Final = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_NO_LOCKS_HERE: Final = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
_ANOTHER_FILE: Final = "name a file in a folder that you may write into"


def read(path: Path) -> bytes | None:
    """A file's bytes, None where there is none; raises CannotGoOnError where it is a folder or cannot be read."""
    try:
        if path.is_dir():
            raise CannotGoOnError(f"{path} is a folder, not a file", "move it away, or name another file with --file")
        if path.exists() and not path.is_file():
            raise CannotGoOnError(f"{path} is not a regular file", "name another file with --file")
        if not path.exists():
            return None
        if path.stat().st_size > MAX_BYTES:
            raise CannotGoOnError(f"{path} has more than 8 MB, which is no configuration", "move it away")
        return path.read_bytes()
    except OSError as error:
        raise _cannot(path, "read", error) from None


def check_writable(path: Path) -> None:
    """Raise CannotGoOnError where `write_report` could not: before anybody answers a question."""
    folder = existing_parent(_real(path).parent)
    if not folder.is_dir():
        raise CannotGoOnError(
            f"{folder} is a file where a folder has to be", "move it away, or name another with --file"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        reason = "on a read-only file system" if _read_only(folder) else "not writable for you"
        raise CannotGoOnError(f"{path} cannot be written: {folder} is {reason}", "name another file with --file")


def write(path: Path, new_text: str, expected: bytes | None) -> Path | None:
    """Write the text and return the backup's path, None where there was no file.

    Raises CannotGoOnError where the file's bytes are not `expected` any more, where another pegconf holds it for
    longer than PATIENCE, or where the disk refuses; then the old file is as it was and nothing of ours is left.
    """
    real = _real(path)
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        lock = real.with_name(f".{real.name}.pegconf-lock")
        held = _take(lock)
        with _signals_held():
            try:
                if read(real) != expected:
                    raise CannotGoOnError(f"{path} was changed by another program meanwhile", "run init again")
                return _replace(real, new_text.encode("utf-8"), expected)
            finally:
                _release(lock, held)
    except OSError as error:
        raise _cannot(path, "written", error) from None


def put_away(path: Path) -> Path | None:
    """Move a file aside, to where a backup of it would be; None where there is none. Raises CannotGoOnError."""
    try:
        for aside in _backup_names(path):
            if not aside.exists():
                path.rename(aside)
                return aside
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot(path, "moved aside", error) from None
    raise CannotGoOnError(f"there are a thousand backups of {path} from this second", "move them away")


def _real(path: Path) -> Path:
    """Where a symlink leads, also to nothing; the link itself stays."""
    real = Path(os.path.realpath(path))
    if real.is_symlink():
        raise CannotGoOnError(f"{path} is a symlink that leads back to itself", "remove it, then run init again")
    return real


def _read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _cannot(path: Path, done: str, error: OSError) -> CannotGoOnError:
    at = f" ({error.filename})" if error.filename and str(error.filename) != str(path) else ""
    hint = "nothing was changed; "
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint += "make room there, or name another file with --file"
    else:
        hint += "mend its owner and mode, or name another file with --file"
    return CannotGoOnError(f"{path} cannot be {done}: {error.strerror}{at}", hint)


def _take(lock: Path) -> int:
    deadline = time.monotonic() + PATIENCE
    while True:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(lock, descriptor):
                return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise CannotGoOnError(
                    f"another pegconf has been writing for {PATIENCE:.0f} s (it holds {lock})",
                    "wait for it, then run again",
                ) from None
            time.sleep(0.05)
        except OSError as error:
            if error.errno in _NO_LOCKS_HERE:
                return descriptor
            os.close(descriptor)
            raise
        os.close(descriptor)


def _release(lock: Path, descriptor: int) -> None:
    """Remove the lock while it is held: whoever waits on the old inode sees that it is not the lock any more."""
    with contextlib.suppress(FileNotFoundError):
        lock.unlink()
    os.close(descriptor)


def _is_still(lock: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Let Ctrl-C and the like wait until a write is whole or undone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop_if_asked() -> None:
    asked = signal.sigpending() & _STOPPING
    if asked:
        raise SignalStop(min(asked), "stopped; nothing was written")


def _replace(real: Path, data: bytes, old: bytes | None) -> Path | None:
    status = real.stat() if old is not None else None
    made: list[Path] = []
    try:
        backup = None if old is None or status is None else _backup(real, old, status, made)
        temporary = _temporary(real, data, status, made)
        _stop_if_asked()
        temporary.replace(real)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    _sync_folder(real.parent)
    return backup


def _backup(real: Path, old: bytes, status: os.stat_result, made: list[Path]) -> Path:
    for path in _backup_names(real):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        made.append(path)
        _fill(descriptor, old, status)
        return path
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(real))


def _backup_names(real: Path) -> Iterator[Path]:
    """Names that dask does not load: it takes whatever ends in yaml, yml or json."""
    stem = f"{real.name}.backup-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    for number in range(1000):
        yield real.with_name(f"{stem}-{number}" if number else stem)


def _temporary(real: Path, data: bytes, status: os.stat_result | None, made: list[Path]) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{real.name}.pegconf-", suffix=".tmp", dir=real.parent)
    made.append(Path(name))
    _fill(descriptor, data, status)
    return made[-1]


def _fill(descriptor: int, data: bytes, status: os.stat_result | None) -> None:
    """Write all bytes to the disk, with the owner and mode of the old file, or those of any new file."""
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if status is None:
            umask = os.umask(0)
            os.umask(umask)
            os.fchmod(file.fileno(), 0o644 & ~umask)
        else:
            own = os.fstat(file.fileno())
            if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
                # Who may not give a file away keeps it; its mode still lets the same people read it.
                with contextlib.suppress(PermissionError):
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fchmod(file.fileno(), status.st_mode & 0o7777)
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name last; a file system that cannot do that for a folder has the file itself on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_report(path: Path) -> None:
    """Raise CannotGoOnError where `write_report` could not, before anything is submitted."""
    folder = path.absolute().parent
    if path.is_dir():
        raise CannotGoOnError(f"{path} is a folder, not a file", _ANOTHER_FILE)
    if path.exists() and not path.is_file():
        raise CannotGoOnError(f"{path} is not a regular file", _ANOTHER_FILE)
    if not folder.is_dir():
        raise CannotGoOnError(f"{path} cannot be written: there is no folder {folder}", "make it, or name another file")
    if not may_write(folder):
        raise CannotGoOnError(f"{path} cannot be written: {folder} is not writable for you", _ANOTHER_FILE)


def write_report(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read; raises CannotGoOnError, and then an older one is as it was."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.absolute().parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            temporary.replace(path.resolve())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotGoOnError(f"{path} cannot be written: {error.strerror}", _ANOTHER_FILE) from None

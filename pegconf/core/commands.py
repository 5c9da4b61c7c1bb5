"""Running the batch system's commands: always with a limit of time and output, not in the terminal's process group."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import time
from enum import Enum
from typing import IO, TYPE_CHECKING, Final, cast

from pegconf.core.command_output import Answer
from pegconf.core.units import show_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST: Final = 64_000_000
"""Bytes of each stream of a command that are read: some hundred thousand jobs of a listing."""
_GRACE: Final = 1.0
_AT_ONCE: Final = 65_536


def run(
    words: Sequence[str], seconds: float, script: str | None = None, environ: Mapping[str, str] | None = None
) -> Answer:
    """Run a command and wait; a Ctrl-C does not reach it, and after `seconds` it is killed with its children."""
    try:
        process = start(words, script is not None, environ)
    except OSError as error:
        return Answer(words[0], 127, "", f"{words[0]}: {error.strerror}")
    return finish(process, words[0], script, seconds)


def finish(
    process: subprocess.Popen[bytes], command: str, script: str | None, seconds: float, most: int = MOST
) -> Answer:
    """What a command that `start` started says; after `seconds`, or `most` bytes, it is killed with its children."""
    kept = {stream: bytearray() for stream in (process.stdout, process.stderr) if stream is not None}
    left = memoryview((script or "").encode())
    try:
        stopped = _talk(process, kept, left, time.monotonic() + seconds, most)
    except BaseException:
        kill_group(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if stopped is not None:
        kill_group(process.pid, signal.SIGKILL)
        # One that may not be killed, or left its group, is not waited for.
        _talk(process, kept, left[:0], time.monotonic() + _GRACE, most)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    for stream in (process.stdin, *kept):
        if stream is not None:
            stream.close()
    out, err = (bytes(text).decode(errors="replace") for text in kept.values())
    if stopped is _Stopped.FULL:
        err = f"{command} was ended: it printed more than {show_bytes(most)}"
    return Answer(command, None if stopped is _Stopped.LATE else process.poll(), out, err)


class _Stopped(Enum):
    """Why a command is not heard out."""

    LATE = "it has not ended in time"
    FULL = "it has printed too much"


def _talk(
    process: subprocess.Popen[bytes], kept: dict[IO[bytes], bytearray], script: memoryview, until: float, most: int
) -> _Stopped | None:
    """Write the script and keep what is printed, until the command ends: `most` bytes of each stream, until `until`."""
    with selectors.DefaultSelector() as selector:
        for stream in (process.stdin, *kept):
            if stream is not None and not stream.closed:
                writes = stream is process.stdin
                os.set_blocking(stream.fileno(), not writes)
                selector.register(stream, selectors.EVENT_WRITE if writes else selectors.EVENT_READ)
        while selector.get_map():
            seconds = until - time.monotonic()
            if seconds <= 0:
                return _Stopped.LATE
            for key, _ in selector.select(seconds):
                stream = cast("IO[bytes]", key.fileobj)
                if stream is process.stdin:
                    script = _written(key.fd, script)
                    over = not script
                else:
                    read = os.read(key.fd, _AT_ONCE)
                    kept[stream] += read
                    over = not read
                    if len(kept[stream]) > most:
                        del kept[stream][most:]
                        return _Stopped.FULL
                if over:
                    selector.unregister(stream)
                    stream.close()
    try:
        process.wait(max(until - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return _Stopped.LATE
    return None


def _written(stream: int, script: memoryview) -> memoryview:
    """What is left of a script when as much of it is written as fits; nothing where nobody reads it any more."""
    try:
        return script[os.write(stream, script[:_AT_ONCE]) :]
    except BrokenPipeError:
        return script[:0]


def start(
    words: Sequence[str],
    takes_script: bool,
    environ: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, in this process's environment where no other is given.

    `output` is a file for both of its streams, in place of a pipe for each.
    """
    # The file that a shell would take: Popen goes on to the next one on the PATH where the first cannot be run.
    path = (os.environ if environ is None else environ).get("PATH")
    return subprocess.Popen(
        [shutil.which(words[0], path=path) or words[0], *words[1:]],
        stdin=subprocess.PIPE if takes_script else subprocess.DEVNULL,
        stdout=subprocess.PIPE if output is None else output,
        stderr=subprocess.PIPE if output is None else subprocess.STDOUT,
        start_new_session=True,
        env=environ,
    )


def kill_group(pid: int, signal_number: int) -> None:
    """Signal a process group; one that is gone already is what was wanted.

    OAR's commands are another user's, being setuid, and may not be signalled: they end by themselves.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal_number)

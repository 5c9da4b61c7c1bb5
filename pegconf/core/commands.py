"""Running the batch system's commands: always with a time limit, never in the terminal's process group."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from typing import IO, TYPE_CHECKING, Final

from pegconf.core.command_output import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GRACE: Final = 1.0


def run(
    words: Sequence[str], seconds: float, script: str | None = None, environ: Mapping[str, str] | None = None
) -> Answer:
    """Run a command and wait; a Ctrl-C does not reach it, and after `seconds` it is killed with its children."""
    try:
        process = start(words, script is not None, environ)
    except OSError as error:
        return Answer(words[0], 127, "", f"{words[0]}: {error.strerror}")
    try:
        out, err = process.communicate(None if script is None else script.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        kill_group(process.pid, signal.SIGKILL)
        out, err = _rest(process)
        return Answer(words[0], None, out.decode(errors="replace"), err.decode(errors="replace"))
    except BaseException:
        kill_group(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return Answer(words[0], process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


def _rest(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What a command that was killed had said; one that may not be killed, or left its group, is not waited for."""
    try:
        return process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired as late:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        process.poll()
        return late.output or b"", late.stderr or b""


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

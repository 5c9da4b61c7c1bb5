"""Commands that tests run: what each one did is in its `Ran`, and in the log that pytest shows of a test that fails.

No command has a time limit of its own, since a busy machine may take ten times as long as a quiet one: pytest's limit
for the whole test ends what hangs.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LOG: Final = logging.getLogger(__name__)
# pytest keeps the log for a test that fails; nobody else prints it.
_LOG.setLevel(logging.INFO)
_LAST_WORDS_SECONDS: Final = 10.0
PATIENCE: Final = 300.0
"""Seconds after which what has not come is not going to, on the slowest machine too."""
Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


def run(words: Sequence[str], text: str | None = None, **options: Any) -> Ran:
    """Run a command to its end, with that text on its standard input or nothing; `options` are Popen's."""
    given = subprocess.DEVNULL if text is None else subprocess.PIPE
    pipe = subprocess.PIPE
    return ended(subprocess.Popen(words, stdin=given, stdout=pipe, stderr=pipe, text=True, **options), text)


def ended(process: subprocess.Popen[str], text: str | None = None) -> Ran:
    """Wait for a command's end, with that text on its standard input; what ends the wait ends the command too."""
    try:
        out, err = process.communicate(text)
    except BaseException:
        process.kill()
        # Its children may have its output open for longer.
        with contextlib.suppress(subprocess.TimeoutExpired):
            _note(process, "did not end", *process.communicate(timeout=_LAST_WORDS_SECONDS))
        raise
    _note(process, f"ended with exit code {process.returncode}", out, err)
    return Ran(process.returncode, out or "", err or "")


def until_it_says(process: subprocess.Popen[str], text: str) -> str:
    """Wait until a running command has printed a text on its standard error; gives all that it has printed there."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if text in line:
            _note(process, "goes on", "", said)
            return said
    raise AssertionError(f"it ended without saying {text!r}: {said}")


def _note(process: subprocess.Popen[str], how: str, out: str | None, err: str | None) -> None:
    _LOG.info("%s\n%s\n%s%s", process.args, how, out or "", err or "")


def until(look: Callable[[], Seen], every: float = 0.1) -> Seen:
    """Look again and again until what is seen counts as true, at most for PATIENCE; gives what was seen last."""
    ends = time.monotonic() + PATIENCE
    while not (seen := look()) and time.monotonic() < ends:
        time.sleep(every)
    return seen

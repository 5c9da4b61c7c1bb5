"""Init on a terminal, as somebody at one sees it and types."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING

from tests.running import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Person


def screen_part(master: int, so_far: str) -> str:
    """What a terminal shows next; empty at its end. After PATIENCE of nothing the test fails with what it showed."""
    ready, _, _ = select.select([master], [], [], PATIENCE)
    assert ready, so_far
    try:
        return os.read(master, 4096).decode()
    except OSError:
        return ""


def talk(
    person: Person, words: Sequence[str], steps: Sequence[tuple[str, str]], columns: int = 80, command: str = "init"
) -> tuple[int, str]:
    """Run a command of pegconf on a terminal: its exit code and screen; a step waits for a text and types an answer."""
    environment = {**person.environment, "TERM": "xterm", "COLUMNS": str(columns)}
    child, master = pty.fork()
    if child == 0:
        os.chdir(person.home)
        os.execve(sys.executable, [sys.executable, "-m", "pegconf", command, *words], environment)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    screen, seen = "", 0
    for wanted, answer in steps:
        while wanted not in screen[seen:]:
            more = screen_part(master, screen)
            assert more, f"it ended before it showed {wanted!r}: {screen}"
            screen += more
        seen = screen.index(wanted, seen) + len(wanted)
        if not answer.isprintable():
            # A person does not press a key in the very moment the prompt appears, before Python waits for it.
            time.sleep(0.3)
        os.write(master, answer.encode())
    while more := screen_part(master, screen):
        screen += more
    os.close(master)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen).replace("\r", "")

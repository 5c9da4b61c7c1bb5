from __future__ import annotations

import time

from pegconf.core import commands
from pegconf.core.answer import Answer


def test_what_a_command_that_hangs_had_said() -> None:
    assert commands.run(["sh", "-c", "echo hi; exec sleep 30"], 0.5) == Answer("sh", None, "hi\n", "")


def test_a_child_that_cannot_be_ended_is_not_waited_for() -> None:
    """As OAR's commands, which are another user's: one in a session of its own is not reached either."""
    began = time.monotonic()
    answer = commands.run(["sh", "-c", "echo hi; setsid sleep 20 & exec sleep 30"], 0.5)
    assert (answer.code, answer.out) == (None, "hi\n")
    assert time.monotonic() - began < 15

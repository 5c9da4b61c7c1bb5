from __future__ import annotations

import psutil

from pegconf.core import commands
from pegconf.core.command_output import Answer


def test_what_a_command_that_hangs_had_said() -> None:
    assert commands.run(["sh", "-c", "echo hi; exec sleep 6000"], 2) == Answer("sh", None, "hi\n", "")


def test_a_child_that_cannot_be_ended_is_not_waited_for() -> None:
    """As OAR's commands, which are another user's: one in a session of its own is not reached either."""
    answer = commands.run(["sh", "-c", "setsid sleep 6000 & echo $!; exec sleep 6000"], 2)
    child = psutil.Process(int(answer.out))
    assert (answer.code, child.cmdline()) == (None, ["sleep", "6000"])
    child.kill()

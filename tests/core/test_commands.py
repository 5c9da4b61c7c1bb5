from __future__ import annotations

import signal

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


def test_a_command_that_prints_for_ever_is_ended_at_the_bound() -> None:
    words = ["sh", "-c", "while :; do echo yes; done"]
    answer = commands.finish(commands.start(words, takes_script=False), "yes", None, 600, 10_000)
    assert answer == Answer("yes", -signal.SIGKILL, "yes\n" * 2500, "yes was ended: it printed more than 10000 bytes")
    assert answer.ended == "was ended by SIGKILL"


def test_one_that_complains_for_ever_is_ended_too() -> None:
    words = ["sh", "-c", "echo fine; while :; do echo no >&2; done"]
    answer = commands.finish(commands.start(words, takes_script=False), "no", None, 600, 30_000)
    assert (answer.out, answer.said) == ("fine\n", "no was ended: it printed more than 30000 bytes")


def test_a_long_script_goes_in_while_its_echo_comes_out() -> None:
    script = "0123456789abcdef\n" * 100_000
    assert commands.run(["cat"], 600, script) == Answer("cat", 0, script, "")


def test_a_command_that_does_not_read_its_script() -> None:
    assert commands.run(["sh", "-c", "exec <&-; echo done >&2; exit 3"], 600, "x" * 1_000_000) == Answer(
        "sh", 3, "", "done\n"
    )


def test_a_command_that_closes_its_streams_is_waited_for() -> None:
    answer = commands.run(["sh", "-c", "exec >&- 2>&-; sleep 0.2; exit 5"], 600)
    assert answer == Answer("sh", 5, "", "")
    assert commands.run(["sh", "-c", "exec >&- 2>&-; exec sleep 6000"], 1).code is None


def test_what_a_terminal_would_obey_is_not_said() -> None:
    assert Answer("bsub", 1, "", "\x1b[2Jqueue\x07 <x>\tis closed\n").said == "\ufffd[2Jqueue\ufffd <x> is closed"

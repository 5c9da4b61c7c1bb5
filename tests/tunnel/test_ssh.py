"""What ssh says, as a cause; the words are those of Debian's OpenSSH 9.2, recorded from the tests in tests/tunnels."""

from __future__ import annotations

import pytest

from pegconf.tunnel import ssh
from pegconf.tunnel.line import Line

STRAIGHT = Line("me@login4", 8787, 8788)
BEYOND = Line("me@n001", 8787, 8788, jump="me@login4")


@pytest.mark.parametrize(
    ("line", "said", "expected"),
    [
        (STRAIGHT, "bind [127.0.0.1]:8788: Address already in use", "port 8788 is taken on this computer"),
        (STRAIGHT, "Host key verification failed.", "the host login4 is unknown here: nobody has said yes to its key"),
        (
            STRAIGHT,
            "ssh: Could not resolve hostname login4: Name or service not known",
            "the host login4 is unknown: no such name",
        ),
        (STRAIGHT, "me@login4: Permission denied (publickey).", "login4 refused the key or password of me"),
        (BEYOND, "me@n001: Permission denied (publickey).", "n001 refused the key or password of me"),
        (BEYOND, "me@login4: Permission denied (publickey).", "login4 refused the key or password of me"),
        (
            STRAIGHT,
            "channel 2: open failed: administratively prohibited: open failed",
            "login4 forbids forwarding",
        ),
        (
            STRAIGHT,
            "channel 2: open failed: connect failed: Connection refused",
            "nothing listens on port 8787 of login4",
        ),
        (
            BEYOND,
            "channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed",
            "login4 does not reach n001 by ssh",
        ),
        (
            BEYOND,
            "channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed",
            "login4 forbids forwarding",
        ),
        (
            STRAIGHT,
            "ssh: connect to host login4 port 22: Connection refused",
            "no ssh server answers on login4",
        ),
        (
            STRAIGHT,
            "ssh: connect to host login4 port 22: Connection timed out",
            "login4 cannot be reached from this computer",
        ),
    ],
)
def test_the_cause_in_one_sentence(line: Line, said: str, expected: str) -> None:
    found = ssh.cause(said, line)
    assert found is not None
    assert found.message == expected
    assert found.hint


def test_the_way_out_is_the_command_by_hand() -> None:
    found = ssh.cause("me@n001: Permission denied (publickey).", BEYOND)
    assert found is not None
    assert found.hint == "try: ssh -J me@login4 me@n001"


def test_words_that_nobody_knows() -> None:
    assert ssh.cause("something new", STRAIGHT) is None

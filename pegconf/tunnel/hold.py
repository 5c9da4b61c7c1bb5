"""The laptop's side: hold the line, look whose dashboard it leads to, and say when it drops."""

from __future__ import annotations

import contextlib
import errno
import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pegconf.core import ports
from pegconf.core.errors import ERRORS_FOUND, CannotGoOnError, PegconfError
from pegconf.jobs.driver_notes import Identity
from pegconf.tunnel import ssh, ssh_names, who_answers
from pegconf.tunnel.line import HERE, Line

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWER_SECONDS: Final = 20.0
"""How long the forwarded port may take to answer once ssh listens; logging in itself may take as long as it takes."""
_BETWEEN_SECONDS: Final = 0.2
_WORDS_SECONDS: Final = 1.0


class WrongDashboardError(PegconfError):
    """The line leads to something else than the dashboard that was meant, or to one that shows nothing."""

    exit_code = ERRORS_FOUND


def with_free_port(line: Line, *, given: bool, say: Callable[[str], None]) -> Line:
    """The line with a port that is free here; raises CannotGoOnError where a port was given and is taken."""
    refused = ports.why_not(line.local_port, HERE)
    if refused is None:
        return line
    if refused.errno not in {errno.EADDRINUSE, errno.EACCES}:
        raise refused
    if given:
        raise CannotGoOnError(
            f"port {line.local_port} is taken on this computer", "give another, or leave --local-port out"
        )
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = int(free.getsockname()[1])
    say(f"port {line.local_port} is taken on this computer; port {port} is used instead")
    return replace(line, local_port=port)


def open_and_stay(line: Line, say: Callable[[str], None], show: Callable[[Line], None]) -> int:
    """Hold the line until it drops; `show` is called with it once the dashboard that was meant answers.

    Gives the exit code; raises CannotGoOnError where ssh makes no line, WrongDashboardError where it leads elsewhere.
    """
    with ssh.running(line) as session:
        _wait_for_port(session, line)
        found = _ask(session, line)
        _look_whose(found, line)
        if who_answers.lacks_bokeh(HERE, line.local_port, ANSWER_SECONDS):
            raise WrongDashboardError(
                "the scheduler is the one, but its Python has no bokeh, and so it has no dashboard",
                "install bokeh there (pip install 'bokeh>=3.1'), and start the program again",
            )
        assert isinstance(found, Identity)
        whose = "" if line.expect else "; whose it is cannot be told without --expect"
        say(f"the dashboard of {found.id} is at {line.url}{whose}")
        show(line)
        say("the tunnel stays until Ctrl-C")
        session.wait()
    why = ssh.cause(session.words, line)
    said = why.message if why else next((text for text in reversed(session.said) if text), "ssh said nothing")
    say(f"the line to {line.login} dropped: {said}")
    say("         pegconf does not log in again by itself; run the same command for a new one")
    return ERRORS_FOUND


def _wait_for_port(session: ssh.Session, line: Line) -> None:
    """Wait until ssh listens here; somebody may be typing a password or a code meanwhile."""
    while True:
        if session.ended:
            raise _failed(session, line)
        with contextlib.suppress(OSError), socket.create_connection((HERE, line.local_port), 1):
            return
        time.sleep(_BETWEEN_SECONDS)


def _ask(session: ssh.Session, line: Line) -> Identity | who_answers.Other:
    try:
        return who_answers.ask(HERE, line.local_port, ANSWER_SECONDS)
    except OSError:
        # ssh says why it closed the connection at the same moment.
        time.sleep(_WORDS_SECONDS)
        raise _failed(session, line) from None


def _failed(session: ssh.Session, line: Line) -> CannotGoOnError:
    why = ssh.cause(session.words, line)
    if why is not None:
        return why
    said = next((text for text in reversed(session.said) if text), "")
    return CannotGoOnError(
        f"no line to {line.login}: {said or 'nothing answers through it'}", f"try by hand: {line.command}"
    )


def _look_whose(found: Identity | who_answers.Other, line: Line) -> None:
    there = ssh_names.split(line.login)[1] if line.target == HERE else line.target
    if isinstance(found, who_answers.Other):
        raise WrongDashboardError(
            f"something else listens on port {line.port} of {there}: {found.what}",
            "run pegconf tunnel on the cluster: it finds the port that your scheduler really has",
        )
    if not found.is_meant(line.expect):
        raise WrongDashboardError(
            f"another scheduler than yours answers on port {line.port} of {there}: {found.id}",
            f"yours, {line.expect}, has ended or listens elsewhere: run pegconf tunnel on the cluster again",
        )

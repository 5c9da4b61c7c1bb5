"""`smoke-test --hold`: the cluster of a test that has passed stays up until Enter, with the way to its dashboard."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
import time
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pegconf.cli import tunnel_choice
from pegconf.cli.options import note, out
from pegconf.cli.terminal import in_front
from pegconf.config.dashboard_address import is_everywhere, is_loopback
from pegconf.core import units
from pegconf.core.errors import PegconfError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pegconf.cli.smoke_end import End
    from pegconf.smoke.hold import Held
    from pegconf.smoke.outcome import Outcome
    from pegconf.tunnel.find import Running

LOOK_SECONDS: Final = 1.0


def check(interfaces: str | None) -> None:
    """Raise UsageError where nothing could be held, before anything is submitted."""
    if interfaces is not None:
        raise UsageError(
            "--hold and --compare-interfaces exclude each other: each interface has a cluster of its own, which ends "
            "before the next begins",
            "compare first, then hold one: --interface NAME --hold",
        )
    if not sys.stdin.isatty():
        raise UsageError(
            "--hold waits for Enter, and standard input is no terminal", "run it on a terminal, or leave --hold out"
        )


class Hold:
    """Tells the outcome, says where the cluster is, and stays until Enter, the input's end or the last worker's.

    `clear` takes away what stands on the terminal of the test under way.
    """

    def __init__(self, end: End, clear: Callable[[], None]) -> None:
        self.begun = False
        self._end = end
        self._clear = clear
        # A result goes to standard output; where that is a file, whoever is to press Enter has to see it all the same.
        self._say = out if sys.stdout.isatty() and not end.as_json else note

    def __call__(self, outcome: Outcome, cluster: Held) -> None:
        """Hold it; raises SignalStop after a signal."""
        self._clear()
        self.begun = True
        if not self._end.as_json:
            self._end.tell(outcome)
        for line in ("", *self._lines(cluster), ""):
            self._say(line)
        self._stay(cluster)

    def _lines(self, cluster: Held) -> list[str]:
        size = f"{units.count(cluster.workers(), 'worker')} in {units.count(cluster.plan.jobs, 'job')}"
        lines = [f"The cluster stays up until Enter: {size}."]
        if cluster.ends is not None:
            at = datetime.fromtimestamp(cluster.ends).astimezone()
            left = units.show_seconds(max(cluster.ends - time.time(), 0))
            lines.append(f"{cluster.title} ends the first of them at {at:%H:%M}, in {left}; give a longer --walltime.")
        lines += ["", f'scheduler  {cluster.address}, as in client = Client("{cluster.address}")']
        if cluster.dashboard is None:
            return [*lines, f"no dashboard: {cluster.lacking}"]
        return [*lines, *self._way(cluster.dashboard)]

    def _way(self, dashboard: Running) -> list[str]:
        """Where the dashboard is, and how to get there from elsewhere."""
        here = "127.0.0.1" if is_everywhere(dashboard.address) else dashboard.address
        shown = f"[{here}]" if ":" in here else here
        reached = "on this host only" if is_loopback(here) else "for whoever reaches this host"
        lines = [f"dashboard  http://{shown}:{dashboard.port}/status, {reached}"]
        request = self._end.request
        if not request.on_batch and "SSH_CONNECTION" not in os.environ:
            return lines
        login = request.section.login if request.on_batch else None
        asked = tunnel_choice.Asked(
            login, None, None, None, None, None, None, None, configured=False, login_given=False
        )
        try:
            line = tunnel_choice.line_to(dashboard, asked, (request.section,))
        except PegconfError as error:
            return [*lines, f"no tunnel: {error.message}; {error.hint}"]
        return [
            *lines,
            "",
            "To see it on your own computer, run there and leave it running:",
            line.command,
            f"and open {line.url}; or, where pegconf is installed there, have it checked and opened:",
            f"{line.run_command} --open",
        ]

    def _stay(self, cluster: Held) -> None:
        """Wait; what was typed before it was asked for does not count."""
        if in_front(sys.stdin):
            with contextlib.suppress(termios.error):
                termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
        there = cluster.workers()
        while not _entered():
            now = cluster.workers()
            if not now:
                note("No worker is left, so nothing is held any more.")
                return
            if now != there:
                there = now
                note(f"{units.count(there, 'worker')} of {cluster.plan.workers} connected")


def _entered() -> bool:
    """Whether Enter was pressed, or the input has ended, within LOOK_SECONDS."""
    ready, _, _ = select.select([sys.stdin], [], [], LOOK_SECONDS)
    if not ready:
        return False
    if not in_front(sys.stdin):
        # In the background it would be stopped by the terminal, and the cluster with it.
        time.sleep(LOOK_SECONDS)
        return False
    try:
        os.read(sys.stdin.fileno(), 4096)
    except OSError:
        # The terminal has gone.
        return True
    return True

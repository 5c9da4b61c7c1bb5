"""Faults on demand: what a test makes a command do in place of its work, or before and after it."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .cluster import Fault
from .reply import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cluster import Cluster
    from .state import Store

LOOK_AGAIN = 0.05
_CUT = {"qselect"}
_CODES = {"qstat": 255, "pbsnodes": 1}


@dataclass(frozen=True)
class Troubled:
    """One call of a command, with what a test wants to go wrong."""

    store: Store
    command: str

    def reply(self, work: Callable[[Cluster], Reply]) -> Reply:
        """Apply the fault in this order: hang, delay, act or not, delay_after, signal, endless, its words, replace."""
        fault = self._fault()
        self._hang()
        time.sleep(fault.delay)
        if self.store.stopped:
            return Reply(err=f"{self.command}: the stand-in PBS is stopped\n", code=255)
        told = bool(
            fault.exit_code is not None or fault.silent or fault.signal or fault.endless or fault.out or fault.err
        )
        answer = work(self.store.cluster()) if fault.acts or not told else Reply()
        time.sleep(fault.delay_after)
        if fault.signal:
            os.kill(os.getpid(), fault.signal)
        while fault.endless and not self.store.stopped:
            sys.stdout.write(fault.out or "x" * 4096)
        if told:
            return Reply(fault.out, fault.err, fault.exit_code or 0)
        if fault.replace[0]:
            answer = Reply(re.sub(*fault.replace, answer.out), answer.err, answer.code)
        return Reply(answer.err, answer.out, answer.code) if fault.swapped else answer

    def _fault(self) -> Fault:
        """The fault of this call; one that is limited in number is counted."""
        fault = self.store.cluster().faults.get(self.command, Fault())
        if fault.times is None:
            return fault
        with self.store.locked():
            used = self.store.count(f"faults.{self.command}")
            if used >= fault.times:
                return Fault()
            self.store.set_count(f"faults.{self.command}", used + 1)
        return fault

    def _hang(self) -> None:
        while self.store.cluster().faults.get(self.command, Fault()).hang and not self.store.stopped:
            time.sleep(LOOK_AGAIN)


def server_down(command: str, cluster: Cluster) -> Reply:
    """What a command said with the server stopped; qselect's lack of a letter is its own."""
    if command in {"qdel", "qhold", "qrls"}:
        return Reply(err=f"Connection refused\nCouldn't connect to cluster: {cluster.name}\n", code=162)
    server = cluster.name[:-1] if command in _CUT else cluster.name
    number = ", error=15010" if command == "pbsnodes" else " (errno=15010)"
    words = f"Connection refused\n{command}: cannot connect to server {server}{number}\n"
    return Reply(err=words, code=_CODES.get(command, 162))

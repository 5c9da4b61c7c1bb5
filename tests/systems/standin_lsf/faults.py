"""Faults on demand: what a test makes a command do in place of its work, or before and after it."""

from __future__ import annotations

import os
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

NOT_RESPONDING = "LSF daemon (LIM) not responding ... still trying\n"
REPEAT_AFTER = 15.0
LOOK_AGAIN = 0.1


@dataclass(frozen=True)
class Troubled:
    """One call of a command, with what a test wants to go wrong."""

    store: Store
    command: str

    def reply(self, work: Callable[[Cluster], Reply]) -> Reply:
        """Apply the fault in this order: hang, delay, act or not, delay_after, signal, exit_code, silent."""
        fault = self._fault()
        self._hang()
        time.sleep(fault.delay)
        replaced = fault.exit_code is not None or fault.silent or fault.signal > 0
        if self.store.stopped:
            return Reply(err=f"{self.command}: the stand-in LSF is stopped\n", code=255)
        answer = work(self.store.cluster()) if fault.acts or not replaced else Reply()
        time.sleep(fault.delay_after)
        if fault.signal:
            os.kill(os.getpid(), fault.signal)
        if fault.exit_code is not None:
            return Reply(err=f"{fault.text}\n" if fault.text else "", code=fault.exit_code)
        return Reply() if fault.silent else answer

    def _fault(self) -> Fault:
        """Return the fault of this call; one that is limited in number is counted."""
        fault = self.store.cluster().faults.get(self.command, Fault())
        if fault.times is None:
            return fault
        with self.store.locked():
            left = self.store.cluster().faults.get(self.command, Fault()).times or 0
            used = self.store.count(f"faults.{self.command}")
            if used >= left:
                return Fault()
            self.store.set_count(f"faults.{self.command}", used + 1)
        return fault

    def _hung(self) -> bool:
        cluster = self.store.cluster()
        fault = cluster.faults.get(self.command, Fault())
        return (fault.hang or (cluster.lim_down and self.command != "lsid")) and not self.store.stopped

    def _hang(self) -> None:
        """Say so and block for as long as the setting stands, as every command did with LIM down, recorded."""
        said = 0.0
        while self._hung():
            if time.monotonic() - said > REPEAT_AFTER or not said:
                said = time.monotonic()
                sys.stderr.write(NOT_RESPONDING)
                sys.stderr.flush()
            time.sleep(LOOK_AGAIN)

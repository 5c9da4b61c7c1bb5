"""The entry of every command: `main.py NAME ARGUMENTS...` over the state folder named by STANDIN_LSF_STATE."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from tests.systems.standin_lsf.faults import Troubled
from tests.systems.standin_lsf.kill import bkill, bpeek
from tests.systems.standin_lsf.reply import RefusedError, Reply
from tests.systems.standin_lsf.show_hosts import bhosts, bmgroup, lshosts
from tests.systems.standin_lsf.show_jobs import bjobs
from tests.systems.standin_lsf.show_queues import bqueues
from tests.systems.standin_lsf.show_system import bparams, busers, lsid
from tests.systems.standin_lsf.state import STATE_VARIABLE, Store
from tests.systems.standin_lsf.submit import bsub

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.systems.standin_lsf.cluster import Cluster

COMMANDS: dict[str, Callable[[Store, Cluster, list[str]], Reply]] = {
    function.__name__: function
    for function in (bsub, bjobs, bkill, bqueues, bhosts, lshosts, lsid, bparams, bpeek, bmgroup, busers)
}


def main(name: str, arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    folder = os.environ.get(STATE_VARIABLE, "")
    if not folder or not Path(folder, "cluster.json").exists():
        sys.stderr.write(f"{name}: {STATE_VARIABLE} names no state folder of a stand-in LSF\n")
        return 255
    store = Store(Path(folder))

    def work(cluster: Cluster) -> Reply:
        try:
            return COMMANDS[name](store, cluster, arguments)
        except RefusedError as refused:
            return refused.reply()

    reply = Troubled(store, name).reply(work)
    sys.stdout.write(reply.out)
    sys.stdout.flush()
    sys.stderr.write(reply.err)
    return _wait(store, reply.wait_for) if reply.wait_for else reply.code


def _wait(store: Store, number: int) -> int:
    """Wait for the end of a job, as `bsub -K` does, in the recorded words."""
    sys.stderr.write("<<Waiting for dispatch ...>>\n")
    sys.stderr.flush()
    while (job := store.job(number)) is not None and job.unfinished and not store.stopped:
        time.sleep(0.1)
    sys.stderr.write("<<Job is finished>>\n")
    return job.exit_code or 0 if job is not None else 255


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

"""The entry of every command: `main.py NAME ARGUMENTS...` over the state folder named by STANDIN_PBS_STATE."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from tests.systems.standin_pbs.choose import qselect
from tests.systems.standin_pbs.end import qdel, qhold, qrls, qsig
from tests.systems.standin_pbs.faults import Troubled, server_down
from tests.systems.standin_pbs.reply import RefusedError, Reply
from tests.systems.standin_pbs.show_jobs import qstat
from tests.systems.standin_pbs.show_nodes import pbsnodes
from tests.systems.standin_pbs.state import STATE_VARIABLE, Store
from tests.systems.standin_pbs.submit import qsub

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.systems.standin_pbs.cluster import Cluster

COMMANDS: dict[str, Callable[[Store, Cluster, list[str]], Reply]] = {
    function.__name__: function for function in (qsub, qstat, qselect, qdel, qhold, qrls, qsig, pbsnodes)
}


def main(name: str, arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    folder = os.environ.get(STATE_VARIABLE, "")
    if not folder or not Path(folder, "cluster.json").exists():
        sys.stderr.write(f"{name}: {STATE_VARIABLE} names no state folder of a stand-in PBS\n")
        return 255
    store = Store(Path(folder))

    def work(cluster: Cluster) -> Reply:
        if cluster.server_down and arguments != ["--version"]:
            return server_down(name, cluster)
        try:
            return COMMANDS[name](store, cluster, arguments)
        except RefusedError as refused:
            return refused.reply(name)

    reply = Troubled(store, name).reply(work)
    sys.stdout.write(reply.out)
    sys.stdout.flush()
    sys.stderr.write(reply.err)
    return reply.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

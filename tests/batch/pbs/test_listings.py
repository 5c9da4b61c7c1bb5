"""What a PBS's listings say in words that the samples do not use (pbs_node_attributes(7B))."""

from __future__ import annotations

import pytest

from pegconf.batch.facts import Machine
from pegconf.batch.pbs import facts, listings
from tests.batch.pbs.test_facts import GIB, detected

NODE = """\
n1
     state = {state}
     resources_available.ncpus = 8
     resources_available.mem = 8gb
     resources_available.Qlist = work
"""


@pytest.mark.parametrize(
    "state", ["down", "offline", "unknown", "state-unknown", "stale", "provisioning", "maintenance", "job-busy,offline"]
)
def test_a_node_that_takes_no_jobs_does_not_count(state: str) -> None:
    assert listings.nodes(NODE.format(state=state)) == ()
    (free,) = listings.nodes(NODE.format(state="free"))
    assert free.machine == Machine(8, 8, 8 * GIB)


@pytest.mark.parametrize(
    ("resource", "value", "uncertain"),
    [
        *((name, "1", False) for name in ("ncpus", "mem", "vmem", "ngpus", "mpiprocs", "ompthreads")),
        ("Qlist", "work", False),
        ("bigmem", "True", True),
        ("arch", "linux", True),
    ],
)
def test_what_chunks_ask_for_by_default_may_choose_among_nodes(resource: str, value: str, uncertain: bool) -> None:
    of_chunks = f"    default_chunk.Qlist = work\n    default_chunk.{resource} = {value}\n"
    queue = f"Queue: work\n    queue_type = Execution\n{of_chunks}"
    (found,) = detected("pbspro", {facts.NODES: NODE.format(state="free"), facts.QUEUES: queue}).queues
    assert (found.machines, found.uncertain) == ((Machine(8, 8, 8 * GIB),), uncertain)


@pytest.mark.parametrize(
    ("text", "seconds"), [("59", 59), ("01:00", 60), ("01:00:01", 3601), ("1:00:00:00", 86400), ("10.5", 10)]
)
def test_a_walltime_of_one_to_four_numbers(text: str, seconds: int) -> None:
    assert listings.seconds(text) == seconds

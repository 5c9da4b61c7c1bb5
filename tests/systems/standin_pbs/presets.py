"""Ready clusters: a small one of two nodes, and the one on which the transcripts were recorded."""

from __future__ import annotations

from .cluster import Cluster, Node, Queue

_WORKQ = Queue("workq", maximum={"walltime": "24:00:00"}, default={"walltime": "01:00:00"})


def small() -> Cluster:
    """Two nodes and a queue of each kind, in PBS's default settings: no history of jobs."""
    return Cluster(
        nodes=(Node("node1", 4, "8gb"), Node("node2", 4, "8gb")),
        queues=(
            _WORKQ,
            Queue("short", maximum={"mem": "4gb", "ncpus": "4", "walltime": "00:30:00"}),
            Queue("long", maximum={"walltime": "168:00:00"}, minimum={"walltime": "02:00:00"}),
            Queue("off", enabled=False),
            Queue("stopped", started=False),
            Queue("staff", users=("chemist",)),
            Queue("grp", groups=("chemistry",)),
            Queue("one", max_run=1),
            Queue("two", max_queued=2),
            Queue("few", max_queued_res={"ncpus": 6}, max_run_res={"ncpus": 2}),
            Queue("entry", destinations=("short", "long")),
        ),
        name="login1",
    )


def recorded() -> Cluster:
    """The cluster of three nodes and thirteen queues that the transcripts are of."""
    return Cluster(
        nodes=(Node("pbsn1", 4, "8gb"), Node("pbsn2", 8, "16gb"), Node("pbsn3", 4, "8gb")),
        queues=(
            _WORKQ,
            Queue("short", maximum={"mem": "4gb", "ncpus": "4", "walltime": "01:00:00"}),
            Queue(
                "big",
                maximum={"walltime": "168:00:00"},
                minimum={"mem": "4gb", "ncpus": "4", "walltime": "00:30:00"},
            ),
            Queue("off", enabled=False),
            Queue("stopped", started=False),
            Queue("staff", users=("user2",)),
            Queue("grp", groups=("staff2",)),
            Queue("hosts", hosts=("otherlogin",)),
            Queue("one", max_run=1),
            Queue("two", max_queued=2),
            Queue("cap", max_queued_res={"ncpus": 6}, max_run_res={"ncpus": 2}),
            Queue("entry", destinations=("short", "big")),
            Queue("noroute", destinations=("staff",)),
        ),
        groups={"user2": ("staff2",)},
        root_submits=False,
    )

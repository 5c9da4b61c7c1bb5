"""What a section's job script asks OAR for, and which key or directive says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pegconf.batch.oar.jobs import OAR
from pegconf.batch.requested import Amount, Place, Requested
from tests.batch.places import directive, extra
from tests.batch.test_of_each_system import job

if TYPE_CHECKING:
    from pathlib import Path


def test_the_keys_alone() -> None:
    values = {"cores": 4, "memory": "8GB", "queue": "default", "project": "lab", "walltime": "4"}
    assert OAR.requested(values) == Requested(
        cores=4,
        walltime=14400,
        queue="default",
        account="lab",
        where={
            "account": Place("project"),
            "cores": Place("cores"),
            "nodes": Place("cores"),
            "queue": Place("queue"),
            "walltime": Place("walltime"),
        },
        of_cores=(Amount("nodes=1/core=4", 4, Place("cores"), text="4", of_node="nodes=1/core=4"),),
    )


def test_the_keys_ask_for_what_dask_jobqueue_writes(tmp_path: Path) -> None:
    keys = {"cores": 2, "memory": "4GB", "queue": "default", "project": "lab", "walltime": "04:00"}
    script = job(OAR, tmp_path, **keys).job_script().splitlines()
    ours = [f"#OAR {line.text}" for line in OAR.lines(keys)]
    assert [line for line in script if line.startswith("#OAR ")] == ["#OAR -n dask-worker", *ours]


@pytest.mark.parametrize(
    ("resources", "nodes"),
    [("nodes=2/core=4", 2), ("/node=3/core=4", 3), ("/host=2/core=4", 2), ("/network_address=2/core=4", 2)],
)
def test_nodes_by_each_of_their_names(resources: str, nodes: int) -> None:
    asked = OAR.of_script(f"#!/bin/sh\n#OAR -l {resources},walltime=1\ntrue\n")
    assert (asked.nodes, asked.cores) == (nodes, 4)


def test_a_resource_spec_that_replaces_them() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "walltime": "4:00",
        "resource-spec": "/nodes=1/core=2",
        "job-extra-directives": ["-l /nodes=2/cpu=2/core=8,walltime=1"],
    }
    assert OAR.requested(values) == Requested(
        cores=16,
        nodes=2,
        walltime=3600,
        where={"cores": extra(0), "nodes": extra(0), "walltime": extra(0)},
        of_cores=(
            Amount("core", 2, Place("resource-spec"), text="2", right="/nodes=1/core=4"),
            Amount("nodes=2/cpu=2/core=8", 16, extra(0), text="16", of_node="nodes=2/cpu=2/core=8"),
        ),
    )


def test_the_old_names_of_keys_and_what_is_left_out() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "walltime": "4",
        "job-extra": ["-l /host=1/core=6"],
        "header-skip": ["/nodes=1"],
    }
    assert OAR.requested(values) == Requested(
        cores=6,
        where={"cores": Place("job-extra", 0), "nodes": Place("job-extra", 0)},
        of_cores=(Amount("host=1/core=6", 6, Place("job-extra", 0), text="6", of_node="host=1/core=6"),),
    )


def test_amounts_that_cannot_be_read() -> None:
    values = {"cores": 4, "memory": "8GB", "resource-spec": "/nodes=1/core=ALL", "walltime": "long"}
    assert OAR.requested(values) == Requested(where={"nodes": Place("resource-spec"), "walltime": Place("walltime")})


def test_a_script() -> None:
    script = "#!/bin/sh\n#OAR -q default\n#OAR -l /nodes=1/core=4,walltime=4\ntrue\n"
    assert OAR.of_script(script) == Requested(
        cores=4,
        walltime=14400,
        queue="default",
        where={"cores": directive(1), "nodes": directive(1), "queue": directive(0), "walltime": directive(1)},
        of_cores=(Amount("nodes=1/core=4", 4, directive(1), text="4", of_node="nodes=1/core=4"),),
    )

"""What a section's job script asks PBS, Torque and Moab for, and which key or directive says so."""

from __future__ import annotations

import pytest

from pegconf.batch.pbs.jobs import PBS, Pbs
from pegconf.batch.pbs.moab import MOAB, Moab
from pegconf.batch.requested import Amount, Place, Requested
from tests.batch.places import directive, extra


def test_the_keys_alone() -> None:
    values = {"cores": 4, "memory": "8GB", "queue": "general", "account": "lab", "walltime": "04:00:00"}
    assert PBS.requested(values) == Requested(
        cores=4,
        memory=8000000000,
        walltime=14400,
        queue="general",
        account="lab",
        where={
            "account": Place("account"),
            "cores": Place("cores"),
            "memory": Place("memory"),
            "nodes": Place("cores"),
            "queue": Place("queue"),
            "walltime": Place("walltime"),
        },
        of_cores=(Amount("ncpus=4", 4, Place("cores"), text="4", of_node="ncpus=4"),),
        of_memory=(
            Amount(
                "memory",
                8000000000,
                Place("memory"),
                text="8000000000b",
                right="-l select=1:ncpus=4:mem=9537mb",
                of_node="mem=8000000000b",
            ),
        ),
    )
    assert MOAB.requested(values) == PBS.requested(values)


def test_a_resource_spec_that_replaces_them_and_of_a_resource_asked_for_twice_the_first() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "walltime": "04:00:00",
        "resource-spec": "select=1:ncpus=2:mem=4gb:ngpus=1",
        "job-extra-directives": ["-l ncpus=8,mem=1gb", "-l walltime=01:00:00", "-q short"],
    }
    assert PBS.requested(values) == Requested(
        cores=2,
        memory=4294967296,
        gpus=1,
        walltime=14400,
        queue="short",
        where={
            "cores": Place("resource-spec"),
            "gpus": Place("resource-spec"),
            "memory": Place("resource-spec"),
            "nodes": Place("resource-spec"),
            "queue": extra(2),
            "walltime": Place("walltime"),
        },
        of_cores=(
            Amount("ncpus", 2, Place("resource-spec"), text="2", right="select=1:ncpus=4:mem=9537mb:ngpus=1"),
            Amount("ncpus=8", 8, extra(0), text="8", of_node="ncpus=8"),
        ),
        of_memory=(
            Amount(
                "mem=4gb", 4294967296, Place("resource-spec"), text="4gb", right="select=1:ncpus=4:mem=9537mb:ngpus=1"
            ),
            Amount("'-l ncpus=8,mem=1gb'", 1073741824, extra(0), text="1gb", right="-l mem=9537mb", of_node="mem=1gb"),
        ),
    )


def test_torques_words_the_old_names_of_keys_and_what_is_left_out() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "resource-spec": "nodes=1:ppn=4",
        "job-extra": ["-lmem=9537mb", "-l nodes=2:ppn=8"],
        "header-skip": ["nodes=1"],
    }
    assert PBS.requested(values) == Requested(
        cores=8,
        memory=10000269312,
        nodes=2,
        where={"cores": Place("job-extra", 1), "memory": Place("job-extra", 0), "nodes": Place("job-extra", 1)},
        of_cores=(Amount("ppn=8", 8, Place("job-extra", 1), text="8", of_node="ppn=8"),),
        of_memory=(
            Amount(
                "'-lmem=9537mb'",
                10000269312,
                Place("job-extra", 0),
                text="9537mb",
                right="-l mem=9537mb",
                of_node="mem=9537mb",
            ),
        ),
    )


def test_amounts_that_cannot_be_read() -> None:
    values = {"cores": 4, "memory": "8GB", "resource-spec": "select=1:ncpus=x:mem=much", "walltime": "long"}
    assert PBS.requested(values) == Requested(
        cores=None,
        where={
            "cores": Place("resource-spec"),
            "memory": Place("resource-spec"),
            "nodes": Place("resource-spec"),
            "walltime": Place("walltime"),
        },
        of_cores=(Amount("ncpus", None, Place("resource-spec"), text="x", right="select=1:ncpus=4:mem=9537mb"),),
        of_memory=(Amount("mem=much", None, Place("resource-spec"), text="much", right="select=1:ncpus=4:mem=9537mb"),),
    )


def test_a_script() -> None:
    script = "#!/bin/sh\n#PBS -q general\n#PBS -l select=1:ncpus=4:mem=8gb\n#PBS -l walltime=04:00:00\ntrue\n"
    assert PBS.of_script(script) == Requested(
        cores=4,
        memory=8589934592,
        walltime=14400,
        queue="general",
        where={
            "cores": directive(1),
            "memory": directive(1),
            "nodes": directive(1),
            "queue": directive(0),
            "walltime": directive(2),
        },
        of_cores=(Amount("ncpus=4", 4, directive(1), text="4", of_node="ncpus=4"),),
        of_memory=(Amount("'-l select=1:ncpus=4:mem=8gb'", 8589934592, directive(1), text="8gb", of_node="mem=8gb"),),
    )


def test_moab_a_resource_spec_and_memory_as_a_directive() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "walltime": "1:04:00:00",
        "resource-spec": "nodes=1:ppn=2:gpus=1",
        "job-extra-directives": ["-l mem=4gb", "-l mem=9537mb"],
    }
    assert MOAB.requested(values) == Requested(
        cores=2,
        memory=4294967296,
        gpus=1,
        walltime=100800,
        where={
            "cores": Place("resource-spec"),
            "gpus": Place("resource-spec"),
            "memory": extra(0),
            "nodes": Place("resource-spec"),
            "walltime": Place("walltime"),
        },
        of_cores=(Amount("ppn", 2, Place("resource-spec"), text="2", right="nodes=1:ppn=4:gpus=1"),),
        of_memory=(
            Amount("'-l mem=4gb'", 4294967296, extra(0), text="4gb", right="-l mem=9537mb", of_node="mem=4gb"),
            Amount(
                "'-l mem=9537mb'", 10000269312, extra(1), text="9537mb", right="-l mem=9537mb", of_node="mem=9537mb"
            ),
        ),
    )


@pytest.mark.parametrize("asks", [PBS, MOAB])
@pytest.mark.parametrize(
    ("resources", "gpus", "nodes"),
    [
        ("select=1:ncpus=4:ngpus=2", 2, 1),
        ("nodes=2:ppn=4:gpus=1", 1, 2),
        ("walltime=600,nodes=2:ppn=4", 0, 2),
        ("walltime=600, select=3", 0, 3),
        ("walltime=600", 0, 1),
    ],
)
def test_gpus_and_nodes_in_the_words_of_each(asks: Pbs | Moab, resources: str, gpus: int, nodes: int) -> None:
    asked = asks.of_script(f"#!/bin/sh\n#PBS -l {resources}\ntrue\n")
    assert (asked.gpus, asked.nodes) == (gpus, nodes)

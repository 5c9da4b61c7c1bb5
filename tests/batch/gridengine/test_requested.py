"""What a section's job script asks Grid Engine for, and which key or directive says so."""

from __future__ import annotations

from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.requested import Amount, Place, Requested
from pegconf.core.model import Site
from tests.batch.places import directive, extra


def test_the_keys_alone_ask_for_one_slot() -> None:
    values = {"cores": 4, "memory": "8GB", "queue": "all.q", "project": "lab", "walltime": "04:00:00"}
    assert SGE.requested(values) == Requested(
        walltime=14400,
        queue="all.q",
        account="lab",
        where={"account": Place("project"), "queue": Place("queue"), "walltime": Place("walltime")},
    )


def test_memory_counts_for_each_slot() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "resource-spec": "arch=x,h_vmem=2G",
        "job-extra-directives": ["-pe mpi 4", "-pe smp 4-8 -l mem_free=1g", "-l h_rt=600"],
    }
    assert SGE.requested(values) == Requested(
        cores=4,
        memory=4000000000,
        walltime=600,
        where={"cores": extra(1), "memory": extra(1), "walltime": extra(2)},
        of_cores=(
            Amount("-pe mpi 4", 4, extra(0), text="4", right="-pe mpi 4"),
            Amount("-pe smp 4-8", 4, extra(1), text="4", right="-pe smp 4", of_node="-pe smp 4-8"),
        ),
        of_memory=(
            Amount(
                "h_vmem=2G for 4 slots",
                2147483648,
                Place("resource-spec"),
                text="2",
                shares=4,
                right="arch=x,h_vmem=2385M",
            ),
            Amount(
                "mem_free=1g for 4 slots",
                1000000000,
                extra(1),
                text="1",
                shares=4,
                right="mem_free=2385M",
                of_node="mem_free=1g",
            ),
        ),
    )


def test_the_old_names_of_keys_and_what_is_left_out() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "resource-spec": "h_vmem=2G",
        "job-extra": ["-pe smp 2"],
        "header-skip": ["h_vmem"],
    }
    assert SGE.requested(values) == Requested(
        cores=2,
        where={"cores": Place("job-extra", 0)},
        of_cores=(Amount("-pe smp 2", 2, Place("job-extra", 0), text="2", right="-pe smp 4", of_node="-pe smp 2"),),
    )


def test_amounts_that_cannot_be_read() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "resource-spec": "h_vmem=much",
        "walltime": "long",
        "job-extra-directives": ["-pe smp"],
    }
    assert SGE.requested(values) == Requested(where={"walltime": Place("walltime")})


def test_the_memory_of_a_site_that_counts_it_for_the_job() -> None:
    values = {"cores": 4, "memory": "8GB", "resource-spec": "mem_free=2G", "job-extra-directives": ["-pe smp 4"]}
    site = Site("s", "S", "sge", (), reserve_per_core=False)
    assert SGE.requested(values, site) == Requested(
        cores=4,
        memory=2147483648,
        where={"cores": extra(0), "memory": Place("resource-spec")},
        of_cores=(Amount("-pe smp 4", 4, extra(0), text="4", right="-pe smp 4", of_node="-pe smp 4"),),
        of_memory=(
            Amount(
                "mem_free=2G",
                2147483648,
                Place("resource-spec"),
                text="2",
                right="mem_free=9537M",
                of_node="mem_free=2G",
            ),
        ),
    )


def test_a_script() -> None:
    script = "#!/bin/sh\n#$ -q all.q\n#$ -pe smp 4\n#$ -l h_rt=600,mem_free=1G\ntrue\n"
    assert SGE.of_script(script) == Requested(
        cores=4,
        memory=4294967296,
        walltime=600,
        queue="all.q",
        where={"cores": directive(1), "memory": directive(2), "queue": directive(0), "walltime": directive(2)},
        of_cores=(Amount("-pe smp 4", 4, directive(1), text="4", of_node="-pe smp 4"),),
        of_memory=(
            Amount("mem_free=1G for 4 slots", 1073741824, directive(2), text="1", shares=4, of_node="mem_free=1G"),
        ),
    )

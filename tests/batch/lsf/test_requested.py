"""What a section's job script asks LSF for, and which key or directive says so."""

from __future__ import annotations

from pegconf.batch.lsf.jobs import LSF
from pegconf.batch.requested import Amount, Place, Requested
from pegconf.core.model import Site
from tests.batch.places import directive, extra


def test_the_keys_alone() -> None:
    values = {"cores": 4, "memory": "8GB", "queue": "general", "project": "lab", "walltime": "04:00"}
    assert LSF.requested(values) == Requested(
        cores=4,
        memory=8000000000,
        walltime=14400,
        queue="general",
        account="lab",
        where={
            "account": Place("project"),
            "cores": Place("cores"),
            "memory": Place("memory"),
            "queue": Place("queue"),
            "walltime": Place("walltime"),
        },
        of_cores=(Amount("cores", 4, Place("cores"), text="4", right="null", of_node="-n"),),
        of_memory=(Amount("memory", 8000000000, Place("memory"), right="null"),),
    )


def test_keys_that_replace_others_and_extra_directives_that_come_later() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "ncpus": 8,
        "mem": 10**10,
        "job-extra-directives": ['-R "rusage[mem=2500]"', "-q short -W 90", "-n 2", '-gpu "num=2"', "-nnodes 3"],
    }
    assert LSF.requested(values) == Requested(
        cores=2,
        memory=20000000000,
        nodes=3,
        gpus=2,
        walltime=5400,
        queue="short",
        where={
            "cores": extra(2),
            "gpus": extra(3),
            "memory": extra(0),
            "nodes": extra(4),
            "queue": extra(1),
            "walltime": extra(1),
        },
        of_cores=(
            Amount("ncpus", 8, Place("ncpus"), text="8", right="null", of_node="-n"),
            Amount("-n 2", 2, extra(2), text="2", right="-n 4", of_node="-n"),
        ),
        of_memory=(
            Amount("mem", 10000000000, Place("mem"), right="null"),
            Amount("rusage[mem=2500]", 2500000000, extra(0), text="2500", shares=8, right='-R "rusage[mem=10000]"'),
        ),
    )


def test_the_old_names_of_keys_and_what_is_left_out() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "lsf-units": "gb",
        "job-extra": ["-R rusage[mem=2]"],
        "header-skip": ["-n ", "-M "],
    }
    assert LSF.requested(values) == Requested(
        memory=8000000000,
        where={"memory": Place("job-extra", 0)},
        of_memory=(
            Amount("rusage[mem=2]", 2000000000, Place("job-extra", 0), text="2", shares=4, right='-R "rusage[mem=10]"'),
        ),
    )


def test_amounts_that_cannot_be_read() -> None:
    values = {
        "cores": "four",
        "memory": "much",
        "mem": "8GB",
        "walltime": "long",
        "job-extra-directives": ["-n x", "-R rusage[mem=x]", 3],
    }
    assert LSF.requested(values) == Requested(
        cores=None,
        where={"cores": extra(0), "memory": Place("mem"), "walltime": Place("walltime")},
        of_cores=(
            Amount("cores", None, Place("cores"), text="four", right="null", of_node="-n"),
            Amount("-n x", None, extra(0), text="x", of_node="-n"),
        ),
        of_memory=(Amount("mem", None, Place("mem"), right="null"),),
    )


def test_the_memory_of_a_site_that_counts_it_for_the_job() -> None:
    values = {"cores": 4, "memory": "8GB", "job-extra-directives": ["-R rusage[mem=2]"]}
    site = Site("s", "S", "lsf", (), reserve_per_core=False, memory_unit="gb")
    assert LSF.requested(values, site) == Requested(
        cores=4,
        memory=2000000000,
        where={"cores": Place("cores"), "memory": extra(0)},
        of_cores=(Amount("cores", 4, Place("cores"), text="4", right="null", of_node="-n"),),
        of_memory=(
            Amount("memory", 8000000000, Place("memory"), right="null"),
            Amount("rusage[mem=2]", 2000000000, extra(0), text="2", right='-R "rusage[mem=10]"'),
        ),
    )


def test_a_script() -> None:
    script = (
        "#!/bin/sh\n"
        "#BSUB -q general\n"
        '#BSUB -P "lab"\n'
        "#BSUB -n 4\n"
        '#BSUB -R "span[hosts=1] rusage[mem=625]"\n'
        "#BSUB -W 04:00\n"
        "true -n 9\n"
    )
    assert LSF.of_script(script) == Requested(
        cores=4,
        memory=625000000,
        walltime=14400,
        queue="general",
        account="lab",
        where={
            "account": directive(1),
            "cores": directive(2),
            "memory": directive(3),
            "queue": directive(0),
            "walltime": directive(4),
        },
        of_cores=(Amount("-n 4", 4, directive(2), text="4", of_node="-n"),),
        of_memory=(Amount("rusage[mem=625]", 625000000, directive(3), text="625"),),
    )

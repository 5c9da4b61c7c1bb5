"""What a section's job script asks HTCondor for, and which key or directive says so."""

from __future__ import annotations

from pegconf.batch.htcondor.jobs import HTCONDOR
from pegconf.batch.requested import Amount, Place, Requested
from tests.batch.places import extra


def test_the_keys_alone() -> None:
    values = {"cores": 4, "memory": "8GB", "disk": "2GB"}
    assert HTCONDOR.requested(values) == Requested(
        cores=4,
        memory=7999586304,
        where={"cores": Place("cores"), "memory": Place("memory")},
        of_cores=(Amount("RequestCpus", 4, Place("cores"), text="4", right="4", of_node="RequestCpus"),),
        of_memory=(
            Amount("RequestMemory", 7999586304, Place("memory"), text="7629", right="9537", of_node="RequestMemory"),
        ),
    )


def test_commands_that_come_later_in_either_spelling() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "job-extra-directives": {
            "request_cpus": 1.5,
            "RequestMemory": 4096,
            "request_memory": "2 GB",
            "request_gpus": 2,
        },
    }
    assert HTCONDOR.requested(values) == Requested(
        memory=2147483648,
        gpus=2,
        where={"cores": extra("request_cpus"), "gpus": extra("request_gpus"), "memory": extra("request_memory")},
        of_cores=(
            Amount("RequestCpus", 4, Place("cores"), text="4", right="4", of_node="RequestCpus"),
            Amount("request_cpus", 1, extra("request_cpus"), text="1.5", right="4", of_node="request_cpus"),
        ),
        of_memory=(
            Amount(
                "RequestMemory", 4294967296, extra("RequestMemory"), text="4096", right="9537", of_node="RequestMemory"
            ),
            Amount(
                "request_memory",
                2147483648,
                extra("request_memory"),
                text="2 GB",
                right="9537",
                of_node="request_memory",
            ),
        ),
    )


def test_what_is_left_out_and_what_cannot_be_read() -> None:
    values = {
        "cores": 4,
        "memory": "8GB",
        "job-directives-skip": ["RequestCpus"],
        "job-extra-directives": {"RequestMemory": "much"},
    }
    assert HTCONDOR.requested(values) == Requested(
        where={"memory": extra("RequestMemory")},
        of_memory=(
            Amount("RequestMemory", None, extra("RequestMemory"), text="much", right="9537", of_node="RequestMemory"),
        ),
    )

from __future__ import annotations

import json
from typing import Any

import pytest

from pegconf.batch.facts import Detected, FoundQueue, Heard, Machine, Said
from pegconf.batch.htcondor import facts
from pegconf.batch.htcondor.jobs import HTCONDOR
from pegconf.core.command_output import Answer
from tests.recorded import said

MIB = 1024**2


def heard(**texts: str) -> Heard:
    """What the commands said; one that said nothing has failed."""
    lines = {"version": facts.VERSION, "slots": facts.SLOTS, "host": facts.HOST, "collector": facts.COLLECTOR}
    texts = {"version": "$CondorVersion: 23.0.3 2024-04-04 BuildID: 1 $\n"} | texts
    return Heard({lines[name]: Answer("condor", 0 if text else 1, text) for name, text in texts.items()})


def test_what_is_asked_and_a_condor_of_no_version() -> None:
    attributes = "Machine,SlotType,Cpus,Memory,GPUs,TotalSlotCpus,TotalSlotMemory,TotalSlotGPUs,TotalGPUs,DetectedGPUs"
    assert HTCONDOR.fact_lines(Heard(), "alice") == (
        "condor_version",
        f'condor_status -json -attributes {attributes} -constraint SlotType=!="Dynamic"',
        "condor_config_val COLLECTOR_HOST",
        "condor_status -collector -af Machine",
    )
    assert facts.read(heard(version="", slots=said("condor-slots")), "alice", {}) is None


def test_a_pool() -> None:
    shapes = (Machine(64, 64, 257000 * MIB), Machine(64, 64, 257012 * MIB), Machine(32, 32, 515000 * MIB, gpus=4))
    assert facts.read(heard(slots=said("condor-slots"), host="cm.example.org:9618?sock=c\n"), "alice", {}) == Detected(
        "htcondor",
        "23.0.3",
        (FoundQueue("pool", "from condor_status", machines=shapes, machines_source="from condor_status"),),
        facts={
            "cluster": Said("cm.example.org", "from condor_config_val COLLECTOR_HOST"),
            "default-queue": Said("pool", "all slots: HTCondor has no queues"),
        },
    )


@pytest.mark.parametrize(
    ("slot", "machine"),
    [
        ({"SlotType": "Static", "Cpus": 1, "Memory": 2000}, Machine(1, 1, 2000 * MIB)),
        # What is left of a partitionable slot is not what it has.
        ({"SlotType": "Partitionable", "Cpus": 1, "Memory": 2000}, None),
        ({"SlotType": "Partitionable", "TotalSlotCpus": "undefined", "TotalSlotMemory": 2000}, None),
        ({"SlotType": "Dynamic", "TotalSlotCpus": 2, "TotalSlotMemory": 2000}, None),
        (
            {"SlotType": "Partitionable", "TotalSlotCpus": 8, "TotalSlotMemory": 2000, "DetectedGPUs": "CUDA0, CUDA1"},
            Machine(8, 8, 2000 * MIB, gpus=2),
        ),
        ({"SlotType": "Partitionable", "TotalSlotCpus": 8.0, "TotalSlotMemory": "-"}, None),
    ],
)
def test_odd_slots(slot: dict[str, Any], machine: Machine | None) -> None:
    assert facts.machines(json.dumps([slot, "odd"])) == ((machine,) if machine else ())


@pytest.mark.parametrize(
    ("text", "silence"),
    [
        ("[]", "condor_status names no slot"),
        ("Error: communication error", "condor_status prints what is not understood"),
        ("", "condor_status ended with exit code 1"),
    ],
)
def test_without_slots_it_is_silent(text: str, silence: str) -> None:
    assert facts.read(heard(slots=text), "alice", {}) == Detected("htcondor", "23.0.3", silence=silence)


@pytest.mark.parametrize(
    ("host", "collector", "name"),
    [
        ("cm1.example.org, cm2.example.org", "", "cm1.example.org"),
        ("", "cm.example.org\n", "cm.example.org"),
        ("", "", None),
    ],
)
def test_the_pool_s_name(host: str, collector: str, name: str | None) -> None:
    found = facts.read(heard(host=host, collector=collector), "alice", {})
    assert found is not None
    assert found.value("cluster") == name

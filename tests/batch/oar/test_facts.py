from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pegconf.batch.facts import Detected, FoundQueue, Heard, Machine, Said, queue_of
from pegconf.batch.oar import facts
from pegconf.batch.oar.jobs import OAR
from pegconf.core.command_output import Answer
from pegconf.site import detect
from tests.recorded import said
from tests.stand_in_commands import command

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024**2


def resource(number: int, host: str = "n1", **properties: Any) -> dict[str, Any]:
    """One resource, in the words of the recorded ones."""
    return {"core": number, "network_address": host, "type": "default", "state": "Alive", "drain": "NO", **properties}


def found(*resources: dict[str, Any]) -> Detected:
    """What is read where `oarnodes -J` prints these resources."""
    there = read(json.dumps({str(number): one for number, one in enumerate(resources, 1)}))
    assert there is not None
    return there


def read(nodes: str, version: str = "OAR version : 2.5.9 (Canicule)\n") -> Detected | None:
    texts = {facts.VERSION: version, facts.NODES: nodes}
    return facts.read(Heard({line: Answer(line, 0, text) for line, text in texts.items()}), "alice", {})


def test_what_is_asked_and_an_oarsub_of_another_kind() -> None:
    assert OAR.fact_lines(Heard(), "alice") == ("oarsub --version", "oarnodes -J")
    assert read("{}", "usage: oarsub\n") is None


def test_the_recorded_oar() -> None:
    assert read(said("oar-oarnodes")) == Detected(
        "oar",
        "2.5.9 (Canicule)",
        (
            FoundQueue(
                "default",
                "OAR's own queue: it lists none to users",
                machines=(Machine(8, 8, 16000 * MIB),),
                machines_source="from oarnodes -J",
            ),
        ),
        facts={
            "default-queue": Said("default", "OAR's own queue: it lists none to users"),
            "memory-property": Said("mem_core", "from oarnodes -J"),
        },
    )


@pytest.mark.parametrize(
    ("resources", "machines", "memory_property"),
    [
        # Two threads of one core, which share its memory.
        ([resource(7, memcore=4096), resource(7, memcore=4096)], [Machine(1, 1, 4096 * MIB)], "memcore"),
        # GPUs are counted once each, nodes by their addresses.
        (
            [resource(core, gpu=core // 2 + 1, memnode=64000) for core in range(1, 5)],
            [Machine(4, 4, 64000 * MIB, gpus=3)],
            None,
        ),
        ([resource(1, "a", memnode="8000"), resource(2, "b", memnode=None)], [Machine(1, 1, 8000 * MIB)], None),
        # A site that counts in GB, one that leaves a node out, and words in place of numbers.
        ([resource(1, memcore=6, memnode=192)], [], None),
        ([resource(1, "a", memcore=4000), resource(2, "b")], [Machine(1, 1, 4000 * MIB)], None),
        ([resource(1, memcore="4 GB", gpu="YES")], [], None),
        # What takes no jobs now.
        (
            [
                resource(1, memcore=4000),
                resource(2, "b", state="Dead"),
                resource(3, "c", state="Absent"),
                resource(4, "d", state="Suspected"),
                resource(5, "e", drain="YES"),
                resource(6, "f", type="disk"),
                resource(7, ""),
            ],
            [Machine(1, 1, 4000 * MIB)],
            "memcore",
        ),
    ],
)
def test_odd_resources(resources: list[dict[str, Any]], machines: list[Machine], memory_property: str | None) -> None:
    there = found(*resources)
    assert (list(there.queues[0].machines), there.value("memory-property")) == (machines, memory_property)


def test_cores_are_offered_where_no_memory_is_told() -> None:
    queue = found(resource(1), resource(2)).queues[0]
    assert (queue.details, queue_of(queue).node_source) == ({"cores-per-node": "2"}, "from oarnodes -J")
    assert found(resource(1), resource(2), resource(3, "b")).queues[0].details == {}


def test_nodes_that_only_some_jobs_get_make_the_shape_uncertain() -> None:
    ours, theirs = resource(1, memcore=4000), resource(2, "b", memcore=8000, production="YES")
    site = detect.as_site(found(ours, theirs))
    assert [(queue.name, queue.node) for queue in site.queues] == [("default", None)]


@pytest.mark.parametrize(
    ("text", "silence"),
    [
        ("", "oarnodes -J ended with exit code 0"),
        ("{}", "oarnodes -J names no resource that is alive"),
        ("Can't connect", "oarnodes -J names no resource that is alive"),
        ('{"1": {"state": "Dead", "network_address": "n1"}}', "oarnodes -J names no resource that is alive"),
        ('["odd", 3]', "oarnodes -J names no resource that is alive"),
    ],
)
def test_without_resources_it_is_silent(text: str, silence: str) -> None:
    assert read(text) == Detected("oar", "2.5.9 (Canicule)", silence=silence)


def test_a_command_that_hangs_costs_its_own_facts(tmp_path: Path) -> None:
    command(tmp_path, "oarsub", "echo 'OAR version : 2.5.9 (Canicule)'")
    command(tmp_path, "oarnodes", "exec /bin/sleep 60")
    silent = detect.detect({"PATH": str(tmp_path)}, seconds=1)
    assert silent == Detected("oar", "2.5.9 (Canicule)", silence="oarnodes -J gave no answer in time")


def test_the_least_that_is_a_number_of_megabytes() -> None:
    assert found(resource(1, memcore=256)).queues[0].machines == (Machine(1, 1, 256 * MIB),)
    assert found(resource(1, memcore=255)).queues[0].machines == ()
    assert found(resource(1, memnode=1024)).queues[0].machines == (Machine(1, 1, 1024 * MIB),)
    assert found(resource(1, memnode=1023)).queues[0].machines == ()


@pytest.mark.parametrize("kept", ["production", "exotic"])
def test_nodes_that_are_kept_for_others_make_it_uncertain(kept: str) -> None:
    """Of Grid'5000's properties."""
    assert found(resource(1, memcore=4000)).queues[0].uncertain is False
    assert found(resource(1, memcore=4000, **{kept: "YES"})).queues[0].uncertain is True

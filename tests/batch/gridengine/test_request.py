"""What a section asks Grid Engine for, and how init finds it there again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.gridengine.request import answered, environment_name, resource_name
from pegconf.batch.requested import Filled, Request
from pegconf.core import sizing
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node
from pegconf.core.units import GB, MB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Person


def asked(
    resource: str, pe: str = "smp", cores: int = 2, memory: int = 1 * GB, kept: Mapping[str, Any] | None = None
) -> Filled:
    """What is filled in for a job on a node of 8 cores and 64 GB, on top of the values kept from the file."""
    shape = sizing.shape(Node(8, 8, 64 * GB), cores, memory, cores)
    before = {"resource-spec": None, "job-extra-directives": [], **(kept or {})}
    return SGE.fill(Request(shape, 3600, before, details={"parallel-environment": pe, "memory-resource": resource}))


def values(resource: str, **arguments: Any) -> tuple[Any, Any]:
    filled = asked(resource, **arguments).values
    return filled["resource-spec"], filled["job-extra-directives"]


def test_a_slot_for_each_core_and_its_part_of_the_memory() -> None:
    assert values("mem_free", cores=2) == ("mem_free=597M", ["-pe smp 2"])
    assert values("mem_free", cores=1) == ("mem_free=1193M", [])


def test_without_a_parallel_environment_the_one_slot_gets_all_the_memory() -> None:
    assert values("mem_free", cores=2, pe="none") == ("mem_free=1193M", [])


def test_a_limit_of_addresses_leaves_a_gibibyte_more_for_each_worker() -> None:
    assert values("h_vmem", cores=2) == ("h_vmem=1621M", ["-pe smp 2"])
    assert values("h_data", cores=2) == ("h_data=1621M", ["-pe smp 2"])


def test_without_a_resource_nothing_is_reserved_and_the_summary_says_so() -> None:
    filled = asked("none")
    assert filled.values["resource-spec"] is None
    assert filled.comments["resource-spec"] == "more resources to ask for; no memory is reserved"
    assert filled.reserved == ""


@given(st.integers(1, 8), st.integers(100, 4000))
def test_never_less_is_reserved_than_meant(cores: int, megabytes: int) -> None:
    spec, _ = values("mem_free", cores=cores, memory=megabytes * cores * MB)
    reserved = int(spec.removeprefix("mem_free=").removesuffix("M")) * 1024**2 * cores
    meant = megabytes * cores * MB * sizing.HEADROOM
    assert meant <= reserved < meant + cores * (MB + 1024**2)


@pytest.mark.parametrize(
    ("kept", "spec", "directives"),
    [
        (
            {"resource-spec": "gpu=1,h_vmem=2G", "job-extra-directives": ["-V", "-pe mpi 4", "-m e"]},
            "gpu=1,mem_free=597M",
            ["-pe smp 2", "-V", "-m e"],
        ),
        ({"resource-spec": "arch=lx-amd64"}, "mem_free=597M,arch=lx-amd64", ["-pe smp 2"]),
        ({"job-extra-directives": ["-V -pe mpi 4-8 -m e"]}, "mem_free=597M", ["-pe smp 2", "-V -m e"]),
    ],
)
def test_the_users_own_stay(kept: dict[str, Any], spec: str, directives: list[str]) -> None:
    once = values("mem_free", kept=kept)
    assert once == (spec, directives)
    again = {"resource-spec": once[0], "job-extra-directives": once[1]}
    assert values("mem_free", kept=again) == once


def test_the_answers_are_read_back_out_of_a_section() -> None:
    section = {"cores": 2, "resource-spec": "gpu=1,h_vmem=2G", "job-extra-directives": ["-V", "-pe smp 2"]}
    assert answered(section, True) == {"parallel-environment": "smp", "memory-resource": "h_vmem"}
    assert answered({"cores": 2}, True) == {"parallel-environment": "none", "memory-resource": "none"}
    assert answered({"cores": 1}, True) == {"memory-resource": "none"}
    assert answered({"cores": 2}, False) == {}


def test_names_that_cannot_be_are_refused() -> None:
    assert (environment_name("smp*"), environment_name("NONE")) == ("smp*", "none")
    assert (resource_name("h_vmem"), resource_name("None")) == ("h_vmem", "none")
    with pytest.raises(RefusedError, match="'smp 2' is no parallel environment"):
        environment_name("smp 2")
    with pytest.raises(RefusedError, match="'gpu' is no resource of memory"):
        resource_name("gpu")


INIT = ("init", "--scheduler", "sge", "--queue", "all.q", "--cores-per-node", "16", "--memory-per-node", "64GB")


def test_init_asks_for_both_and_keeps_them_when_it_is_run_again(person: Person) -> None:
    asked_for = ("--cores", "4", "--memory", "8GB", "--parallel-environment", "shm", "--memory-resource", "h_vmem")
    ran = person.runs(*INIT, *asked_for, "--interface", "lo", "--yes")
    assert ran.code == 0, ran
    section = yaml.safe_load(person.file.read_text(encoding="utf-8"))["jobqueue"]["sge"]
    assert (section["job-extra-directives"], section["resource-spec"]) == (["-pe shm 4"], "h_vmem=3409M")
    assert person.runs("validate", "--ignore", "PEG301,PEG302").code == 0
    again = person.runs("init", "--scheduler", "sge", "--yes")
    assert "says so already; nothing was written" in again.out, again


def test_told_none_it_asks_for_neither_and_validate_warns_of_the_slots(person: Person) -> None:
    ran = person.runs(*INIT, "--parallel-environment", "none", "--memory-resource", "none", "--yes")
    assert ran.code == 0, ran
    assert "no memory" in ran.err
    section = yaml.safe_load(person.file.read_text(encoding="utf-8"))["jobqueue"]["sge"]
    assert (section["job-extra-directives"], section["resource-spec"]) == ([], None)
    assert "PEG226 warning  cores is 2 and the job asks" in person.runs("validate").out

"""The resources of memory and the parallel environments that Grid Engine's sites name, as they are told apart."""

from __future__ import annotations

import pytest

from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.gridengine.request import answered, resource_name


@pytest.mark.parametrize(
    "name", ["h_vmem", "mem_free", "m_mem_free", "rmem", "h_rss", "s_rss", "ram", "node_ram", "virtual_free", "h_data"]
)
def test_a_resource_of_memory_is_known_by_its_name(name: str) -> None:
    assert resource_name(name) == name
    section = {"cores": 1, "resource-spec": f"arch=lx-amd64,{name}=2.5G"}
    assert answered(section, False) == {"memory-resource": name}


@pytest.mark.parametrize(
    "name",
    [
        *("h_vmem", "s_vmem", "h_rss", "mem_free", "m_mem_free"),
        *("virtual_free", "h_data", "vmem", "rmem", "mem"),
    ],
)
def test_an_amount_is_read_by_its_resource(name: str) -> None:
    asked = SGE.requested({"cores": 1, "memory": "1GB", "resource-spec": f"arch=x,{name}=2G"})
    assert asked.memory == 2 * 1024**3
    (amount,) = asked.of_memory
    assert amount.of_node == (f"{name}=2G" if name in {"mem_free", "m_mem_free"} else "")


# sge_types(1).
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5000000000", 5 * 10**9),
        ("2k", 2000),
        ("2m", 2 * 10**6),
        ("2g", 2 * 10**9),
        ("2K", 2 * 1024),
        ("2M", 2 * 1024**2),
        ("2G", 2 * 1024**3),
        ("1.5G", 3 * 1024**3 // 2),
        ("2G,arch=x", 2 * 1024**3),
    ],
)
def test_small_letters_are_powers_of_1000(text: str, amount: int) -> None:
    assert SGE.requested({"cores": 1, "memory": "1GB", "resource-spec": f"h_vmem={text}"}).memory == amount


@pytest.mark.parametrize(
    ("environment", "spreads"),
    [
        *((name, True) for name in ("mpi", "openmpi", "openmpi_2", "mpich2", "orte", "impi", "pvm", "lam")),
        *((name, True) for name in ("dc_roundrobin", "dc_round_robin", "dc_fillup", "make_rr")),
        *((name, False) for name in ("smp", "shm", "threaded", "make", "onenode", "smpi")),
    ],
)
def test_a_parallel_environment_that_spreads_slots_over_hosts_is_known_by_its_name(
    environment: str, spreads: bool
) -> None:
    asked = SGE.requested({"cores": 4, "memory": "1GB", "job-extra-directives": [f"-pe {environment} 4"]})
    (amount,) = asked.of_cores
    assert (amount.of_node == "") is spreads

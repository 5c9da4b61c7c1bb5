"""What Grid Engine's listings say in forms that the recorded cluster does not use."""

from __future__ import annotations

import re

import pytest

from pegconf.batch.facts import Machine
from pegconf.batch.gridengine import listings
from pegconf.core.units import GIB, MIB
from tests.recorded import said

HEAD = "HOSTNAME                ARCH         NCPU  LOAD  MEMTOT  MEMUSE  SWAPTO  SWAPUS\n"


@pytest.mark.parametrize(("printed", "memory"), [("512.0M", 512 * MIB), ("31.5G", 63 * GIB // 2), ("1.5T", 1536 * GIB)])
def test_a_hosts_memory_in_each_unit(printed: str, memory: int) -> None:
    rows = f"qn01  lx-amd64  8  0.22  {printed}  2.4G  8.0G  0.0\n   all.q                BIP   0/1/8\n"
    assert listings.machines(HEAD + rows)[0] == {"all.q": [Machine(8, 8, memory)]}


@pytest.mark.parametrize("version", ["Univa Grid Engine 8.6.4", "Altair Grid Engine 8.7.0", "OCS 9.0.0"])
def test_a_qstat_of_those_that_sell_it(version: str) -> None:
    assert listings.version(f"{version}\nusage: qstat [options]\n") == version


@pytest.mark.parametrize(
    ("text", "found"), [("", ()), ("NONE", ()), ("smp mpi", ("smp", "mpi")), ("smp,[@gpu=mpi]", ("smp",))]
)
def test_the_names_of_a_list(text: str, found: tuple[str, ...]) -> None:
    assert listings.names(text) == found


@pytest.mark.parametrize("name", ["h_vmem", "mem_free", "virtual_free", "mem_total", "h_rss"])
def test_what_a_site_makes_consumable_holds_memory_back(name: str) -> None:
    free = said("sge-complexes").replace("YES         YES        2G", "YES         NO         0 ")
    assert listings.memory_resource(free) is None
    held = re.sub(rf"(?m)^({name} .*)YES         NO ", r"\1YES         JOB", free)
    assert listings.memory_resource(held) == (name, "JOB")

from __future__ import annotations

from dataclasses import replace

from pegconf.core.units import GB, MB
from pegconf.measure import node_differences
from pegconf.measure.node_differences import Here
from pegconf.site.node_answer import Directory, Interpreter, Link, NodeFacts

HERE = Here("login4", ("eth0", "ib0"), "3.11.7", "2026.8.0")
NODE = NodeFacts(
    "n001",
    "Linux 5.14.0",
    (Link("lo", "127.0.0.1/8"), Link("eth0", "10.1.0.11/24"), Link("ib0", "10.2.0.11/24")),
    cores=2,
    memory_of_node=32 * GB,
    directories=(Directory("/scratch", "/scratch", exists=True, writable=True, filesystem="lustre", speed=100 * MB),),
    pythons=(Interpreter("/env/bin/python", "/env/bin/python", "3.11.7", "2026.8.0", "2026.8.0"),),
)
ALIKE = replace(NODE, host="n002", memory_of_node=32 * GB - 90 * MB)


def test_nodes_of_one_kind_do_not_differ() -> None:
    assert node_differences.differences((NODE, ALIKE), HERE) == ()
    assert node_differences.differences((), HERE) == ()


def test_each_thing_that_differs_is_one_line() -> None:
    other = NodeFacts(
        "n002",
        "Linux 3.10.0",
        NODE.links[:2],
        cores=4,
        memory_limit=5 * GB,
        memory_of_node=64 * GB,
        directories=(Directory("/scratch", "/scratch", exists=True, writable=False, filesystem="tmpfs", speed=9 * MB),),
        pythons=(Interpreter("/env/bin/python", "/env/bin/python", "3.12.1", "2025.1.0", "2025.1.0"),),
    )
    assert node_differences.differences((NODE, other), HERE) == (
        "interface ib0: on login4, n001; not on n002",
        "cores of a job: 2 on n001; 4 on n002",
        "memory of a job: 32 GB on n001; 5 GB on n002",
        "system: Linux 5.14.0 on n001; Linux 3.10.0 on n002",
        "Python: 3.11.7 on login4, n001; 3.12.1 on n002",
        "distributed: 2026.8.0 on login4, n001; 2025.1.0 on n002",
        "/scratch is on: lustre on n001; tmpfs on n002",
        "/scratch: can be written on n001; cannot be written on n002",
        "/scratch is written at: 100 MB/s on n001; 9 MB/s on n002",
    )


def test_what_a_node_did_not_tell_is_no_difference() -> None:
    silent = NodeFacts("n002")
    assert node_differences.differences((NODE, silent), HERE) == ()


def test_this_host_is_compared_too() -> None:
    assert node_differences.differences((NODE,), Here("login4", ("eth0",), "3.12.1", "2026.8.0")) == (
        "interface ib0: on n001; not on login4",
        "Python: 3.12.1 on login4; 3.11.7 on n001",
    )
    assert node_differences.here().python.startswith("3.")

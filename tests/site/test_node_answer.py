"""What a compute node's answer means, from texts."""

from __future__ import annotations

import pytest

from pegconf.site import node_answer
from pegconf.site.node_answer import Directory, Interpreter, Link, NodeFacts

MIB = 1024**2


def said(*lines: str) -> str:
    """An answer with tabs in place of bars, among what a site prints around it."""
    marked = (f"PEGCONF-PROBE\t{line.replace('|', chr(9))}" for line in ("begin|1", *lines, "end"))
    return "\n".join(["Welcome to the node!", *marked, "Bye."])


def facts(*lines: str) -> NodeFacts:
    found = node_answer.parse(said(*lines))
    assert found is not None
    return found


ANSWER = """\
PEGCONF-PROBE\tbegin\t1
PEGCONF-PROBE\thost\tn069\tLinux 3.10.0
PEGCONF-PROBE\tcores\t2\t16\t0,8
PEGCONF-PROBE\tmemory\t32893536 kB\t8388608
PEGCONF-PROBE\tgroup\tmemory\t524288000
PEGCONF-PROBE\tgroup\tmemory\t9223372036854771712
PEGCONF-PROBE\tgroup\tcpu\t200000 100000
PEGCONF-PROBE\tgroup\tcpu\tmax 100000
PEGCONF-PROBE\tinterface\tlo\t127.0.0.1/8\tunknown\t\t772\t
PEGCONF-PROBE\tinterface\teth0\t10.10.1.69/16\tup\t1000\t1\t
PEGCONF-PROBE\tinterface\tib0\t10.11.1.69/16\tup\t\t32\t40 Gb/sec (4X QDR)
PEGCONF-PROBE\tvariable\tLSB_JOBID\t4711
PEGCONF-PROBE\tdirectory\t$TMPDIR\t/tmp/4711\tyes\tyes\t/dev/sda3 ext4 205433 1 164346 20% /tmp\t\
8388608 bytes (8.4 MB, 8.0 MiB) copied, 0.5 s, 16.8 MB/s
PEGCONF-PROBE\tdirectory\t/scratch\t/scratch\tno\tno\t/dev/sda1 51475 9 42 1% /\t
PEGCONF-PROBE\tpython\t/env/bin/python\t/env/bin/python\tyes\t\
python=3.11.7 dask=2026.8.0 distributed=2026.8.0
PEGCONF-PROBE\timports\t/env/bin/python\timported
PEGCONF-PROBE\tpython\tpython\t/usr/bin/python\tyes\tpython=2.7.5
PEGCONF-PROBE\timports\tpython\tImportError: No module named distributed
PEGCONF-PROBE\tpython\t/no/such/python\t\tno
PEGCONF-PROBE\tconnects\t10.11.0.4:40001\tyes
PEGCONF-PROBE\tconnects\t129.171.0.4:40001\tno [Errno 113] No route to host
PEGCONF-PROBE\tlate\tdirectory /nfs/gone
PEGCONF-PROBE\tend
"""


def test_a_whole_answer() -> None:
    assert node_answer.parse(ANSWER) == NodeFacts(
        host="n069",
        system="Linux 3.10.0",
        links=(
            Link("lo", "127.0.0.1/8", up=True),
            Link("eth0", "10.10.1.69/16", up=True, speed=1000),
            Link("ib0", "10.11.1.69/16", up=True, speed=40000, infiniband=True),
        ),
        cores=2,
        cores_of_node=16,
        cores_list="0,8",
        cores_quota=2.0,
        memory_of_node=32893536 * 1024,
        memory_limit=500 * MIB,
        address_limit=8 * 1024 * MIB,
        directories=(
            Directory("$TMPDIR", "/tmp/4711", True, True, "ext4", 164346 * 1024, 205433 * 1024, 16777216),
            Directory("/scratch", "/scratch", False, False, "", 42 * 1024, 51475 * 1024),
        ),
        pythons=(
            Interpreter(
                "/env/bin/python",
                "/env/bin/python",
                "3.11.7",
                "2026.8.0",
                "2026.8.0",
                imports=True,
            ),
            Interpreter(
                "python",
                "/usr/bin/python",
                "2.7.5",
                imports=False,
                trouble="ImportError: No module named distributed",
            ),
            Interpreter("/no/such/python", trouble="does not exist"),
        ),
        connects={"10.11.0.4:40001": "", "129.171.0.4:40001": "[Errno 113] No route to host"},
        variables={"LSB_JOBID": "4711"},
        late=("directory /nfs/gone",),
        complete=True,
    )


@pytest.mark.parametrize("output", ["", "Welcome!\n", "PEGCONF-PROBE", "PEGCONF-PROBE\tend\n"])
def test_without_a_beginning_there_is_no_answer(output: str) -> None:
    assert node_answer.parse(output) is None


def test_an_answer_that_goes_on_is_not_complete() -> None:
    found = node_answer.parse("PEGCONF-PROBE\tbegin\t1\nPEGCONF-PROBE\thost\tn069\tLin")
    assert found == NodeFacts(host="n069", system="Lin")


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ("interface|ib0", Link("ib0", "")),
        ("interface|ib0|10.0.0.1/8|down|-1|32|", Link("ib0", "10.0.0.1/8", up=False, infiniband=True)),
        ("interface|eno1|10.0.0.1/8|up|10000|1|", Link("eno1", "10.0.0.1/8", up=True, speed=10000)),
    ],
)
def test_an_interface_by_its_state_and_kind(cut: str, expected: Link) -> None:
    assert facts(cut).links == (expected,)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), None),
        (("group|memory|max ",), None),
        (("memory|1000 kB", "group|memory|2048000"), None),
        (("memory|1000 kB", "group|memory|20480", "group|memory|10240"), 10240),
    ],
)
def test_the_smallest_memory_limit_below_the_nodes_memory_counts(lines: tuple[str, ...], expected: int | None) -> None:
    assert facts(*lines).memory_limit == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("python|p|/p|yes|Illegal instruction",), Interpreter("p", "/p", trouble="Illegal instruction")),
        (("python|p|/p|yes|",), Interpreter("p", "/p", trouble="gave no answer")),
        (("python|p|/p|yes|python=3.9.1 dask=1",), Interpreter("p", "/p", "3.9.1", "1")),
    ],
)
def test_a_python_that_did_not_say_all(lines: tuple[str, ...], expected: Interpreter) -> None:
    assert facts(*lines).pythons == (expected,)


def test_an_address_that_nothing_could_connect_to_was_not_reached() -> None:
    assert facts("connects|10.0.0.1:80|").connects == {"10.0.0.1:80": "nobody could try"}

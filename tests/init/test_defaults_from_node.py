"""From a node's answer to defaults and notes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pegconf.core.model import Queue
from pegconf.init import defaults_from_node, interview
from pegconf.init.defaults import Known, Offer, Probe
from pegconf.init.defaults_from_node import Here
from pegconf.site import files
from pegconf.site.node_answer import Directory, Interpreter, Link, NodeFacts

GB = 10**9
ETH = Link("eth0", "10.0.0.69/24", up=True, speed=1000)
IB = Link("ib0", "10.1.0.69/24", up=True, speed=40000, infiniband=True)
HOST = (Link("eno1", "10.0.0.1/24", up=True), Link("ib0", "10.1.0.1/24", up=True, infiniband=True))
HERE = Here(HOST, None, "/env/bin/python")
NODE = NodeFacts(
    host="n069",
    links=(ETH, IB),
    cores=1,
    cores_of_node=16,
    memory_of_node=32 * 1024**3,
    memory_limit=500 * 1024**2,
    directories=(Directory("/tmp", "/tmp", True, True, "xfs", 100 * GB),),
    pythons=(Interpreter("/env/bin/python", "/env/bin/python", "3.11.7", "2026.8.0", "2026.8.0", imports=True),),
    variables={"LSB_QUEUE": "general"},
    complete=True,
)
NO_SITE = Known("dana", "/home/dana", interfaces=("lo", "eno1", "ib0"))
PEGASUS = Known("dana", "/home/dana", site=files.load("pegasus"), site_word="pegasus")


def taken(known: Known = NO_SITE, facts: NodeFacts = NODE, **given: str) -> tuple[Probe, tuple[str, ...]]:
    asked = {name.replace("_", "-"): value for name, value in given.items()}
    result, notes = defaults_from_node.take(known, asked, interview.so_far(known, asked), facts, HERE)
    return result.probe, notes


def test_where_nobody_knows_the_node_says_it() -> None:
    source = "from a probe job on n069"
    assert taken() == (
        Probe(
            offers={
                "interface": Offer("ib0", f"{source}; this host has it too"),
                "cores-per-node": Offer("16", source),
                "memory-per-node": Offer("32GiB", source),
                "local-directory": Offer("/tmp/dask-dana", f"{source}: xfs, 100.0 GB free"),
            },
            interfaces=("eth0", "ib0"),
            scheduler_interfaces={"eth0": "eno1"},
        ),
        (),
    )


def test_the_answers_hold_what_was_seen() -> None:
    known, _ = defaults_from_node.take(NO_SITE, {}, interview.so_far(NO_SITE, {}), replace(NODE, links=(ETH,)), HERE)
    answers = interview.interview(
        known, {"queue": "general"}, interview.Dialogue(lambda q, _: q.default or "", lambda *_: True)
    )
    assert (answers.interface, answers.scheduler_interface, answers.seen_interfaces) == ("eth0", "eno1", ("eth0",))
    assert (answers.node.cores, answers.node.memory) == (16, 32 * 1024**3)


@pytest.mark.parametrize(
    ("known", "given", "text", "source", "note"),
    [
        (replace(NO_SITE, saved={"interface": "eth0"}), {}, "eth0", "in the file; n069 has it", ()),
        (
            replace(NO_SITE, saved={"interface": "ib7"}),
            {},
            "ib0",
            "from a probe job on n069; this host has it too",
            ("n069 has no interface ib7; it has eth0, ib0",),
        ),
        (
            NO_SITE,
            {"interface": "ib7"},
            "ib0",
            "from a probe job on n069; this host has it too",
            ("n069 has no interface ib7; it has eth0, ib0",),
        ),
    ],
)
def test_an_interface_that_was_there_before(
    known: Known, given: dict[str, str], text: str, source: str, note: tuple[str, ...]
) -> None:
    probe, notes = taken(known, NODE, **given)
    assert (probe.offers["interface"], notes) == (Offer(text, source), note)


def test_a_host_out_of_reach_is_said() -> None:
    _, notes = taken(facts=replace(NODE, connects={"10.0.0.1:4000": "timed out", "10.1.0.1:4000": "timed out"}))
    (note,) = notes
    assert note == (
        "n069 reached no address of this host (10.0.0.1, 10.1.0.1): workers may not reach a scheduler here;"
        " a program can run on a compute node instead: pegconf script --driver"
    )


def test_a_site_files_old_word_gives_way_to_the_node() -> None:
    probe, notes = taken(PEGASUS, replace(NODE, cores_of_node=24))
    assert probe.offers["cores-per-node"] == Offer("24", "from a probe job on n069")
    assert notes == ("n069 counts 24 cores and 34.4 GB itself; the site's file says 16 cores",)


def test_what_was_given_or_said_now_goes_before_one_node() -> None:
    probe, notes = taken(cores_per_node="8", memory_per_node="16GB", queue="general")
    assert "cores-per-node" not in probe.offers
    assert notes == ("n069 counts 16 cores and 34.4 GB itself; taken is 8 cores and 16.0 GB, as given",)
    assert PEGASUS.site is not None
    general = PEGASUS.site.queue("general")
    assert general is not None
    live = replace(
        PEGASUS,
        site=replace(PEGASUS.site, detected=True, queues=(replace(general, as_of="", node_source="from lshosts -w"),)),
    )
    _, notes = taken(live, replace(NODE, cores_of_node=24))
    assert notes == ("n069 counts 24 cores and 34.4 GB itself; taken is 16 cores, from lshosts -w",)


def test_a_node_is_believed_where_the_queue_s_nodes_are_not_told() -> None:
    least = Queue("general", details={"cores-per-node": "8", "memory-per-node": "16GB"}, source="from qstat -Q -f")
    assert PEGASUS.site is not None
    untold = replace(PEGASUS, site=replace(PEGASUS.site, detected=True, queues=(least,)))
    probe, _ = taken(untold)
    assert probe.offers["cores-per-node"] == Offer("16", "from a probe job on n069")
    assert probe.offers["memory-per-node"] == Offer("32GiB", "from a probe job on n069")
    assert "cores-per-node" not in taken(untold, cores_per_node="4")[0].offers


JOBS_OWN = Directory("$TMPDIR", "/tmp/4711", True, True, "xfs", 100 * GB)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ((Directory("/scratch", "/scratch", True, True, "ext4", 900 * GB), JOBS_OWN), "$TMPDIR"),
        ((replace(JOBS_OWN, path="/tmp"),), None),
        ((replace(JOBS_OWN, filesystem="tmpfs"),), None),
        *(
            ((Directory("/scratch", "/scratch", True, True, kind, 900 * GB),), None)
            for kind in ("lustre", "wekafs", "glusterfs", "orangefs", "vast")
        ),
        ((Directory("/scratch", "/scratch", True, True, "ext4", GB),), None),
        ((Directory("/scratch", "/scratch", True, False, "ext4", 900 * GB),), None),
        ((Directory("/scratch/dana", "/scratch/dana", False, True, "ext4", 900 * GB),), None),
        ((Directory("/scratch", "/scratch", True, True, "ext4", 900 * GB),), "/scratch/dask-dana"),
    ],
)
def test_scratch_is_a_disk_of_the_nodes_own(there: tuple[Directory, ...], expected: str | None) -> None:
    offer = taken(facts=replace(NODE, directories=there))[0].offers.get("local-directory")
    assert (offer.text if offer else None) == expected


def test_a_scratch_that_cannot_be_written_is_said() -> None:
    gone = Directory("/gone", "/gone", False, False)
    probe, notes = taken(facts=replace(NODE, directories=(gone,)), local_directory="/gone")
    assert ("local-directory" in probe.offers, notes) == (False, ("n069 cannot write to /gone",))


@pytest.mark.parametrize(
    ("pythons", "python", "notes"),
    [
        (
            (Interpreter("/env/bin/python", trouble="does not exist"),),
            None,
            ("n069: the Python /env/bin/python does not exist there",),
        ),
        (
            (
                Interpreter("python3", "/usr/bin/python3", "3.9.2", "1", "2023.1", imports=True),
                Interpreter("/env/bin/python", "/env/bin/python", "3.8.1", imports=False, trouble="No module"),
            ),
            "/usr/bin/python3",
            (
                "n069: the Python /env/bin/python cannot import distributed there: No module",
                "taken is /usr/bin/python3, which has distributed 2023.1 there",
            ),
        ),
        (
            (Interpreter("/env/bin/python", "/env/bin/python", trouble="gave no answer"),),
            None,
            ("n069: the Python /env/bin/python gave no answer in time there: it hangs, or the node is busy",),
        ),
    ],
)
def test_a_python_that_does_not_do(
    pythons: tuple[Interpreter, ...], python: str | None, notes: tuple[str, ...]
) -> None:
    probe, said = taken(facts=replace(NODE, pythons=pythons))
    assert (probe.python, said) == (python, notes)


def test_the_table_of_a_node() -> None:
    assert defaults_from_node.rows(NODE) == (
        ("interfaces", "eth0 10.0.0.69/24 (1 Gbit/s), ib0 10.1.0.69/24 (40 Gbit/s, InfiniBand)"),
        ("cores", "16, of which this job may use 1"),
        ("memory", "34.4 GB, of which this job may use 524 MB"),
        ("scratch", "/tmp (xfs, 100.0 GB free)"),
        ("python", "/env/bin/python 3.11.7 with distributed 2026.8.0"),
        ("variables", "LSB_QUEUE=general"),
    )


def test_what_hung_is_said() -> None:
    assert taken(facts=replace(NODE, late=("directory /nfs",)))[1] == (
        "n069 gave no answer in time about: directory /nfs",
    )

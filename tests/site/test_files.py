from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest

from pegconf.config import document
from pegconf.config.yaml_tree import plain
from pegconf.core import resources
from pegconf.core.errors import CannotGoOnError, UsageError
from pegconf.core.model import Node, Queue
from pegconf.site import files

if TYPE_CHECKING:
    from pathlib import Path

FACTS = "facts: [{about: a, source: b, as-of: c}]\n"
OURS = (
    "name: ours\ntitle: Ours\nscheduler: lsf\ncluster: mine\nhosts: ['*.ours.edu']\n"
    "queues: {q: {node: {cores: 8, memory: 16 GB, gpus: 2}}}\n" + FACTS
)


@pytest.mark.parametrize("name", sorted(file.stem for file in resources.SITES.glob("*.yaml")))
def test_every_shipped_site_fits_the_schema_and_is_read_alike(name: str) -> None:
    file = resources.SITES / f"{name}.yaml"
    jsonschema.validate(plain(document.read(file).root), resources.schema("site"))
    assert files.read(file) == files.load(name)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def put(home: Path, name: str, text: str) -> Path:
    file = home / ".config" / "pegconf" / "sites" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_user_s_site_is_found_by_name_and_goes_before_a_shipped_one(home: Path) -> None:
    ours = put(home, "pegasus", OURS)
    put(home, "olympus", OURS)
    assert files.names() == ("olympus", "pegasus", "triton")
    assert (files.load("pegasus").title, files.files()["pegasus"]) == ("Ours", ours)
    assert files.load(str(ours)).title == "Ours"


def test_what_a_file_in_pegconf_s_mapping_names_may_be_gone(home: Path) -> None:
    broken = put(home, "broken", "name: [")
    assert [files.find(word) for word in ("olympus", str(home / "no.yaml"), "broken", str(broken), None, 3)] == [
        None
    ] * 6
    assert files.find("pegasus") == files.load("pegasus")


@pytest.mark.parametrize(
    ("scheduler", "cluster", "hosts", "site"),
    [
        ("lsf", "pegasus", (), "pegasus"),
        ("lsf", "mine", (), "ours"),
        ("lsf", None, ("login4.pegasus2.edu",), "pegasus"),
        ("lsf", None, ("head.ours.edu",), "ours"),
        ("lsf", "other", ("head.ours.edu",), None),
        ("slurm", "pegasus", (), None),
        ("lsf", "lsftest", ("vm",), None),
    ],
)
def test_a_cluster_is_recognised(
    home: Path, scheduler: str, cluster: str | None, hosts: tuple[str, ...], site: str | None
) -> None:
    put(home, "ours", OURS)
    assert files.recognise(scheduler, cluster, hosts) == site


def test_pegasus_general() -> None:
    pegasus = files.load("pegasus")
    node = Node(cores=16, usable_cores=15, memory=32 * 10**9)
    assert pegasus.queue("general") == Queue(
        "general", node, 24 * 3600, 168 * 3600, note="newer pages list normal instead", as_of="2024-04"
    )
    assert (pegasus.default_queue, pegasus.interface, pegasus.memory_unit) == ("general", "ib0", "mb")
    assert (pegasus.cores, pegasus.memory, pegasus.walltime) == (2, 4 * 10**9, 4 * 3600)


def test_triton_says_only_what_is_known() -> None:
    triton = files.load("triton")
    normal = triton.queue("normal")
    assert normal is not None
    assert (normal.node, normal.gpus, normal.max_walltime) == (Node(40, 40, 280 * 10**9), 2, None)
    assert (triton.default_queue, triton.memory_unit, triton.login_host, triton.interface) == (None,) * 4


def test_a_queue_nobody_knows_is_none() -> None:
    assert files.load("pegasus").queue("short") is None


def test_whose_source_a_fact_is_stands_in_its_keys() -> None:
    facts = {fact.about: fact.keys for fact in files.load("pegasus").facts if fact.keys}
    assert facts == {
        "the interface ib0, ten times faster than eth0 or more": ("interface",),
        "the memory unit mb": ("memory-unit",),
        "memory reserved per core with rusage[mem=], in megabytes": ("reserve-per-core",),
        "2 cores and 4 GB a job, 25 % headroom, about 40 jobs before they stay pending": ("cores", "memory"),
        "logs and scratch under /scratch, never under /nethome": ("log-directory", "local-directory"),
    }
    assert [fact.keys for fact in files.load("triton").facts] == [("scheduler",), ()]


@pytest.mark.parametrize(
    ("scheduler", "about", "keys"),
    [
        ("lsf", "the batch system LSF", ("scheduler",)),
        ("lsf", "the cluster's name", ("cluster",)),
        ("lsf", "the default queue", ("default-queue",)),
        ("lsf", "the unit of limits", ("memory-unit",)),
        ("lsf", "whether memory is reserved per core", ("reserve-per-core",)),
        ("sge", "the resource that holds memory back", ("memory-resource",)),
        ("sge", "the unit of limits", ()),
        ("lsf", "the interface", ("interface",)),
        ("lsf", "queues", ()),
    ],
)
def test_a_fact_in_the_words_of_a_cluster_needs_no_keys(
    tmp_path: Path, scheduler: str, about: str, keys: tuple[str, ...]
) -> None:
    text = OURS.replace("scheduler: lsf", f"scheduler: {scheduler}").replace("about: a", f'about: "{about}"')
    file = tmp_path / "site.yaml"
    file.write_text(text, encoding="utf-8")
    site = files.read(file)
    assert [fact.keys for fact in site.facts] == [keys]
    assert [site.fact(key) for key in keys] == list(site.facts)[: len(keys)]


def test_an_unknown_site_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as error:
        files.load("olympus")
    assert error.value.message == "there is no site 'olympus'"
    assert "pegasus" in error.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: [", ":1: "),
        ("name: x\n", "'title' is a required property"),
        (
            "name: x\ntitle: X\nscheduler: lsf\nqueues: {q: {node: {cores: 1, memory: much}}}\n" + FACTS,
            "'much' is not an amount of memory",
        ),
    ],
)
def test_a_bad_site_file_is_refused_with_the_place(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(text)
    with pytest.raises(CannotGoOnError) as error:
        files.read(file)
    assert str(file) in error.value.message
    assert reason in error.value.message

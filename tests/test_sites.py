from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest

from pegconf import document, resources, sites
from pegconf.errors import CannotGoOnError, UsageError
from pegconf.model import Node, Queue
from pegconf.values import plain

if TYPE_CHECKING:
    from pathlib import Path


FACTS = "facts: [{about: a, source: b, as-of: c}]\n"


@pytest.mark.parametrize("name", sites.names())
def test_every_shipped_site_fits_the_schema_and_is_read_alike(name: str) -> None:
    file = resources.SITES / f"{name}.yaml"
    jsonschema.validate(plain(document.read(file).root), resources.schema("site"))
    assert sites.read(file) == sites.load(name)


def test_pegasus_general() -> None:
    pegasus = sites.load("pegasus")
    node = Node(cores=16, usable_cores=15, memory=32 * 10**9)
    assert pegasus.queue("general") == Queue(
        "general", node, 24 * 3600, 168 * 3600, note="newer pages list normal instead", as_of="2024-04"
    )
    assert (pegasus.default_queue, pegasus.interface, pegasus.memory_unit) == ("general", "ib0", "mb")
    assert (pegasus.cores, pegasus.memory, pegasus.walltime) == (2, 4 * 10**9, 4 * 3600)


def test_a_queue_nobody_knows_is_none() -> None:
    assert sites.load("pegasus").queue("short") is None


def test_an_unknown_site_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as error:
        sites.load("olympus")
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
        sites.read(file)
    assert str(file) in error.value.message
    assert reason in error.value.message

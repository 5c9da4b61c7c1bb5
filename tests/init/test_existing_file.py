from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pegconf.core.errors import CannotGoOnError
from pegconf.core.model import Node
from pegconf.core.units import GB
from pegconf.init import existing_file, plan
from tests.example import PEGASUS_ANSWERS

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_s_values_are_the_next_answers(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    own_node = replace(
        PEGASUS_ANSWERS, node=Node(8, 8, 16 * GB), python="/opt/bin/python", local_directory=None, processes=1
    )
    plan.write(plan.plan(existing_file.existing(file), own_node, only_named=False))
    assert existing_file.saved(existing_file.existing(file), "lsf", ()) == {
        "login": "dwg11@pegasus.ccs.miami.edu",
        "queue": "general",
        "project": "insarlab",
        "interface": "ib0",
        "log-directory": "/scratch/dwg11/dask-logs",
        "local-directory": "none",
        "python": "/opt/bin/python",
        "walltime": "04:00",
        "memory": "4GB",
        "memory-unit": "mb",
        "cores": "2",
        "processes": "numpy",
        "cores-per-node": "8",
        "usable-cores": "8",
        "memory-per-node": "16GB",
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: \xff\n", "jobqueue.yaml:1:4: byte 0xff is not UTF-8 text"),
        (b"a: [\n", "jobqueue.yaml:2:1: "),
        (b"pegconf: 3\n", "jobqueue.yaml: pegconf: is no mapping"),
    ],
)
def test_a_file_that_cannot_be_edited_is_refused_before_any_question(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_bytes(data)
    with pytest.raises(CannotGoOnError) as error:
        existing_file.existing(file)
    assert message in error.value.message

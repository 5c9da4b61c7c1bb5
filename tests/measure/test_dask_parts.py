from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pegconf.core.model import Check
from pegconf.measure import dask_parts
from tests import example

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person


def raise_late() -> tuple[bool, str]:
    raise TimeoutError


def raise_at_once() -> tuple[bool, str]:
    raise KeyError("tcp://n001:4000")


def test_a_part_that_raises_does_not_hold() -> None:
    assert dask_parts._looked("dask.bag agrees with Python", raise_late) == Check(
        "dask.bag agrees with Python", False, "no result within 600 s"
    )
    assert dask_parts._looked("dask.bag agrees with Python", raise_at_once) == Check(
        "dask.bag agrees with Python", False, "KeyError: 'tcp://n001:4000'"
    )


def test_results_that_differ_do_not_hold() -> None:
    assert dask_parts._same(10, 10, "sum") == (True, "sum: 10")
    assert dask_parts._same(11, 10, "sum") == (False, "sum: 11 and not 10")


@pytest.mark.slow
def test_all_parts_of_dask_run(person: Person, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    person.write(example.configuration(tmp_path / "logs"))
    ran = person.runs("smoke-test", "--on", "local", "--columns", "100", "--suite", "full")
    assert ran.code == 0, ran
    seen = dict(re.findall(r"^yes  (.*?): (.*)$", ran.out, re.MULTILINE))
    killed = seen.pop("results come although a worker is killed")
    # On a slow machine the other worker has done all before a new one is up.
    assert killed in {"6 results; its nanny started another", "6 results; the others did its tasks"}
    assert {title: seen[title] for title in seen if title.startswith(("dask.", "an exception"))} == {
        "dask.delayed agrees with Python": "sum of 1,000 squares: 332,833,500",
        "dask.array agrees with numpy": "means of 1,000 columns of sqrt(a) + a.T",
        "dask.bag agrees with Python": "sum of the odd of 1,000 squares: 166,666,500",
        "dask.dataframe agrees with pandas": "means of 7 groups",
        "an exception arrives with its traceback": "ArithmeticError('on purpose, with 7') in raise_on_purpose()",
    }


@pytest.mark.slow
def test_tables_are_not_looked_at_where_the_workers_have_no_pandas(person: Person, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    # Python runs it at its start, in the workers only.
    hide = "import sys\nsys.modules['pandas'] = None\n"
    (hidden / "sitecustomize.py").write_text(hide, encoding="utf-8")
    person.write(example.configuration(tmp_path / "logs", job_script_prologue=[f"export PYTHONPATH={hidden}"]))
    ran = person.runs("smoke-test", "--on", "local", "--columns", "100", "--suite", "full")
    assert ran.code == 0, ran
    assert re.search(
        r"^yes  dask.dataframe .*: not looked at: pandas.* not there on the workers$", ran.out, re.MULTILINE
    )

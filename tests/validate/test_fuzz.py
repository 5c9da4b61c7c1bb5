"""Whatever a file holds, validate ends with an exit code and says something: no traceback, no endless look."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pegconf.batch.systems import KNOWN
from pegconf.cli import output
from pegconf.cli.validate_verdict import Format, verdict
from pegconf.config import catalogue

COMMAND = str(Path(sys.executable).parent / "pegconf")
GOOD = "jobqueue:\n  lsf: {cores: 2, memory: 4GB, walltime: '04:00'}\n"
# What YAML, shells and batch systems give a meaning to.
PIECES = (
    *"""-?:,[]{}#&*!|>'"%@`~<= \t\n\r\0\x85\x1b\\/$(.0_é""",
    "\ufeff",
    "\u2028",
    "\U0001f4a5",
    "<<: ",
    "*a",
    "&a ",
)
WORDS = (*catalogue.keys(), *KNOWN, "jobqueue", "pegconf", "sections", "4GB", "12:00:00", "$HOME")

texts = st.one_of(
    st.text(max_size=20),
    st.lists(st.sampled_from((*PIECES, *WORDS)), max_size=6).map("".join),
    st.sampled_from(
        ("4GB", "1.5 GiB", "12:00", "3-00", "0", "-1", "~/x", "~nobody/x", "$HOME/x", "/a\0b", "\ud800", "*")
    ),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.binary(max_size=5), texts
)
trees: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.one_of(texts, scalars), inner, max_size=4)),
    max_leaves=8,
)
keys = st.one_of(st.sampled_from(sorted(catalogue.keys())), st.sampled_from(("log_directory", "wall-time")), texts)
sections = st.dictionaries(st.one_of(st.sampled_from(tuple(KNOWN)), texts), st.dictionaries(keys, trees))
asked = st.fixed_dictionaries({"version": trees, "sections": st.dictionaries(texts, trees, max_size=3)})
files = st.fixed_dictionaries(
    {"jobqueue": st.one_of(sections, trees)}, optional={"pegconf": st.one_of(asked, trees), "distributed": trees}
)


def ends_well(data: bytes) -> None:
    """Hold what the command does to these bytes, in every form of printing, to the promise."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "jobqueue.yaml"
        file.write_bytes(data)
        for form in Format:
            printed, err = io.BytesIO(), io.StringIO()
            out = io.TextIOWrapper(printed, encoding="utf-8")
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = output.exit_code(lambda form=form: verdict([file], form))  # type: ignore[misc]
            assert code in {0, 1, 3}
            out.flush()
            assert printed.getvalue() or err.getvalue() or form is Format.GITHUB
            assert len(printed.getvalue()) < 1_000_000


unhurried = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


@unhurried
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    ends_well(data)


@unhurried
@given(st.lists(st.sampled_from((*PIECES, *WORDS)), max_size=60).map("".join))
def test_any_signs_of_yaml(text: str) -> None:
    ends_well(text.encode("utf-8", "surrogatepass"))


@unhurried
@given(st.data())
def test_a_good_file_with_a_few_bytes_changed(data: st.DataObject) -> None:
    changed = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed)))
        changed[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    ends_well(bytes(changed))


@unhurried
@given(files)
def test_any_tree(tree: dict[str, Any]) -> None:
    ends_well(yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass"))


@pytest.mark.long
@settings(parent=unhurried, max_examples=10)
@given(files, st.binary(max_size=50))
def test_the_installed_command(tree: dict[str, Any], after: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "jobqueue.yaml"
        file.write_bytes(yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass") + after)
        done = subprocess.run([COMMAND, "validate", str(file)], capture_output=True, check=False, timeout=120)
    assert done.returncode in {0, 1, 3}
    assert b"Traceback" not in done.stdout + done.stderr

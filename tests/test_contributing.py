"""The lists of CONTRIBUTING.md name files that are there."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import CHECKOUT

LISTS = re.findall(
    r"(?m)^## Add an? ([\w ]+?)(?: \((\w+)\))?\n((?s:.*?))(?=^## |\Z)",
    (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
)


def test_there_are_five() -> None:
    assert [what for what, _, _ in LISTS] == ["rule", "cause", "question", "site", "batch system"]


@pytest.mark.parametrize(("name", "text"), [pytest.param(name, text, id=what) for what, name, text in LISTS])
def test_every_file_is_there(name: str, text: str) -> None:
    named = [path.replace("NAME", name or "NAME") for path in re.findall(r"`([\w.*-]+/[\w./*-]*)`", text)]
    assert len(named) > 1
    assert [path for path in named if not any(CHECKOUT.glob(path))] == []

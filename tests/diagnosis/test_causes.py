from __future__ import annotations

import re
from pathlib import Path

import pegconf
from pegconf.diagnosis.causes import CODES


def test_every_cause_that_is_named_is_explained_and_no_other() -> None:
    explained = {"causes.py"}
    files = [file for file in Path(pegconf.__file__).parent.rglob("*.py") if file.name not in explained]
    named = {code for file in files for code in re.findall(r"PEG6\d\d", file.read_text(encoding="utf-8"))}
    assert [code.code for code in CODES] == sorted(named)

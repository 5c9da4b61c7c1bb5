from __future__ import annotations

import re
from pathlib import Path

from pegconf import smoke
from pegconf.smoke.codes import CODES


def test_every_cause_that_is_named_is_explained_and_no_other() -> None:
    files = [file for file in Path(smoke.__file__).parent.glob("*.py") if not file.name.startswith("code")]
    named = {code for file in files for code in re.findall(r"PEG6\d\d", file.read_text(encoding="utf-8"))}
    assert [code.code for code in CODES] == sorted(named)

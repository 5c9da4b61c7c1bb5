"""Another user of the same host gets what init said stays open, and nothing else."""

from __future__ import annotations

import os

import pytest

from tests import exposure
from tests.systems.slurm import people

pytestmark = pytest.mark.slow


@pytest.mark.skipif(os.getuid() != 0 or not people.exists(), reason="needs root and tests/systems/slurm/install")
def test_what_is_said_is_what_another_user_gets(capsys: pytest.CaptureFixture[str]) -> None:
    code = exposure.main()
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if not line.startswith(" ")] == [
        f"{setting}: agrees" for setting in exposure.SETTINGS
    ]
    assert code == 0

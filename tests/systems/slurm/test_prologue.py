"""What a real sbatch makes of a directive among the lines of shell, which is what PEG275 says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.systems.slurm.daemons import Slurm

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("\n#SBATCH --partition=nosuch\necho a\n", "invalid partition specified: nosuch"),
        ("echo a\n#SBATCH --partition=nosuch\n", "to start at"),
    ],
)
def test_directives_count_up_to_the_first_command(slurm: Slurm, tmp_path: Path, lines: str, words: str) -> None:
    script = tmp_path / "job.sh"
    script.write_text(f"#!/bin/bash\n#SBATCH -J test\n#SBATCH -n 1\n{lines}", encoding="utf-8")
    assert words in slurm.run("sbatch", "--test-only", str(script))

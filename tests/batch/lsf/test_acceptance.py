"""How LSF is asked whether it takes a script."""

from __future__ import annotations

from datetime import UTC, datetime

from pegconf.batch.lsf.acceptance import held
from pegconf.batch.lsf.jobs import LSF


def test_the_submit_check_says_the_beginning_of_the_command_that_it_runs() -> None:
    assert LSF.trial is not None
    assert held("peg-1", datetime(2026, 11, 23, 7, 46, tzinfo=UTC)) == [
        *LSF.trial.words,
        *("-J", "peg-1", "-t", "11:23:07:46", "-o", "/dev/null", "-e", "/dev/null"),
    ]

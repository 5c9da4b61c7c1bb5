"""How LSF is asked whether it takes a script."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pegconf.batch.acceptance import Said, Verdict
from pegconf.batch.lsf.acceptance import held
from pegconf.batch.lsf.jobs import LSF
from tests.jobs.acceptance.asked import case, took
from tests.recorded import said


def test_the_submit_check_says_the_beginning_of_the_command_that_it_runs() -> None:
    assert LSF.trial is not None
    assert held("peg-1", datetime(2026, 11, 23, 7, 46, tzinfo=UTC)) == [
        *LSF.trial.words,
        *("-J", "peg-1", "-t", "11:23:07:46", "-o", "/dev/null", "-e", "/dev/null"),
    ]


@pytest.mark.parametrize("status", ["unavail", "unreach", "closed_LIM"])
def test_no_job_is_said_never_to_start_while_a_host_does_not_answer(status: str) -> None:
    hosts = f"HOST_NAME  STATUS  JL/U  MAX  NJOBS  RUN\nn01  ok  -  16  0  0\nn02  {status}  -  1  0  0\n"
    answers = {
        "bqueues -l general": took(said("lsf-bqueues-l")),
        "bhosts -w": took(hosts),
    }
    (found,) = LSF.never_fits(case("lsf", ["-q general", "-n 64", '-R "span[hosts=1]"'], answers))
    words = "whether a host of queue general fits it: of those that answer none does, 1 do not answer now"
    assert found == Said(Verdict.NOT_CHECKED, words, "", "-n 64")

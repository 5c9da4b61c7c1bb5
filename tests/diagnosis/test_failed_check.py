from __future__ import annotations

from pegconf.core.model import Check
from pegconf.diagnosis import failed_check
from pegconf.diagnosis.causes import Cause

HOLDS = Check("each worker did its share", True, "4 slices each")
SUMS = Check("the three sums agree", False, "they differ: 1.000, 2.000", "PEG627")
VERSIONS = Check("versions agree", False, "numpy 1.26 and 2.1", "PEG628")


def test_nothing_fails_where_all_hold() -> None:
    assert failed_check.cause((HOLDS,)) is None


def test_sums_that_disagree_are_a_cause_of_their_own() -> None:
    assert failed_check.cause((HOLDS, SUMS)) == Cause(
        "PEG627",
        "the three sums agree: no, they differ: 1.000, 2.000",
        "run it again; if they differ again, find the host with --workers 1 and tell its staff",
    )


def test_versions_explain_sums_and_not_the_other_way_round() -> None:
    found = failed_check.cause((SUMS, VERSIONS))
    assert found is not None
    assert (found.code, found.sentence, found.evidence) == (
        "PEG628",
        "versions agree: no, numpy 1.26 and 2.1",
        "the three sums agree: no, they differ: 1.000, 2.000",
    )

"""What OAR said where it took no job (recorded on 2.5.9)."""

from __future__ import annotations

import pytest

from pegconf.batch.acceptance import Refused
from pegconf.batch.oar.jobs import OAR

SCRIPT = ("-n dask-worker", "-q nosuch", "--project research", "-l /nodes=1/core=9,walltime=04:00:00")


@pytest.mark.parametrize(
    ("words", "directive", "kind"),
    [
        ("ERROR : The queue nosuch does not exist", "-q nosuch", Refused.QUEUE),
        ("ERROR : The queue default does not exist", "-q nosuch", Refused.QUEUE),
        ("There are not enough resources for your request", "-l /nodes=1/core=9,walltime=04:00:00", None),
        ("research has no hours left, says this site", "--project research", None),
    ],
)
def test_a_refusal_is_about_a_directive(words: str, directive: str | None, kind: Refused | None) -> None:
    assert (OAR.refusals.directive(words, SCRIPT), OAR.refusals.kind(words)) == (directive, kind)


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        ("ERROR : The queue default does not exist", "--queue=nosuch"),
        ("There are not enough resources for your request", "--resource=/nodes=1/core=9"),
    ],
)
def test_a_directive_is_known_by_its_long_name(words: str, directive: str) -> None:
    assert OAR.refusals.directive(words, ("-n dask-worker", directive)) == directive


@pytest.mark.parametrize(
    ("directive", "keys"),
    [
        ("-q nosuch", ("queue",)),
        ("--queue=nosuch", ("queue",)),
        ("--project research", ("project",)),
        ("-l /nodes=1/core=9,walltime=04:00:00", ("resource-spec",)),
        ("--resource=core=9", ("resource-spec",)),
        ("-n dask-worker", ("name",)),
        ("--name dask-worker", ("name",)),
        ("-t besteffort", ()),
    ],
)
def test_a_directive_is_made_of_a_key(directive: str, keys: tuple[str, ...]) -> None:
    assert OAR.refusals.keys(directive) == keys

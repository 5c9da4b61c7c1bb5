"""Numbers out of range, and numbers that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.accuracy.case import NOBODY, Case, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_NEVER: Final = ("0", "-1", "-4", "00", "-0")


def cases(good: Good) -> Iterator[Case]:
    """None, fewer than none, more processes than cores, fewer cores and less memory reserved than used."""
    for key in ("cores", "processes", "ncpus"):
        yield from each("range", good, key, tuple((raw, NOBODY) for raw in _NEVER))
    yield from each(
        "range", good, "job-cpu", (("-1", NOBODY), ("-4", NOBODY), ("0", "4"), ("2", NOBODY), ("1", NOBODY))
    )
    yield from each("range", good, "processes", tuple((raw, NOBODY) for raw in ("5", "8", "100", "1_000", "010")))
    yield from each("range", good, "processes", (("1", "1"), ("2", "2"), ("4", "4"), ("3", "3")))
    yield from each("range", good, "cores", tuple((raw, NOBODY) for raw in ("1", "100000000000000000000000")))
    yield from each("range", good, "ncpus", (("2", NOBODY), ("1", NOBODY), ("8", "8"), ("null", "4")))
    yield from each("range", good, "mem", (("4000000000", NOBODY), ("1000000", NOBODY), ("8000000000", "8000000000")))
    yield from each("range", good, "job-mem", (("4G", NOBODY), ("1K", NOBODY), ("12G", "12G")))
    if good.system in {"pbs", "moab"}:
        yield from _requests_of_pbs(good)
    if good.system == "oar":
        table = (("'/host=1/core=2'", NOBODY), ("'/host=1/core=8'", "'/host=1/core=8'"), ("'/host=2/core=4'", NOBODY))
        yield from each(
            "range", good, "resource-spec", (*table, ("null", "'/nodes=1/core=4'"), ("'/nodes=1'", "'/nodes=1'"))
        )
    if good.system == "sge":
        fewer = ("['-pe smp 2']", "['-pe smp 1']", "['-pe smp 0']", "[]", "['-r n']", "['-pe smp']")
        yield from each("range", good, "job-extra-directives", tuple((raw, _asking_for_four(raw)) for raw in fewer))


def _asking_for_four(raw: str) -> str:
    return "['-pe smp 4', '-r n']" if "-r" in raw else "['-pe smp 4']"


def _requests_of_pbs(good: Good) -> Iterator[Case]:
    forms = {"pbs": "'select={}:ncpus={}:mem={}'", "moab": "'nodes={}:ppn={},mem={}'"}
    form = forms[good.system]
    proper = form.format(1, 4, "9537mb")
    same = good if good.system == "pbs" else good.having({"job-extra-directives": "['-m n']"})
    table = (
        (form.format(2, 4, "9537mb"), NOBODY),
        (form.format(1, 2, "9537mb"), NOBODY),
        (form.format(1, 4, "4gb"), NOBODY),
        (form.format(1, 4, "9537"), proper),
        (form.format(1, 4, "9.5gb"), proper),
        (form.format(1, 4, "9537 mb"), proper),
        (form.format(1, 4, "9537MB"), proper),
        (form.format(1, 4, "9765888kb"), proper),
        (form.format(1, 8, "9537mb"), form.format(1, 8, "9537mb")),
        (form.format(0, 4, "9537mb"), NOBODY),
        (form.format(1, "four", "9537mb"), NOBODY),
        (form.format(1, 4, "lots"), NOBODY),
    )
    yield from each("range", same, "resource-spec", table)

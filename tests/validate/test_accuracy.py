"""How far the verdict can be trusted: what dask-jobqueue makes of thousands of files against what pegconf says."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pegconf.core.model import Severity
from pegconf.validate.rules.keys import worker_command
from tests.accuracy import good, grammar, kinds, known, meaning
from tests.accuracy.grammar import NonsenseError
from tests.accuracy.measure import Outcome, judge, names
from tests.accuracy.table import listed, table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.accuracy.case import Case
    from tests.conftest import Person

CASES = kinds.every()


def measure(cases: tuple[Case, ...], scratch: Path, *, whole: bool) -> None:
    """The misses and false alarms are those that are known, no more and no fewer."""
    judged = judge(cases, scratch)
    print(table(judged))
    missed = [one for one in judged if one.missed]
    alarms = [one for one in judged if one.false_alarm]
    print(listed([*missed, *alarms]))
    if whole:
        assert (names(missed), names(alarms)) == (set(known.MISSED), set(known.FALSE_ALARMS))
    else:
        assert (names(missed) - set(known.MISSED), names(alarms) - set(known.FALSE_ALARMS)) == (set(), set())
    assert {one.outcome for one in judged} == set(Outcome)


def test_of_a_sample(tmp_path: Path) -> None:
    measure(CASES[:: len(CASES) // 400], tmp_path, whole=False)


@pytest.mark.long
def test_of_all(tmp_path: Path) -> None:
    measure(CASES, tmp_path, whole=True)


def test_there_are_thousands_of_every_batch_system_and_kind() -> None:
    assert len(CASES) > 10_000
    assert {case.system for case in CASES} == set(good.SYSTEMS) == set(good.defaults())
    assert len({case.kind for case in CASES}) > 15


def test_good_sections_are_complete_and_right(tmp_path: Path) -> None:
    assert [set(one.values) for one in good.sections()] == [set(good.defaults()[one.system]) for one in good.sections()]


@pytest.mark.long
def test_the_command_says_the_same(person: Person, tmp_path: Path) -> None:
    for one in judge(CASES[:: len(CASES) // 8], tmp_path):
        file = person.write(one.case.text.replace(good.SCRATCH, str(tmp_path)))
        ran = person.runs("validate", str(file), "--format", "json")
        shown = json.loads(ran.out)
        told = {finding["code"] for finding in shown["findings"]}
        assert ran.code == 3 if {finding.code for finding in one.findings} == {"none"} else ran.code in {0, 1}
        assert (ran.code == 0) == (one.severity is not Severity.ERROR)
        assert {finding.code for finding in one.findings} - {"none"} <= told


@pytest.mark.parametrize(
    ("system", "text", "seconds"),
    [
        ("lsf", "04:00", 14400),
        ("lsf", "240", 14400),
        ("lsf", "3:60/hostA", 14400),
        ("slurm", "240", 14400),
        ("slurm", "04:00", 240),
        ("slurm", "0-4", 14400),
        ("slurm", "1-01:30", 91800),
        ("pbs", "04:00", 240),
        ("pbs", "14400", 14400),
        ("moab", "1:00:00:00", 86400),
        ("sge", "4:00:00", 14400),
        ("oar", "4", 14400),
        ("oar", "04:00", 14400),
    ],
)
def test_the_oracle_reads_walltimes(system: str, text: str, seconds: int) -> None:
    assert grammar.seconds(system, text) == seconds


@pytest.mark.parametrize(
    ("system", "text"), [("lsf", "04:00:00"), ("lsf", "0"), ("slurm", "1:2:3:4"), ("sge", "04:00"), ("pbs", "4h")]
)
def test_the_oracle_refuses_walltimes(system: str, text: str) -> None:
    with pytest.raises(NonsenseError):
        grammar.seconds(system, text)


def of(*directives: str) -> dict[str, Any]:
    head = "".join(f"#BSUB {line}\n" for line in directives)
    worker = {"workers": 1, "threads": 2, "memory": 4e9}
    read = meaning.of("lsf", f"#!/bin/bash\n\n{head}\nulimit -n 9\npython -m worker\n", lambda _: worker)
    return {**read.told, "nonsense": read.nonsense}


def test_the_oracle_compares_by_meaning() -> None:
    assert meaning.differences(of("-W 240", "-n 2"), of("-n 2", "-W 04:00")) == []
    assert meaning.differences(of("-W 240", "-n 2"), of("-n 2", "-W 05:00")) == ["walltime"]


def test_the_oracle_knows_nonsense() -> None:
    assert of("x", "-q None", "-n 1")["nonsense"] == ["directive ' x'", "queue 'None'", "1 cores for 1 x 2 threads"]


def test_the_worker_has_these_options() -> None:
    program = "from distributed.cli.dask_worker import main; import json; print(json.dumps(["
    program += "sorted({name for one in main.params if one.is_flag is flag for name in (*one.opts, *one.secondary_opts)"
    program += " if name[:2] == '--'}) for flag in (False, True)]))"
    program = program.replace("one.is_flag is flag", "getattr(one, 'is_flag', None) is flag")
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    with_value, without = json.loads(ran.stdout)
    assert (sorted(worker_command.WITH_VALUE), sorted(worker_command.WITHOUT_VALUE)) == (
        with_value,
        sorted({*without, "--help"}),
    )

"""What dask-jobqueue makes of each case, what pegconf says of it, and who is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pegconf.core.model import Finding, Severity
from pegconf.validate import engine
from tests.accuracy import meaning
from tests.accuracy.good import SCRATCH, sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.accuracy.case import Case

_ROOT: Final = Path(__file__).resolve().parents[2]
_PROCESSES: Final = 2
Key = tuple[str, str, str, tuple[str, ...]]


class Outcome(StrEnum):
    """What becomes of a configuration."""

    CRASH = "crash"
    WRONG = "wrong"
    RIGHT = "right"


@dataclass(frozen=True)
class Judged:
    """A case, what became of it and why, and the findings that a good section has not."""

    case: Case
    outcome: Outcome
    why: str
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity | None:
        """The gravest of the findings, or None."""
        every = {finding.severity for finding in self.findings}
        return next((severity for severity in Severity if severity in every), None)

    @property
    def missed(self) -> bool:
        """Whether pegconf did not say enough: a crash without an error, a wrong script without a finding."""
        if self.outcome is Outcome.CRASH:
            return self.severity is not Severity.ERROR
        return self.outcome is Outcome.WRONG and self.severity is None

    @property
    def false_alarm(self) -> bool:
        """Whether pegconf calls an error what works as it was meant."""
        return self.outcome is Outcome.RIGHT and self.severity is Severity.ERROR


def judge(cases: Sequence[Case], scratch: Path) -> list[Judged]:
    """Every case with its outcome and verdict; dask-jobqueue runs in processes of its own, below `scratch`."""
    wanted = {_key(case, text): None for case in cases for text in (case.text, case.meant) if text is not None}
    keys = list(wanted)
    with ThreadPoolExecutor(_PROCESSES) as pool:
        parts = [keys[number::_PROCESSES] for number in range(_PROCESSES)]
        running = [pool.submit(_made, part, scratch, number) for number, part in enumerate(parts)]
        verdicts = [_findings(case, scratch) for case in cases]
        made = {key: outcome for part, job in zip(parts, running, strict=True) for key, outcome in job.result()}
    return [_judged(case, made, verdict) for case, verdict in zip(cases, verdicts, strict=True)]


def _key(case: Case, text: str) -> Key:
    """What dask-jobqueue is asked for; many cases mean the same."""
    return (case.system, case.section, text, case.given)


def _made(keys: list[Key], scratch: Path, number: int) -> list[tuple[Key, dict[str, Any]]]:
    """What dask-jobqueue makes of each text, in a process with an empty home and no variables of Dask's or PBS's."""
    folder = scratch / f"made-{number}"
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DASK_", "PBS_", "LSF_"))}
    asked = [
        {"system": system, "section": section, "text": text.replace(SCRATCH, str(scratch)), "given": given}
        for system, section, text, given in keys
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.accuracy.made", str(folder)],
        input=json.dumps(asked),
        env=environment | {"HOME": str(folder), "PYTHONPATH": str(_ROOT)},
        cwd=_ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return list(zip(keys, json.loads(done.stdout), strict=True))


def _findings(case: Case, scratch: Path) -> tuple[Finding, ...]:
    """What pegconf says of a file besides what it says of the good one."""
    return tuple(one for one in _said(case.text, scratch) if (one.code, one.key) not in _usual(case, scratch))


_usual_of: dict[tuple[str, str], frozenset[tuple[str, str | None]]] = {}


def _usual(case: Case, scratch: Path) -> frozenset[tuple[str, str | None]]:
    if not _usual_of:
        for good in sections():
            said = _said(good.text, scratch)
            _usual_of[good.system, good.section] = frozenset((one.code, one.key) for one in said)
    return _usual_of[case.system, case.section]


def _said(text: str, scratch: Path) -> tuple[Finding, ...]:
    file = scratch / "jobqueue.yaml"
    report = engine.check_text(text.replace(SCRATCH, str(scratch)), file, interfaces=("lo",))
    if report.sections or report.has_errors:
        return report.findings
    # The command then says so and ends with 3.
    return (*report.findings, Finding("none", Severity.ERROR, engine.no_section(report).message))


def _judged(case: Case, made: dict[Key, dict[str, Any]], findings: tuple[Finding, ...]) -> Judged:
    outcome = made[_key(case, case.text)]
    if "crash" in outcome:
        return Judged(case, Outcome.CRASH, outcome["crash"], findings)
    why = list(outcome["nonsense"])
    if case.meant is None:
        why.append("nobody means this")
    else:
        proper = made[_key(case, case.meant)]
        assert "crash" not in proper, f"{case.name}: what is meant crashes: {proper['crash']}"
        why.extend(meaning.differences(proper["told"], outcome["told"]))
    return Judged(case, Outcome.WRONG if why else Outcome.RIGHT, "; ".join(why), findings)


def names(judged: Iterable[Judged]) -> set[str]:
    """The names of cases, as the list of known misses has them."""
    return {one.case.name for one in judged}

"""One fault, what came of it, and the table of many."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.running import Ran, ended, until_it_says

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Iterator

COMPUTING = "sequentially, on one worker"
LONG = ("--columns", "6000")
"""Work enough that something can go wrong meanwhile."""


@dataclass(frozen=True)
class Case:
    """One fault: what is changed in the section and in the system, and the code that has to come out first.

    `during` is done once the test has said `when`; `after` takes back what would trouble the next case.
    """

    name: str
    code: str
    section: dict[str, Any] = field(default_factory=dict)
    before: Callable[[Any], object] = lambda _: None
    during: Callable[[Any], object] | None = None
    when: str = COMPUTING
    after: Callable[[Any], object] = lambda _: None
    words: tuple[str, ...] = ()
    workers: int = 2
    exit_code: int = 1


@dataclass(frozen=True)
class Result:
    """What came of a case: the code first named, or `works`; seconds; jobs, processes and folders that were left."""

    name: str
    on: str
    expected: tuple[str, int]
    given: tuple[str, int]
    seconds: float
    left: int
    ran: Ran

    @property
    def right(self) -> bool:
        """Whether the cause was named and nothing was left."""
        return self.given == self.expected and not self.left


def command(case: Case) -> tuple[str, ...]:
    """The words of the smoke test."""
    return ("smoke-test", "--workers", str(case.workers), "--columns", "100", *case.words)


def judge(
    case: Case, on: str, system: Any, start: Callable[[], subprocess.Popen[str]], left: Callable[[], int]
) -> Result:
    """Provoke the fault, see what the smoke test says of it, and what is left afterwards."""
    case.before(system)
    try:
        started = time.monotonic()
        process = start()
        if case.during is not None:
            until_it_says(process, case.when)
            case.during(system)
        ran = ended(process)
        seconds = time.monotonic() - started
    finally:
        case.after(system)
    named = re.findall(r"\[(PEG\d+)\]", ran.out + ran.err)
    code = named[0] if named else "works" if ran.code == 0 else "none"
    given = (code, ran.code)
    return Result(case.name, on, (case.code, case.exit_code), given, seconds, left(), ran)


def table(results: Iterable[Result]) -> Iterator[str]:
    """A line for each fault: system, code expected and given, seconds until it was named, what was left.

    What the wrong ones printed comes last.
    """
    yield f"{'fault':52} {'on':12} {'expected':8} {'given':8} {'seconds':>7} {'left':>4}"
    done: list[Result] = []
    for result in results:
        done.append(result)
        verdict = "" if result.right else f"  WRONG: exit code {result.given[1]}, expected {result.expected[1]}"
        codes = f"{result.expected[0]:8} {result.given[0]:8}"
        yield f"{result.name:52} {result.on:12} {codes} {result.seconds:7.1f} {result.left:4}{verdict}"
    wrong = [result for result in done if not result.right]
    yield f"{len(done)} faults, {len(wrong)} wrong"
    for result in wrong:
        yield f"\n{result.on}: {result.name}\n{result.ran.out}\n{result.ran.err}"

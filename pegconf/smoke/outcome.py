"""What came of a smoke test: one of three verdicts, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pegconf.core.errors import CANNOT_GO_ON, ERRORS_FOUND, NOT_STARTED, OK

if TYPE_CHECKING:
    from pegconf.core.model import Check
    from pegconf.diagnosis.causes import Cause
    from pegconf.jobs.timeline import JobTimes
    from pegconf.measure.checks import Seen
    from pegconf.measure.speeds import Speeds
    from pegconf.measure.three_sums import Way
    from pegconf.measure.who_gets_in import Listening
    from pegconf.site.node_answer import NodeFacts
    from pegconf.smoke.plan import Plan


class Verdict(Enum):
    """A busy queue is no failure; the value is the exit code.

    A test that was stopped ends with the code of what stopped it.
    """

    WORKS = OK
    BROKEN = ERRORS_FOUND
    NOT_STARTED = NOT_STARTED
    STOPPED = CANNOT_GO_ON


@dataclass(frozen=True, slots=True)
class Stopped:
    """What cut a test short, in one sentence, and the exit code of that: 3, or 130 and the like after a signal."""

    why: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A smoke test's result; `remaining` names jobs that could not be cancelled, each with the command to type.

    `first_after` and `connected_after` are seconds from submission to the first worker and to all; `over` holds the
    whole result over each interface where interfaces were compared. `unlike` says in what the nodes differ.
    `stopped` says what cut it short, where it came to no verdict, or what ended the cluster that was held after it.
    `notes` are what the test went on in spite of.
    """

    verdict: Verdict
    plan: Plan
    backend: str
    connected_after: float | None = None
    workers: tuple[Seen, ...] = ()
    ways: tuple[Way, ...] = ()
    checks: tuple[Check, ...] = ()
    cause: Cause | None = None
    remaining: tuple[str, ...] = ()
    nodes: tuple[NodeFacts, ...] = ()
    unlike: tuple[str, ...] = ()
    sockets: tuple[Listening, ...] = ()
    first_after: float | None = None
    speeds: Speeds | None = None
    over: tuple[OverInterface, ...] = ()
    jobs: tuple[JobTimes, ...] = ()
    stopped: Stopped | None = None
    notes: tuple[Cause, ...] = ()

    @property
    def exit_code(self) -> int:
        """0, 1 or 4; a job that remains makes it 1; that of what cut the test short."""
        if self.stopped is not None:
            return self.stopped.exit_code
        return ERRORS_FOUND if self.remaining else self.verdict.value


@dataclass(frozen=True, slots=True)
class OverInterface:
    """What came of the same test over one of the interfaces that were compared."""

    interface: str
    outcome: Outcome

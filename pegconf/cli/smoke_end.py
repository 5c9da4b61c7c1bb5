"""What `pegconf smoke-test` prints and writes at its end, also where it was cut short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pegconf.cli.common import out, out_fitting
from pegconf.smoke import as_json, report

if TYPE_CHECKING:
    from pegconf.smoke.evidence import Evidence
    from pegconf.smoke.outcome import Outcome
    from pegconf.smoke.run import Request


@dataclass(frozen=True, slots=True)
class End:
    """How a test's outcome is told: as text or as JSON."""

    request: Request
    as_json: bool

    @property
    def where(self) -> str:
        """What the jobs run on, in one word: lsf, slurm, ... or local."""
        return self.request.system.name if self.request.on_batch else "local"

    def came(self, outcome: Outcome, evidence: Evidence) -> None:  # noqa: ARG002
        """The test came to an outcome."""
        if self.as_json:
            out(as_json.text(outcome, self.request.section.name, self.where))
            return
        out()
        out_fitting(report.text(outcome, self.request.section.name))
        system = self.request.system
        if system.is_batch and not self.request.on_batch:
            out(f"{system.title} itself was NOT tested: the jobs were processes of this machine.")

    def cut_short(self, evidence: Evidence, why: str, exit_code: int) -> None:
        """Something ended the test before it had an outcome; the sentence itself is printed by whoever ends."""
        outcome = evidence.cut_short(self.request.plan, self.where, why, exit_code)
        if self.as_json:
            out(as_json.text(outcome, self.request.section.name, self.where))

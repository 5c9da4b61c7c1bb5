"""What `pegconf smoke-test` prints and writes at its end, also where it was cut short."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from pegconf.batch import local
from pegconf.cli.options import note, out, out_fitting
from pegconf.config import store
from pegconf.core import redact
from pegconf.smoke import compare
from pegconf.smoke.report import archive, html, json
from pegconf.smoke.report import text as report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pegconf.smoke.evidence import Evidence
    from pegconf.smoke.outcome import Outcome
    from pegconf.smoke.request import Request


@dataclass(frozen=True, slots=True)
class End:
    """How a test's outcome is told: as text or as JSON, and into which files."""

    request: Request
    as_json: bool
    report: Path | None = None
    support: Path | None = None

    @property
    def where(self) -> str:
        """What the jobs run on, in one word: lsf, slurm, ... or local."""
        return self.request.system.name if self.request.on_batch else local.NAME

    def check(self) -> None:
        """Raise CannotGoOnError where a file could not be written, before anything is submitted."""
        for path in (self.report, self.support):
            if path is not None:
                store.check_report(path)

    def tell(self, outcome: Outcome) -> None:
        """Print what came of it as text, before anything is known of what is left."""
        out()
        out_fitting(report.text(outcome, self.request.section.name))

    def came(self, outcome: Outcome, evidence: Evidence, *, told: bool = False) -> None:
        """The test came to an outcome, which may have been told."""
        if self.as_json:
            out(json.text(outcome, self.request.section.name, self.where))
        else:
            if not told:
                self.tell(outcome)
            out_fitting(report.left(outcome))
            if outcome.over:
                out()
                out_fitting(compare.table(outcome.over))
            system = self.request.system
            if system.is_batch and not self.request.on_batch:
                out(f"{system.title} itself was NOT tested: the jobs were processes of this machine.")
        self._write(outcome, evidence)

    def cut_short(self, evidence: Evidence, why: str, exit_code: int) -> None:
        """Something ended the test before it had an outcome; the sentence itself is printed by whoever ends."""
        outcome = evidence.cut_short(self.request.plan, self.where, why, exit_code)
        if self.as_json:
            out(json.text(outcome, self.request.section.name, self.where))
        self._write(outcome, evidence)

    def _write(self, outcome: Outcome, evidence: Evidence) -> None:
        if self.report is not None:
            store.write_report(
                self.report, self._page(outcome, evidence, redact.secrets, evidence.performance).encode()
            )
            note(f"The report is in {self.report}")
        if self.support is not None:
            store.write_report(self.support, archive.pack(self._members(outcome, evidence)))
            note(f"For the cluster's staff: {self.support}; look into it before you send it")

    def _page(self, outcome: Outcome, evidence: Evidence, clean: Callable[[str], str], performance: str = "") -> str:
        cleaned: Any = redact.everywhere(outcome, clean)
        name = clean(self.request.section.name)
        return html.render(cleaned, name, clean(self._section()), clean(evidence.script), performance)

    def _section(self) -> str:
        section = self.request.section
        return str(yaml.safe_dump({section.name: section.values()}, sort_keys=False, width=1000))

    def _members(self, outcome: Outcome, evidence: Evidence) -> dict[str, str]:
        clean = functools.partial(archive.clean, known=archive.names(self.request.section))
        cleaned: Any = redact.everywhere(outcome, clean)
        logs = {f"logs/{clean(job)}.log": clean(text) for job, text in evidence.output.items()}
        return {
            "report.html": self._page(outcome, evidence, clean),
            "outcome.json": json.text(cleaned, clean(self.request.section.name), self.where) + "\n",
            "section.yaml": clean(self._section()),
            "script.sh": clean(evidence.script),
            "versions.txt": clean(archive.versions()),
            **logs,
        }

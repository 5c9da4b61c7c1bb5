"""A report for programs: JSON as schemas/report.schema.json has it, and GitHub's workflow commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pegconf.core.model import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pegconf.core.model import Finding, Report

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def as_json(report: Report, stopped: Sequence[str] = (), more: Mapping[str, Any] | None = None) -> str:
    """One JSON document; `stopped` are the sentences about files that could not be looked at, `more` what --fix did."""
    data: dict[str, Any] = {
        "findings": [_finding(finding) for finding in report.findings],
        "skipped": [
            {"section": left.section, "layer": str(left.layer), "because": left.because} for left in report.skipped
        ],
        "files": [str(file) for file in report.files],
        "sections": list(report.sections),
        "counts": {str(severity): report.count(severity) for severity in Severity},
        "stopped": list(stopped),
        **(more or {}),
    }
    return json.dumps(data, indent=2)


def _finding(finding: Finding) -> dict[str, Any]:
    mark = finding.mark
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "effect": finding.effect,
        "file": str(mark.file) if mark else None,
        "line": mark.line if mark else None,
        "column": mark.column if mark else None,
        "section": finding.section,
        "key": finding.key,
        "fix": finding.fix,
    }


def as_github(report: Report, folder: Path | None = None) -> str:
    """Workflow commands, one line for each finding; files below `folder` are named from there."""
    return "\n".join(_annotation(finding, folder) for finding in report.findings)


def _annotation(finding: Finding, folder: Path | None) -> str:
    fields = {}
    mark = finding.mark
    if mark is not None:
        below = folder is not None and mark.file.is_absolute() and mark.file.is_relative_to(folder)
        fields = {
            "file": str(mark.file.relative_to(folder) if below and folder is not None else mark.file),
            "line": str(mark.line),
            "col": str(mark.column),
        }
    fields["title"] = finding.code
    text = finding.message + (f" ({finding.effect})" if finding.effect else "")
    text += f"\nwrite: {finding.fix}" if finding.fix else ""
    properties = ",".join(f"{name}={_escaped(value, property_=True)}" for name, value in fields.items())
    return f"::{_LEVELS[finding.severity]} {properties}::{_escaped(text)}"


def _escaped(text: str, *, property_: bool = False) -> str:
    """GitHub's own escapes: a line break or a percent sign would end the command."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text

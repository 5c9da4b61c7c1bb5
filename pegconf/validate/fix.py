"""What a validation found, taken away where that is safe: edits applied, the result looked at again, until it stays.

An edit is safe where the text is still YAML, every comment and every other value is as before, the finding is gone, and
no new error is there.
"""

from __future__ import annotations

import bisect
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue, document, edit_text, store
from pegconf.core.errors import CannotGoOnError
from pegconf.validate import fix_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pegconf.config.document import Document
    from pegconf.config.sources import Sources
    from pegconf.core.model import Change, Edit, Finding, Report

    Look = Callable[[Sources], Report]

_BOM: Final = "\ufeff"
_ROUNDS: Final = 12
_MOST_TRIED: Final = 8_000_000
"""Characters of configuration that are looked at in one call: edits that spoil something are found by halving."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A finding that is gone: its line in the file as it was, from 1, and what was done."""

    code: str
    file: Path
    line: int
    section: str | None
    key: str | None
    what: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done to the sources and what is left; `kept` are findings left to the user, each with the reason."""

    before: Sources
    after: Sources
    report: Report
    fixed: tuple[Fixed, ...] = ()
    kept: tuple[Fixed, ...] = ()

    @property
    def changed(self) -> tuple[tuple[Document, Document], ...]:
        """The files whose text is another one, before and after."""
        pairs = zip(self.before.documents, self.after.documents, strict=True)
        return tuple((old, new) for old, new in pairs if old.text != new.text)

    def diff(self) -> str:
        """The changes as a unified diff, which `patch` takes; empty where there are none."""
        return "".join(edit_text.diff(old, new) for old, new in self.changed)


@dataclass
class _Work:
    """One round: where it began, and what was tried."""

    sources: Sources
    report: Report
    look: Look
    tried: int = 0
    refused: dict[Finding, str] = field(default_factory=dict)


def repair(sources: Sources, look: Look, why_not: Callable[[Path], str]) -> Repair:
    """Take away what can be; `look` finds, and `why_not` says why a file is left as it is, or nothing."""
    report, after = look(sources), sources
    fixed: list[Fixed] = []
    origin: dict[Path, list[tuple[Change, ...]]] = {}
    work = _Work(after, report, look)
    for _ in range(_ROUNDS):
        work = _Work(after, report, look, work.tried)
        wanted = _wanted(work, why_not)
        done, best = _largest(work, [], wanted, (after, report))
        if not done:
            break
        for one in done:
            line = edit_text.line_before(_line_of(one), origin.get(_edit(one).file, []))
            fixed.append(_told(one, line, _edit(one).what))
        for file in {_edit(one).file for one in done}:
            origin.setdefault(file, []).append(_changes(done, file))
        after, report = best
    found = set(report.findings)
    kept = tuple(
        _told(one, edit_text.line_before(_line_of(one), origin.get(_edit(one).file, [])), because)
        for one, because in work.refused.items()
        if one in found
    )
    order = {source.file: number for number, source in enumerate(sources.documents)}
    return Repair(
        sources,
        after,
        report,
        tuple(sorted(fixed, key=lambda one: (order.get(one.file, 0), one.line, one.code))),
        tuple(sorted(kept, key=lambda one: (order.get(one.file, 0), one.line, one.code))),
    )


def write(made: Repair) -> tuple[tuple[Path, Path], ...]:
    """Write every changed file; returns each with its backup.

    Raises CannotGoOnError where a file is not as it was read, or cannot be written: that file is as it was, and the
    message names those written before it.
    """
    written: list[tuple[Path, Path]] = []
    for old, new in made.changed:
        data = store.read(old.file) or b""
        if document.decode(data, old.file).text != old.text:
            raise CannotGoOnError(f"{old.file} was changed by another program meanwhile", "run validate --fix again")
        mark = _BOM if data.startswith(_BOM.encode()) else ""
        try:
            backup = store.write(old.file, mark + new.text, data)
        except CannotGoOnError as error:
            before = "".join(f"; {file} was written before it" for file, _ in written)
            hint = "that file is as it was; mend the cause, then run validate --fix again"
            raise CannotGoOnError(error.message + before, hint) from None
        if backup is not None:
            # Behind a symlink it stands beside the real file.
            beside = old.file.parent.resolve() == backup.parent.resolve()
            written.append((old.file, old.file.with_name(backup.name) if beside else backup))
    return tuple(written)


def unwritable(file: Path) -> str:
    """Why a file may not be written, in the user's words; nothing where it may be.

    A file is replaced by a new one beside it, which a mode without `w` would not stop: it is meant to.
    """
    real = file.resolve()
    if not os.access(real, os.W_OK):
        return "the file may not be written"
    return "" if os.access(real.parent, os.W_OK | os.X_OK) else "its folder may not be written"


def _edit(one: Finding) -> Edit:
    if one.edit is None:
        raise ValueError(f"{one.code} has no edit")
    return one.edit


def _wanted(work: _Work, why_not: Callable[[Path], str]) -> list[Finding]:
    """The findings whose edits do not stand in each other's way, those of names before those of values."""
    chosen: list[Finding] = []
    taken: dict[tuple[Path, str, str], str] = {}
    spans: dict[Path, list[Change]] = {}
    same: set[tuple[Path, tuple[Change, ...]]] = set()
    reasons: dict[Path, str] = {}
    for one in sorted(work.report.findings, key=lambda one: one.code):
        edit = one.edit
        if edit is None:
            continue
        if edit.file not in reasons:
            reasons[edit.file] = why_not(edit.file)
        because = edit.because or reasons[edit.file]
        if because:
            work.refused[one] = because
            continue
        names = [(edit.file, _section(one), name) for name in edit.keys]
        again = (edit.file, edit.changes) in same
        near = spans.setdefault(edit.file, [])
        if any(taken.get(name, one.code) != one.code for name in names):
            continue
        if not again and any(edit_text.touches(change, near) for change in edit.changes):
            continue
        taken |= dict.fromkeys(names, one.code)
        # Sections that share a text by an anchor have the same edit, which is made once.
        for change in () if again else edit.changes:
            bisect.insort(near, change, key=edit_text.start)
        same.add((edit.file, edit.changes))
        chosen.append(one)
    return chosen


def _largest(
    work: _Work, accepted: list[Finding], more: list[Finding], best: tuple[Sources, Report]
) -> tuple[list[Finding], tuple[Sources, Report]]:
    """As many of the findings as can be fixed together, with what comes of it; what spoils something is refused."""
    if not more:
        return accepted, best
    result = _attempt(work, [*accepted, *more])
    if not isinstance(result, str):
        return [*accepted, *more], result
    groups = _groups(more)
    if len(groups) == 1:
        work.refused |= dict.fromkeys(more, result)
        return accepted, best
    for half in (groups[: len(groups) // 2], groups[len(groups) // 2 :]):
        accepted, best = _largest(work, accepted, [one for group in half for one in group], best)
    return accepted, best


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings with the very same edit belong together."""
    groups: dict[tuple[Path, tuple[Change, ...]], list[Finding]] = {}
    for one in findings:
        groups.setdefault((_edit(one).file, _edit(one).changes), []).append(one)
    return list(groups.values())


def _attempt(work: _Work, findings: list[Finding]) -> tuple[Sources, Report] | str:
    """The sources with these edits and what is found then, or why that cannot be."""
    if work.tried >= _MOST_TRIED:
        return "there is too much in the file to try more"
    work.tried += sum(len(each.text) for each in work.sources.documents)
    documents = []
    for old in work.sources.documents:
        ours = [one for one in findings if _edit(one).file == old.file]
        new = document.parse(edit_text.applied(old, _changes(ours, old.file)), old.file) if ours else old
        touched = {(_section(one), name) for one in ours for name in _edit(one).keys}
        spoiled = fix_checks.spoiled(old, new, touched) if ours else ""
        if spoiled:
            return spoiled
        documents.append(new)
    sources = replace(work.sources, documents=tuple(documents))
    report = work.look(sources)
    return fix_checks.still_wrong(work.report, report, findings) or (sources, report)


def _changes(findings: Sequence[Finding], file: Path) -> tuple[Change, ...]:
    """The changes of one file in the order of its text."""
    every = {change for one in findings if _edit(one).file == file for change in _edit(one).changes}
    return tuple(sorted(every, key=edit_text.start))


def _line_of(one: Finding) -> int:
    """The finding's line from 0; of one without a place, that of its first change."""
    if one.mark is not None:
        return one.mark.line - 1
    return _edit(one).changes[0].line if _edit(one).changes else 0


def _told(one: Finding, line: int, what: str) -> Fixed:
    return Fixed(one.code, _edit(one).file, line + 1, one.section, one.key, what)


def _section(one: Finding) -> str:
    return catalogue.canonical(one.section or "")

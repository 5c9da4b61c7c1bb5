"""What was measured as text: one row for each kind of mutation, one for each batch system, and the totals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tests.accuracy.measure import Judged, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_HEAD: Final = (
    "", "files", "crash", "found", "recall", "wrong", "error", "warning", "info", "recall", "right", "false alarms"
)  # fmt: skip


def table(judged: Sequence[Judged]) -> str:
    """Recall of crashes (by errors) and of wrong scripts (by findings), and false alarms."""
    rows: list[tuple[str, ...]] = [_HEAD]
    rows += _rows(judged, lambda one: one.case.kind)
    rows += [("",) * len(_HEAD), *_rows(judged, lambda one: one.case.system)]
    rows += [("",) * len(_HEAD), _row("all", judged)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    )


def _rows(judged: Sequence[Judged], by: Callable[[Judged], str]) -> list[tuple[str, ...]]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(by(one), []).append(one)
    return [_row(name, group) for name, group in groups.items()]


def _row(name: str, group: Sequence[Judged]) -> tuple[str, ...]:
    outcomes = Counter(one.outcome for one in group)
    missed = Counter(one.outcome for one in group if one.missed)
    severities = Counter(str(one.severity) for one in group if one.outcome is Outcome.WRONG)
    crash, wrong = outcomes[Outcome.CRASH], outcomes[Outcome.WRONG]
    return (
        name,
        str(len(group)),
        str(crash),
        str(crash - missed[Outcome.CRASH]),
        _share(crash - missed[Outcome.CRASH], crash),
        str(wrong),
        *(str(severities[severity]) for severity in ("error", "warning", "info")),
        _share(wrong - missed[Outcome.WRONG], wrong),
        str(outcomes[Outcome.RIGHT]),
        str(sum(one.false_alarm for one in group)),
    )


def _share(part: int, whole: int) -> str:
    """In percent; 100 only where nothing is left."""
    return f"{int(part * 1000 / whole) / 10:.1f} %" if whole else "-"


def listed(judged: Iterable[Judged]) -> str:
    """Misses and false alarms by case, each with what became of it and what pegconf said."""
    lines: dict[str, tuple[list[str], str]] = {}
    for one in judged:
        said = ", ".join(f"{finding.code} {finding.severity}" for finding in one.findings) or "nothing"
        where = f"{one.case.system}{'' if one.case.section == one.case.system else '/named'}"
        lines.setdefault(one.case.name, ([], f"{one.outcome}: {one.why[:90]} (pegconf: {said})"))[0].append(where)
    return "\n".join(f"{name!r}: {', '.join(where)}: {why}" for name, (where, why) in lines.items())

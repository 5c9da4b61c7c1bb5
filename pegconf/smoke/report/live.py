"""What a terminal shows of a running smoke test: a line for each job and for each phase, cut to its size (pure)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size

from pegconf.batch.base import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.core.progress import Progress
    from pegconf.jobs.timeline import JobTimes, Timeline

_HEAD: Final = ("job", "state", "host", "seconds", "workers")
_WHY: Final = "why it waits"
_LONGEST_HOST: Final = 24
_LEAST_WHY: Final = 12
_GAP: Final = "  "


@dataclass(frozen=True, slots=True)
class Phase:
    """What the test does, and since when, in unix seconds; None for `until` while it does."""

    doing: Progress
    since: float
    until: float | None = None

    def line(self, now: float) -> str:
        """The phase with its seconds."""
        return f"{self.doing.words}: {(self.until or now) - self.since:.0f} s"


def frame(
    count: str, timeline: Timeline, phases: Sequence[Phase], processes: int, now: float, columns: int, rows: int
) -> list[str]:
    """The lines, none wider than `columns` and no more than `rows`: the count, the jobs, the phases.

    Each job has `processes` workers, and its seconds are those since its submission until all of them had come, at
    `now` (unix seconds). Where not all jobs fit, those that are waited for are shown and the others counted.
    """
    jobs = timeline.jobs
    last = [phase.line(now) for phase in phases][-max(1, rows // 2) :]
    # The count and, where there are phases, an empty line before them.
    room = rows - 1 - (len(last) + 1 if last else 0)
    lines = [count] if count else []
    if jobs and room > 1:
        lines += _table(timeline, jobs, processes, now, columns, room)
    if last:
        lines += ["", *last] if lines else last
    return [_cut(line, columns) for line in lines[-rows:]]


def _table(
    timeline: Timeline, jobs: Sequence[JobTimes], processes: int, now: float, columns: int, room: int
) -> list[str]:
    """The jobs as a table of `room` lines at most."""
    shown, rest = list(jobs), ""
    if len(jobs) + 1 > room:
        order = sorted(range(len(jobs)), key=lambda index: (_interest(jobs[index]), index))
        kept, others = sorted(order[: room - 2]), order[room - 2 :]
        shown = [jobs[index] for index in kept]
        states = Counter(jobs[index].state for index in others)
        words = ", ".join(f"{states[state]} {state}" for state in State if states[state])
        rest = f"and {len(others)} more: {words}"
    rows: list[tuple[str, ...]] = [(*_HEAD, _WHY if any(job.reason for job in shown) else "")]
    rows += [_row(job, timeline.workers(job.job_id), processes, now) for job in shown]
    return [*_columns(rows, columns), *([rest] if rest else [])]


def _interest(job: JobTimes) -> int:
    """Jobs that something is wrong with first, then those that say why they wait, those that are awaited, the rest."""
    if job.state not in {State.PENDING, State.RUNNING}:
        return 0
    if job.connected is not None:
        return 4
    if job.reason:
        return 1
    return 2 if job.state is State.RUNNING else 3


def _row(job: JobTimes, workers: int, processes: int, now: float) -> tuple[str, ...]:
    until = job.connected or job.done or now
    seconds = "" if job.submitted is None else f"{max(until - job.submitted, 0):.0f}"
    return job.job_id, str(job.state), job.host, seconds, f"{workers} of {processes}", job.reason


def _columns(rows: Sequence[tuple[str, ...]], columns: int) -> list[str]:
    """Rows as columns of text; a long host gives way to the reason, which is the last and is cut where it must."""
    widths = [max(cell_len(_printable(row[column])) for row in rows) for column in range(len(_HEAD))]
    fixed = sum(widths) - widths[2] + len(_GAP) * len(widths)
    why = _LEAST_WHY if any(row[-1] for row in rows) else 0
    widths[2] = max(min(widths[2], max(_LONGEST_HOST, columns - fixed - 2 * why), columns - fixed - why), len(_HEAD[2]))
    lines = []
    for row in rows:
        cells = [_padded(cell, width) for cell, width in zip(row, widths, strict=False)]
        lines.append(_GAP.join([*cells, _printable(row[-1])]).rstrip())
    return lines


def _padded(text: str, width: int) -> str:
    return set_cell_size(_cut(text, width), width)


def _cut(text: str, width: int) -> str:
    """The text in at most `width` columns of a terminal, on one line and without what a terminal would obey."""
    shown = _printable(text)
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, max(width - 1, 0)).rstrip() + "…"[:width]


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)

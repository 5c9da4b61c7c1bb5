"""The pictures of a report as SVG: the jobs' times and the timings of the computations (pure)."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.jobs.timeline import JobTimes
    from pegconf.measure.three_sums import Way

WIDTH: Final = 900
_LEFT: Final = 190
_RIGHT: Final = 130
_ROW: Final = 30
_BAR: Final = 16
_LONGEST_LABEL: Final = 24
_MOST_TICKS: Final = 6
_STEPS: Final = (1, 2, 5, 10)


def timeline(jobs: Sequence[JobTimes]) -> str:
    """A bar for each job: waiting, starting, connected, in seconds since the first submission."""
    times = [at for job in jobs for at in (job.submitted, job.started, job.connected, job.done) if at is not None]
    if not times:
        return ""
    first, span = min(times), max(max(times) - min(times), 1.0)
    scale = (WIDTH - _LEFT - _RIGHT) / span
    rows = [_axis(span, scale, len(jobs))]
    for number, job in enumerate(jobs):
        top = number * _ROW + 8
        rows.append(_label(f"{job.job_id} {job.host}".strip(), top))
        end = job.done if job.done is not None else max(times)
        marks = [job.submitted, job.started or end, job.connected or end, end]
        for kind, begin, until in zip("abc", marks, marks[1:], strict=False):
            if begin is not None and until is not None and until > begin:
                rows.append(_bar(kind, _LEFT + (begin - first) * scale, top, (until - begin) * scale))
        # Its last state in the listing is from before it was cancelled.
        state = str(job.state) if job.state.finished or job.done is None else "ended by the test"
        rows.append(_text(_LEFT + (end - first) * scale + 6, top + 13, state, "soft"))
    return _svg("When each job was submitted, started, connected and done", "".join(rows), len(jobs) * _ROW + 32)


def timings(ways: Sequence[Way]) -> str:
    """A bar for the seconds of each computation, with its speed-up against the first."""
    longest = max((way.seconds for way in ways), default=0.0)
    if not longest:
        return ""
    rows = []
    for number, way in enumerate(ways):
        top = number * _ROW + 8
        length = way.seconds / longest * (WIDTH - _LEFT - _RIGHT - 40)
        speed_up = "" if number == 0 else f", {ways[0].seconds / way.seconds:.1f} times as fast"
        rows.append(_label(way.title, top, longest=30))
        rows.append(_bar("a" if number == 0 else "c", _LEFT, top, length))
        rows.append(_text(_LEFT + length + 6, top + 13, f"{way.seconds:.2f} s{speed_up}"))
    return _svg("Seconds of each computation and the speed-up", "".join(rows), len(ways) * _ROW + 8)


def _axis(span: float, scale: float, rows: int) -> str:
    height = rows * _ROW + 4
    parts = []
    for tick in ticks(span):
        x = _LEFT + tick * scale
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="2" y2="{height}"/>')
        parts.append(_text(x, height + 18, f"{tick:g} s", "soft", "middle"))
    return "".join(parts)


def ticks(span: float) -> list[float]:
    """Round seconds from 0 to the end of a span, six at most after 0."""
    power = 10.0 ** math.floor(math.log10(span / _MOST_TICKS))
    step = next(step * power for step in _STEPS if step * power * _MOST_TICKS >= span * (1 - 1e-9))
    return [round(number * step, 9) for number in range(int(span / step + 1e-9) + 1)]


def _label(text: str, top: float, longest: int = _LONGEST_LABEL) -> str:
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return f"<g><title>{escape(text)}</title>{_text(_LEFT - 10, top + 13, shown, anchor='end')}</g>"


def _bar(kind: str, x: float, top: float, length: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{top}" width="{max(length, 1):.1f}" height="{_BAR}" rx="2"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, inside: str, height: int) -> str:
    return f'<svg role="img" viewBox="0 0 {WIDTH} {height}"><title>{escape(title)}</title>{inside}</svg>'

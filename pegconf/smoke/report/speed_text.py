"""The measured speeds as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.core import units
from pegconf.jobs.plan import BYTES_PER_NUMBER, ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.measure.speeds import Speeds
    from pegconf.smoke.outcome import Outcome


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """One line a row, its cells as wide as the widest of their column."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)


DECIMALS_BELOW: Final = 100


def table(outcome: Outcome, speeds: Speeds) -> str:
    """The rows as a table of text."""
    return text_table([("measured", "", ""), *rows_of(outcome, speeds)])


def rows_of(outcome: Outcome, speeds: Speeds) -> list[tuple[str, str, str]]:
    """When the workers came, how fast bytes reach them, and what a task costs besides its work."""
    slowest = min(speeds.to_workers, key=lambda transfer: transfer.bandwidth)
    rows = []
    if outcome.first_after is not None and outcome.connected_after is not None:
        all_after = f"all after {outcome.connected_after:.1f} s"
        rows.append(("submission to the first worker", f"{outcome.first_after:.1f} s", all_after))
    to_slowest = (
        f"{megabytes(slowest.bandwidth)} to the slowest, {slowest.target}" if len(speeds.to_workers) > 1 else ""
    )
    rows.append(("from here to a worker", megabytes(speeds.bandwidth_to_workers), to_slowest))
    if speeds.between is not None:
        ends = f"{units.show_bytes(speeds.between.size)} from {speeds.between.source} to {speeds.between.target}"
        rows.append(("between two workers", megabytes(speeds.between.bandwidth), ends))
    sent = units.show_bytes(ROWS * outcome.plan.columns * BYTES_PER_NUMBER)
    rows += [
        ("sent with the slices", sent, f"{units.count(outcome.plan.slices, 'slice')}, the second way"),
        ("an empty task, there and back", milliseconds(speeds.round_trip), ""),
        ("the scheduler's share of a task", milliseconds(speeds.per_task), f"of {speeds.tasks} empty ones at once"),
    ]
    return rows


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds."""
    return f"{seconds * 1_000:.1f} ms"


def megabytes(bandwidth: float) -> str:
    """Bytes a second as megabytes."""
    amount = bandwidth / units.MB
    return f"{amount:.1f} MB/s" if amount < DECIMALS_BELOW else f"{amount:,.0f} MB/s"

"""The same test over one interface after another, and what the difference is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pegconf.config.sections import with_values
from pegconf.core.errors import UsageError
from pegconf.jobs.timeline import Timeline
from pegconf.smoke import run
from pegconf.smoke.outcome import Outcome, OverInterface, Verdict
from pegconf.smoke.report.text import megabytes, milliseconds, text_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pegconf.config.sections import Section
    from pegconf.core.progress import Progress
    from pegconf.smoke.evidence import Evidence
    from pegconf.smoke.request import Request


def named(text: str, here: Sequence[str]) -> tuple[str, ...]:
    """The interfaces of `--compare-interfaces`; raises UsageError for fewer than two, or one that this host lacks."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if len(names) < 2:  # noqa: PLR2004 - one is compared with nothing
        raise UsageError(f"--compare-interfaces {text}: name two interfaces or more", "such as eth0,ib0")
    missing = [name for name in names if name not in here]
    if missing:
        raise UsageError(
            f"--compare-interfaces {text}: this host has no {' and no '.join(missing)}",
            f"it has {', '.join(here)}",
        )
    return names


def over(section: Section, interface: str) -> Section:
    """The section with the scheduler and the workers on that interface."""
    options = dict(section.get("scheduler-options") or {})
    options.pop("interface", None)
    return with_values(section, {"interface": interface, "scheduler-options": options})


def smoke_test(
    request: Request,
    interfaces: tuple[str, ...] | None,
    say: Callable[[str], None],
    show: Callable[[Progress], None],
    evidence: Evidence,
) -> Outcome:
    """Test over each interface, one after another, each leaving nothing; over the section's where none are named.

    The result is the first's that is not well, or the last's, with all of them in `over`; `evidence` is the last's.
    Where jobs do not start or remain, the other interfaces are not tried: they would be no better off.
    """
    if interfaces is None:
        return run.smoke_test(request, say, show, evidence)
    done: list[OverInterface] = []
    for interface in interfaces:
        say(f"over {interface}:")
        evidence.timeline, evidence.output, evidence.notes = Timeline(), {}, []
        outcome = run.smoke_test(replace(request, section=over(request.section, interface)), say, show, evidence)
        done.append(OverInterface(interface, outcome))
        if outcome.verdict is Verdict.NOT_STARTED or outcome.remaining:
            break
    worst = next((one.outcome for one in done if one.outcome.exit_code), done[-1].outcome)
    return replace(worst, over=tuple(done))


def table(compared: tuple[OverInterface, ...]) -> str:
    """What was measured over each interface side by side, and how many times better the last is than the first."""
    verdicts = [(one.interface, _verdict(one.outcome)) for one in compared]
    if len(compared) == 1 or not all(one.outcome.speeds and one.outcome.ways for one in compared):
        return text_table(verdicts)
    rows = [("", *(one.interface for one in compared), f"{compared[-1].interface} to {compared[0].interface}")]
    measured = [(one.outcome, one.outcome.speeds) for one in compared if one.outcome.speeds is not None]
    rows.append(
        _row("from here to a worker", [speeds.bandwidth_to_workers for _, speeds in measured], megabytes, more=True)
    )
    between = [speeds.between.bandwidth for _, speeds in measured if speeds.between is not None]
    if len(between) == len(measured):
        rows.append(_row("between two workers", between, megabytes, more=True))
    rows += [
        _row(outcome_way, [outcome.ways[index].seconds for outcome, _ in measured], _seconds, more=False)
        for index, outcome_way in enumerate(way.title for way in compared[0].outcome.ways)
    ]
    rows.append(_row("an empty task", [speeds.round_trip for _, speeds in measured], milliseconds, more=False))
    rows.append(_row("the scheduler's share", [speeds.per_task for _, speeds in measured], milliseconds, more=False))
    return text_table(rows)


def _row(title: str, values: list[float], words: Callable[[float], str], *, more: bool) -> tuple[str, ...]:
    """A line of the table; `more` where a larger value is the better one."""
    ratio = values[-1] / values[0] if more else values[0] / values[-1]
    better = f"{ratio:.1f} times faster" if ratio >= 1 else f"{1 / ratio:.1f} times slower"
    return (title, *(words(value) for value in values), better)


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _verdict(outcome: Outcome) -> str:
    return "it works" if outcome.cause is None else f"{outcome.cause.sentence} [{outcome.cause.code}]"

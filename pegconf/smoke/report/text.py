"""A smoke test's plan and outcome as text for a terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pegconf.config.setting import setting_at
from pegconf.config.yaml_tree import plain
from pegconf.core import units
from pegconf.smoke.outcome import Verdict
from pegconf.smoke.plan import BYTES_PER_NUMBER, ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pegconf.config.sections import Section
    from pegconf.config.sources import Sources
    from pegconf.measure.speeds import Speeds
    from pegconf.smoke.outcome import Outcome
    from pegconf.smoke.request import Request


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


def announce(request: Request, asked: int) -> str:
    """What will be submitted and what it costs at most, said before it is."""
    plan, section = request.plan, request.section
    job = f"{units.count(plan.cores, 'core')} and {units.show_bytes(plan.memory)}"
    alone = request.system.is_batch and not request.on_batch
    where = "this machine, without the batch system" if alone else request.system.title
    size = f"{units.count(plan.workers, 'worker')} in {units.count(plan.jobs, 'job')} of {job}"
    lines = [f"Section {section.name} on {where}: {size}"]
    if plan.workers != asked:
        lines.append(f"  ({asked} asked for; every job has {plan.processes} workers)")
    if request.on_batch and not request.system.run_for_real:
        lines.append(f"  pegconf has never been run on {request.system.title}: its words are from the manual")
    if request.on_batch:
        lines.append(_cost(request))
        reach = "can reach its Dask scheduler meanwhile"
        if encrypted(request.sources):
            reach = "is refused by its Dask scheduler without your certificate"
        lines.append(f"  whoever reaches this host over {_network(section)} {reach}")
    elif (have := os.cpu_count() or 1) < plan.workers * plan.threads:
        lines.append(f"  (this machine has {units.count(have, 'core')}, so the speed-up will be no more than that)")
    return "\n".join(lines)


def encrypted(sources: Sources) -> bool:
    """Whether the configuration requires encryption."""
    pairs = (setting_at(document, "distributed", "comm", "require-encryption") for document in sources.documents)
    return any(pair is not None and plain(pair[1]) is True for pair in pairs)


def _cost(request: Request) -> str:
    plan, section, system = request.plan, request.section, request.system
    jobs = f"{units.count(plan.jobs, 'job')} x {units.count(plan.cores, 'core')}"
    if not system.has_walltime:
        return f"  takes {jobs} until the test has ended; {system.title} itself would never end them"
    account = system.directives.account_key or "account"
    charged = section.get(account)
    return (
        f"  costs at most {jobs} x {units.show_seconds(plan.walltime)} = {plan.core_hours:.2f} core-hours"
        f" of {f'{account} {charged}' if charged else f'the default {account}'},"
        f" queue {section.get('queue') or '(default)'}"
    )


def _network(section: Section) -> str:
    options = section.get("scheduler-options") or {}
    return str(options.get("interface") or section.get("interface") or "any network")


def text(outcome: Outcome, section: str) -> str:
    """What came of it: workers, the three ways, the checks, the verdict."""
    parts = []
    if outcome.workers:
        parts.append(_workers(outcome))
    if outcome.nodes:
        parts.append(_nodes(outcome))
    if outcome.sockets:
        parts.append(_sockets(outcome))
    if outcome.ways:
        parts.append(_ways(outcome))
    if outcome.speeds:
        parts.append(table(outcome, outcome.speeds))
    if outcome.checks:
        parts.append(
            "\n".join(f"{'yes' if check.holds else 'NO ':3}  {check.title}: {check.seen}" for check in outcome.checks)
        )
    parts.append(_verdict(outcome, section))
    return "\n\n".join(parts)


def _workers(outcome: Outcome) -> str:
    rows = [("worker", "host", "interface", "threads", "memory", "slices")]
    rows += [
        (
            worker.address,
            worker.host,
            worker.interface or "?",
            str(worker.threads),
            units.show_bytes(worker.memory),
            " + ".join(str(way.tasks.get(worker.address, 0)) for way in outcome.ways[1:]),
        )
        for worker in outcome.workers
    ]
    pythons = sorted({worker.python for worker in outcome.workers})
    return f"{text_table(rows)}\nPython proven: {', '.join(pythons)}"


def _nodes(outcome: Outcome) -> str:
    """What each node said of itself before its workers started."""
    rows = [("node", "cores", "memory", "interfaces", "writes to")]
    for node in outcome.nodes:
        memory = node.memory_limit or node.memory_of_node
        written = [
            f"{directory.filesystem or '?'} {units.show_bytes(directory.speed)}/s"
            for directory in node.directories
            if directory.speed
        ]
        rows.append(
            (
                node.host,
                "?" if node.cores is None else str(node.cores),
                "?" if memory is None else units.show_bytes(memory),
                ", ".join(name for name in node.interfaces if name != "lo") or "lo",
                ", ".join(dict.fromkeys(written)) or "?",
            )
        )
    return "\n".join([text_table(rows), *(f"unlike  {line}" for line in outcome.unlike)])


def _sockets(outcome: Outcome) -> str:
    """What the test's processes listened on, for whoever reaches it."""
    rows = [("listening", "on", "address", "port", "for")]
    for one in outcome.sockets:
        ports = str(one.ports[0]) if len(one.ports) == 1 else units.count(len(one.ports), "port")
        rows.append((one.process, one.host, one.address, ports, one.what))
    return text_table(rows)


def _ways(outcome: Outcome) -> str:
    plan = outcome.plan
    base = outcome.ways[0].seconds
    cores = plan.workers * plan.threads
    rows = [("sum of square roots", "seconds", "speed-up", "per core")]
    for way in outcome.ways:
        speed_up = base / way.seconds
        sequential = way is outcome.ways[0]
        efficiency = "" if sequential else f"{speed_up / cores:.0%}"
        rows.append((way.title, f"{way.seconds:.2f}", f"{speed_up:.1f}", efficiency))
    return f"{text_table(rows)}\n{plan.array}"


def _verdict(outcome: Outcome, section: str) -> str:
    if outcome.verdict is Verdict.WORKS:
        came = f"{outcome.connected_after:.0f} s after submission" if outcome.connected_after is not None else ""
        ran = f"section {section} ran {units.count(outcome.plan.workers, 'worker')} on {outcome.backend}"
        lines = [f"It works: {ran}, connected {came}."]
    else:
        cause = outcome.cause
        head = "It has not started" if outcome.verdict is Verdict.NOT_STARTED else "It does not run"
        lines = [f"{head}: {cause.sentence} [{cause.code}]" if cause else head]
        if cause is not None:
            lines.append(f"  {cause.way_out}")
            lines.extend(f"  | {line}" for line in cause.evidence.splitlines())
    notes = [f"Note: {note.sentence} [{note.code}]\n  {note.way_out}" for note in outcome.notes]
    return "\n".join([*lines, *notes])


def left(outcome: Outcome) -> str:
    """What is left of the test, which is nothing but for jobs that could not be cancelled."""
    if outcome.remaining:
        return "\n".join(f"NOT cancelled: {line}" for line in outcome.remaining)
    return f"No job of this test is left on {outcome.backend}."

"""`pegconf init --probe`: a job on a compute node answers before the questions do."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pegconf.batch.systems import KNOWN
from pegconf.cli import prompt
from pegconf.cli.live import LiveLine
from pegconf.cli.options import note
from pegconf.core.errors import UsageError
from pegconf.init import defaults_from_node, interview
from pegconf.jobs import leftovers, node_probe
from pegconf.site import node_questions, this_host
from pegconf.site.interfaces import links, listening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.base import BatchSystem
    from pegconf.init.defaults import Got, Known


def with_probe(known: Known, given: Mapping[str, str], timeout: int) -> Known:
    """What is known, with the node's answer; where none comes, this is said and nothing is changed.

    Raises UsageError where no job can be submitted, and SignalStop after a signal, once the job is cancelled.
    """
    got = interview.so_far(known, given)
    system = KNOWN[got["scheduler"]]
    _check(system, known, given)
    host = defaults_from_node.Here(links(), os.environ.get("TMPDIR"), got["python"] or sys.executable)
    with listening(host.links) as addresses:
        wanted = node_questions.Ask(
            defaults_from_node.pythons(host.python),
            defaults_from_node.directories(known, got),
            addresses,
            seconds=node_probe.NODE_SECONDS,
        )
        plan = _plan(system, known, got, node_questions.render(wanted), timeout)
        note(f"--probe: {node_probe.announce(plan)}")
        leftovers.cancel(system, note)
        live = LiveLine()
        try:
            told = node_probe.ask(plan, live.note, live.show)
        finally:
            live.clear()
    for line in told.remaining:
        note(f"NOT cancelled: {line}")
    if told.trouble:
        note(f"--probe: {told.trouble}; going on with what is known")
    if told.facts is None:
        return known
    prompt.table(f"Seen on {told.facts.host} by the probe job", defaults_from_node.rows(told.facts))
    known, notes = defaults_from_node.take(known, given, got, told.facts, host)
    for line in notes:
        note(line)
    return known


def _check(system: BatchSystem, known: Known, given: Mapping[str, str]) -> None:
    if not system.is_batch:
        raise UsageError("--probe: on this machine alone there is no compute node to ask", "leave out --probe")
    missing = [command for command in system.commands if not this_host.has_command(command)]
    if missing:
        raise UsageError(
            f"--probe: {', '.join(missing)}: not on this machine, so no job of {system.title} can be submitted",
            "run this on a login node, or leave out --probe",
        )
    if "--project" in interview.unanswered(known, given):
        raise UsageError("--probe submits a job, which needs a project here", "give it: --project PROJECT")


def _plan(system: BatchSystem, known: Known, got: Got, body: str, timeout: int) -> node_probe.Plan:
    queue = known.site.queue(got.get("queue")) if known.site else None
    most = queue.max_walltime if queue is not None and queue.max_walltime is not None else node_probe.WALLTIME
    details = {name: str(got[name]) for name in system.questions if name in got}
    return node_probe.Plan(
        system,
        f"peg-{secrets.token_hex(4)}",
        body,
        got.get("queue"),
        got.get("project"),
        Path(known.home),
        min(node_probe.WALLTIME, most),
        timeout,
        details,
    )

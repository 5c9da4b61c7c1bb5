"""From what was seen to why it did not run: one cause, one way out."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from pegconf import units
from pegconf.schedulers.base import NEVER_STARTS, State
from pegconf.smoke.outcome import Cause
from pegconf.smoke.watch import Wait

if TYPE_CHECKING:
    from pegconf.schedulers.base import QueuedJob
    from pegconf.sections import Section
    from pegconf.smoke.backend import Backend
    from pegconf.smoke.plan import Plan
    from pegconf.smoke.watch import Waited

LINES_SHOWN: Final = 12
ENDED_SECONDS: Final = 6.0
"""After a worker is lost, how long its job may take to be listed as ended."""

# What the worker's own output says, the likeliest cause first; the words are those of distributed and of Python.
_SYMPTOMS: Final = (
    (
        r"'(?P<what>[^']+)' is not a valid network interface",
        "PEG611",
        "the compute node has no interface {what}",
        "name one that it has: interface: in the file (its interfaces stand below)",
    ),
    (
        r"No module named '?(?P<what>[\w.]+)",
        "PEG612",
        "the Python on the compute node has no module {what}",
        "set python: in the file to a Python with dask and distributed, or install them there",
    ),
    (
        r"(?P<what>\S+): (?:No such file or directory|command not found|not found)",
        "PEG613",
        "{what} does not exist on the compute node",
        "set python: to a Python that the compute nodes have, or mend the line of the prologue that names it",
    ),
    (
        r"(?:Timed out trying to connect|failure-to-start-<class '(?P<what>TimeoutError|OSError)|Timed out starting)",
        "PEG614",
        "the worker started and could not reach the scheduler on this host",
        "set interface: to a network that the compute nodes share with this host, such as ib0",
    ),
    (
        r"No such option:? '?(?P<what>-[\w-]*)",
        "PEG615",
        "dask worker does not know the option {what}",
        "mend worker-extra-args in the file: pegconf validate",
    ),
)


def refused(backend: Backend) -> Cause:
    """The batch system did not take a job, in its own words."""
    first = backend.refusals[0]
    said = f": {first.said}" if first.said else " without a word"
    if first.hung:
        return _hanging(f"{first.command} {first.ended}{said}")
    if not first.said or not first.ended:
        return Cause(
            "PEG606", f"{first.command} {first.ended}{said}", "try the command by hand on this host, or ask the staff"
        )
    return Cause(
        "PEG601",
        f"{first.command} refused the job{said}",
        "change what it names in the file; pegconf script shows the directives",
    )


def _hanging(sentence: str) -> Cause:
    return Cause("PEG602", sentence, "the batch system is down or busy: try later, or ask the cluster's staff")


def waited(outcome: Waited, backend: Backend, section: Section, plan: Plan) -> Cause:
    """Why the workers did not all come."""
    if outcome.outcome is Wait.REFUSED:
        return refused(backend)
    if outcome.outcome is Wait.HANGING:
        return _hanging(f"{backend.command} has not answered for {outcome.seconds:.0f} s")
    if outcome.outcome is Wait.UNLISTED:
        return Cause(
            "PEG608",
            f"{backend.title} accepted {units.count(plan.jobs, 'job')} and lists none of them",
            "look at the queue by hand, and tell the cluster's staff",
        )
    if outcome.outcome is Wait.PENDING:
        return _pending(outcome, backend, section)
    if outcome.outcome is Wait.ENDED:
        job = next(job for job in outcome.jobs if job.state.hopeless)
        return _ended(job, backend)
    return _silent(outcome, backend, section, plan)


def computing(error: str, backend: Backend) -> Cause:
    """Why a computation did not come to its end: a job that ended meanwhile, else what was raised."""
    ends = time.monotonic() + ENDED_SECONDS
    while time.monotonic() < ends:
        ended = next((job for job in backend.jobs() if job.state.hopeless), None)
        if ended is not None:
            reason = backend.why_ended(ended)
            return Cause(
                "PEG607",
                f"job {ended.job_id} ended while its workers computed" + (f": {reason}" if reason else ""),
                "if it was not cancelled by hand, give the jobs more memory or walltime; its last lines stand below",
                tail(backend.output(ended)),
            )
        time.sleep(1)
    return Cause(
        "PEG620", f"the computation did not finish: {error}", "its words name the cause; pegconf show lists the values"
    )


def _pending(outcome: Waited, backend: Backend, section: Section) -> Cause:
    waiting = [job for job in outcome.jobs if job.state in {State.PENDING, State.SUSPENDED}]
    reason = backend.why_pending(waiting[0]) if waiting else ""
    queue = section.get("queue") or "(default)"
    so_far, way_out = "nothing is wrong so far", f"try again when queue {queue} is less busy, or wait longer: --timeout"
    if NEVER_STARTS in reason:
        so_far, way_out = f"the job {NEVER_STARTS}", f"ask queue {queue} for less, or name another queue in the file"
    return Cause(
        "PEG603",
        f"{len(waiting)} of {units.count(len(outcome.jobs), 'job')} accepted still wait"
        f" after {outcome.seconds:.0f} s; {so_far}",
        way_out,
        f"{backend.title} says: {reason}" if reason else "",
    )


def _ended(job: QueuedJob, backend: Backend) -> Cause:
    output = backend.output(job)
    known = from_output(output)
    reason = backend.why_ended(job)
    if known is not None:
        return known
    return Cause(
        "PEG604",
        f"job {job.job_id} ended before its workers connected" + (f": {reason}" if reason else ""),
        "its last lines stand below; pegconf script shows what it ran",
        tail(output),
    )


def _silent(outcome: Waited, backend: Backend, section: Section, plan: Plan) -> Cause:
    running = next(job for job in outcome.jobs if job.state is State.RUNNING)
    output = backend.output(running)
    known = from_output(output)
    if known is not None:
        return known
    return Cause(
        "PEG605",
        f"{outcome.connected} of {plan.workers} workers connected in {outcome.seconds:.0f} s although their jobs run",
        f"check that the compute nodes reach this host over {section.get('interface') or 'its default interface'}",
        tail(output),
    )


def from_output(output: str) -> Cause | None:
    """The cause that a job's output names, or None."""
    for pattern, code, sentence, way_out in _SYMPTOMS:
        match = re.search(pattern, output)
        if match is not None:
            return Cause(code, sentence.format(what=match.groupdict().get("what")), way_out, tail(output))
    return None


def tail(output: str) -> str:
    """The last lines of an output, blank ones left out."""
    return "\n".join([line for line in output.splitlines() if line.strip()][-LINES_SHOWN:])

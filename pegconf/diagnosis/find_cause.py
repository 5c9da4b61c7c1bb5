"""From what was seen to why it did not run: one cause, one way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.base import Ending, Pending, State
from pegconf.core import units
from pegconf.diagnosis import lost_worker, refused_submission, worker_words
from pegconf.diagnosis import node as node_causes
from pegconf.diagnosis.causes import Cause
from pegconf.jobs import ask_nodes
from pegconf.jobs.log_tail import tail
from pegconf.jobs.wait_for_workers import Wait

if TYPE_CHECKING:
    from pegconf.batch.base import ExitReason, QueuedJob
    from pegconf.diagnosis.run_context import Scene
    from pegconf.jobs.wait_for_workers import Waited

_WAITS: Final = "PEG603"
_STARTS: Final = "PEG644"
_OF_MEMORY: Final = "PEG622"
NO_FAILURE: Final = frozenset({_WAITS, _STARTS})
"""The causes that say nothing against the section."""
_ENDS: Final = {
    Ending.MEMORY: (
        _OF_MEMORY,
        "was ended for its memory",
        "ask for more above the workers' own limit: mem, job-mem or the directive that reserves memory",
    ),
    Ending.WALLTIME: (
        "PEG623",
        "reached its walltime",
        "give the test longer jobs: --walltime; if they wait too long for workers, mend what is slow",
    ),
    Ending.PERSON: (
        "PEG624",
        "was cancelled by somebody",
        "ask the cluster's staff, if it was not you; some sites end jobs that leave their cores idle",
    ),
    Ending.ADMINISTRATOR: (
        "PEG642",
        "was ended by an administrator",
        "ask the cluster's staff why, with the job's number: a limit that they watch, or cores that were left idle",
    ),
    Ending.OUTPUT: (
        "PEG618",
        "could not write its output on its node",
        "set log-directory: to a folder that the compute nodes can write",
    ),
}


def waited(outcome: Waited, scene: Scene) -> Cause:
    """Why the workers did not all come."""
    kind, wanted = outcome.outcome, outcome.wanted
    if kind is Wait.REFUSED:
        return refused_submission.refused(scene.refusals[0], scene.system, scene.section)
    if kind is Wait.HANGING:
        return refused_submission.hanging(f"{scene.system.submit[0]} has not answered for {outcome.seconds:.0f} s")
    if kind is Wait.UNLISTED:
        return Cause(
            "PEG608",
            f"{scene.title} accepted {units.count(wanted.jobs, 'job')} and lists none of them",
            "look at the queue by hand, and tell the cluster's staff",
        )
    if kind is Wait.LIMITED:
        return _limited(outcome)
    if kind is Wait.NO_ROOM:
        return _no_room(outcome, scene)
    if kind in {Wait.PENDING, Wait.NEVER}:
        return _pending(outcome, scene)
    if kind is Wait.ENDED:
        return _ended(next(job for job in scene.jobs if job.state.hopeless), scene)
    return _silent(outcome, scene)


def computing(error: str, scene: Scene) -> Cause:
    """Why a computation did not come to its end: a job that has ended, else what was raised."""
    ended = next((job for job in scene.jobs if job.state.hopeless), None)
    if ended is not None:
        reason, output = scene.why_ended(ended), _own(ended, scene)
        # A nanny outlives its worker, so that what ended both was after the job, in whichever order they went.
        alone = bool(lost_worker.shell_words(output))
        return (
            _by(ended, reason, output)
            or (lost_worker.cause(scene, [ended], reason.text) if alone else None)
            or Cause(
                "PEG607",
                f"job {ended.job_id} ended while its workers computed" + _because(reason),
                "give the jobs more memory or walltime; its last lines stand below",
                tail(output),
            )
        )
    for job in scene.jobs:
        known = worker_words.cause(_own(job, scene), asked=True)
        if known is not None and known.code == _OF_MEMORY:
            return known
    return lost_worker.cause(scene, scene.jobs) or Cause(
        "PEG620", f"the computation did not finish: {error}", "its words name the cause; pegconf show lists the values"
    )


def _own(job: QueuedJob, scene: Scene) -> str:
    return ask_nodes.own(scene.output.get(job.job_id, ""))


def _because(reason: ExitReason) -> str:
    return f": {reason.text}" if reason.text else ""


def _by(job: QueuedJob, reason: ExitReason, output: str) -> Cause | None:
    """Who ended a job, where the batch system says so."""
    if reason.ending is None:
        return None
    code, sentence, way_out = _ENDS[reason.ending]
    return Cause(code, f"job {job.job_id} {sentence}: {reason.text}", way_out, tail(output))


def _pending(outcome: Waited, scene: Scene) -> Cause:
    waiting = [job for job in outcome.jobs if job.state in {State.PENDING, State.SUSPENDED}]
    queue, kind = scene.section.get("queue") or "(default)", outcome.why.kind
    evidence = f"{scene.title} says: {outcome.why.text}" if outcome.why.text else ""
    still = f"{len(waiting)} of {units.count(len(outcome.jobs), 'job')} accepted still wait"
    if kind is Pending.NOT_CHARGED:
        account = scene.system.directives.account_key or "account"
        return Cause(
            "PEG632",
            f"{still}: {account} {scene.section.get(account) or '(the default)'} may not use queue {queue}",
            f"name another {account}: in the file, or a queue that takes it",
            evidence,
        )
    if kind is Pending.CLOSED:
        return Cause(
            "PEG631",
            f"{still}: queue {queue} is closed",
            "name another queue in the file (pegconf init lists those there are), or ask the staff when it opens again",
            evidence,
        )
    if kind is Pending.NEVER_STARTS:
        return Cause(
            "PEG609",
            f"{still}, and the job {kind}",
            f"ask queue {queue} for less, or name another queue in the file",
            evidence,
        )
    return Cause(
        _WAITS,
        f"{still} after {outcome.seconds:.0f} s; nothing is wrong so far",
        f"try again when queue {queue} is less busy, or wait longer: --timeout",
        evidence,
    )


def _limited(outcome: Waited) -> Cause:
    return Cause(
        "PEG610",
        f"{outcome.connected} of {units.count(outcome.wanted.workers, 'worker')} came, "
        f"and no more can while these run: {outcome.why.text}",
        f"ask for fewer: --workers {max(outcome.connected, 1)}, or go on with those that come: "
        f"--min-workers {max(outcome.connected, 1)}",
    )


def _no_room(outcome: Waited, scene: Scene) -> Cause:
    room, wanted = outcome.room, outcome.wanted
    most, queue = room * wanted.processes, scene.section.get("queue") or "(default)"
    return Cause(
        "PEG610",
        f"no more than {most} of {units.count(wanted.workers, 'worker')} can ever run at once: "
        f"the nodes of queue {queue} have room for {units.count(room, 'such job')}",
        f"ask for fewer: --workers {most}, or go on with those that come: --min-workers {most}",
    )


def _ended(job: QueuedJob, scene: Scene) -> Cause:
    told, rest = ask_nodes.told(scene.output.get(job.job_id, "")), _own(job, scene)
    if told is not None:
        node = node_causes.first(told.facts, scene)
        if node is not None:
            return node
    reason = scene.why_ended(job)
    known = worker_words.cause(rest, asked=told is not None)
    if known is not None and known.code == _OF_MEMORY:
        # Grid Engine's `failed 37` is its word for walltime and memory alike (sge_diagnostics(1)).
        return known
    by = _by(job, reason, rest)
    if by is not None:
        return by
    if told is not None and not told.prologue_done:
        return Cause(
            "PEG625",
            f"the prologue ended job {job.job_id} on {told.facts.host}" + _because(reason),
            "mend job-script-prologue in the file; what it said last stands below",
            tail(rest),
        )
    known = known or lost_worker.cause(scene, [job], reason.text)
    if known is not None:
        return known
    return Cause(
        "PEG604",
        f"job {job.job_id} ended before its workers connected" + _because(reason),
        "its last lines stand below; pegconf script shows what it ran",
        tail(rest),
    )


def _silent(outcome: Waited, scene: Scene) -> Cause:
    running = [job for job in scene.jobs if job.state is State.RUNNING]
    said = [scene.output.get(job.job_id, "") for job in running]
    heard = [told for told in map(ask_nodes.told, said) if told is not None]
    for told in heard:
        node = node_causes.first(told.facts, scene)
        if node is not None:
            return node
    for told in heard:
        if not told.prologue_done:
            return Cause(
                "PEG625",
                f"the prologue on {told.facts.host} has not come to its end in {outcome.seconds:.0f} s",
                "mend job-script-prologue in the file, or wait longer: --timeout; what it said last stands below",
                tail(told.rest),
            )
    for output in said:
        known = worker_words.cause(ask_nodes.own(output), asked=bool(heard))
        if known is not None:
            return known
    gone = lost_worker.cause(scene, running)
    if gone is not None:
        return gone
    if said and all(ask_nodes.has_reached(output, scene.scheduler) for output in said):
        return Cause(
            _STARTS,
            f"{outcome.connected} of {outcome.wanted.workers} workers connected in {outcome.seconds:.0f} s; the others "
            "have reached this host and are still starting; nothing is wrong so far",
            "try again when the nodes are less busy, or wait longer: --timeout",
            tail(ask_nodes.own(said[0])),
        )
    interface = scene.section.get("interface") or "its default interface"
    return Cause(
        "PEG605",
        f"{outcome.connected} of {units.count(outcome.wanted.workers, 'worker')} connected in {outcome.seconds:.0f} s"
        " although their jobs run",
        f"check that the compute nodes reach this host over {interface}",
        tail(ask_nodes.own(said[0])) if said else "",
    )

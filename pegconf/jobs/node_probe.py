"""One tiny job that asks a compute node what it has, from its submission to an empty queue."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pegconf.batch.base import SmallJob, State
from pegconf.core import signals, sizing
from pegconf.core.errors import CannotGoOnError
from pegconf.core.progress import Progress
from pegconf.jobs import leftovers
from pegconf.jobs.log_tail import tail
from pegconf.jobs.on_batch_system import BatchJobs
from pegconf.site import node_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import IO

    from pegconf.batch.base import BatchSystem, QueuedJob
    from pegconf.jobs.run_jobs import Refusal
    from pegconf.site.node_answer import NodeFacts

WALLTIME: Final = 300
"""Seconds, of which the job needs a few; a job whose end nobody sees is gone after them."""
NODE_SECONDS: Final = 20
"""How long a command on the node may take; an import from a cold file system takes some."""
_LOOK_EVERY: Final = 0.25
_ASK_EVERY: Final = 1.0
_GRACE_SECONDS: Final = 10.0
"""After a job has ended, how long its output may take to appear on this side of a network file system."""
_DEADLINE_SECONDS: Final = 120
"""Beyond the probe's own limits: until then a job that nobody cancels any more may wait in the queue."""
_JOB_IS: Final = "the probe job is"


@dataclass(frozen=True, slots=True)
class Plan:
    """The job: its own name, what it runs, where; walltime and `timeout` in seconds, `home` for its output's folder."""

    system: BatchSystem
    name: str
    body: str
    queue: str | None
    account: str | None
    home: Path
    walltime: int = WALLTIME
    timeout: int = 120
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """The node's answer, or why there is none in one sentence; `remaining` are jobs that could not be cancelled."""

    facts: NodeFacts | None = None
    trouble: str = ""
    remaining: tuple[str, ...] = ()


def announce(plan: Plan) -> str:
    """What will be submitted and what it costs, in one sentence."""
    words = [f"one job of 1 core, {plan.name}, asks a compute node what it has"]
    if plan.queue:
        words.append(f"queue {plan.queue}")
    if plan.account:
        words.append(f"project {plan.account}")
    if plan.system.has_walltime:
        hours = sizing.core_hours(1, plan.walltime)
        words.append(f"at most {plan.walltime // 60} min, {hours:.2f} core-hours")
    return ", ".join([*words, f"waited for {plan.timeout} s at most"])


def ask(plan: Plan, say: Callable[[str], None], show: Callable[[Progress], None]) -> Told:
    """Submit the job, wait for its answer, and leave nothing of it; `show` gets how far that is.

    Raises SignalStop after a signal, once the job is cancelled.
    """
    stops = signals.on_signals(signals.stops_once(_JOB_IS, say))
    with stops, leftovers.noted(plan.name, plan.system, _seconds(plan), say) as left, _folder(plan) as folder:
        jobs = BatchJobs(plan.system, plan.name, folder)
        try:
            told = _asked(plan, jobs, folder, show)
        except CannotGoOnError as error:
            told = Told(trouble=error.message)
        except BaseException:
            left.extend(_end(jobs, say, show))
            for line in left:
                say(f"NOT cancelled: {line}")
            raise
        left.extend(_end(jobs, say, show))
        return Told(told.facts, told.trouble, tuple(left))


def _seconds(plan: Plan) -> float:
    return plan.timeout + plan.walltime + _DEADLINE_SECONDS


def _end(jobs: BatchJobs, say: Callable[[str], None], show: Callable[[Progress], None]) -> tuple[str, ...]:
    """Cancel the job if it is not over, and see that it is gone; what remains."""
    with signals.on_signals(signals.waits(_JOB_IS, say)):
        jobs.cancel()
        return tuple(one.sentence for one in jobs.make_sure(show))


@contextlib.contextmanager
def _folder(plan: Plan) -> Iterator[Path | None]:
    """A folder of this run's own in the home, which most clusters share; where the job is attached, nobody needs it."""
    if plan.system.attaches:
        yield None
        return
    folder = plan.home / f".{plan.name}"
    try:
        _make(folder, plan.body)
        yield folder
    finally:
        with signals.on_signals(signals.waits(_JOB_IS, lambda _: None)):
            shutil.rmtree(folder, ignore_errors=True)


def _make(folder: Path, body: str) -> None:
    try:
        folder.mkdir(mode=0o700)
        script = folder / "script"
        script.write_text(f"#!/bin/sh\n{body}", encoding="utf-8")
        script.chmod(0o700)
    except OSError as error:
        raise CannotGoOnError(
            f"--probe needs a folder for its job's output, and {folder.parent} takes none: {error.strerror}",
            "make room there, or leave out --probe",
        ) from None


def _asked(plan: Plan, jobs: BatchJobs, folder: Path | None, show: Callable[[Progress], None]) -> Told:
    system = plan.system
    walltime = system.format_walltime(plan.walltime) if system.has_walltime else ""
    # After a kill -9 nobody cancels a job that waits.
    until = datetime.now() + timedelta(seconds=_seconds(plan))  # noqa: DTZ005 - the batch system's own time
    job = SmallJob(
        name=plan.name,
        body=plan.body,
        queue=plan.queue,
        account=plan.account,
        walltime=walltime,
        folder=str(folder or ""),
        deadline=system.deadline_directive(until),
        details=plan.details,
    )
    script = system.small_job(job)
    # Submitted beside this thread: a signal that came between the command's start and its being noted would lose it.
    if not system.attaches:
        submitting = _beside(jobs.submit, plan.name, script)
        return _wait(plan, jobs, show, lambda listed: "".join(map(jobs.output, listed)), submitting)
    with tempfile.TemporaryFile() as output:
        attached = _beside(jobs.attach, system.attached(job), script, output)
        return _wait(plan, jobs, show, lambda _: _content(output), attached)


def _beside(run: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=run, args=arguments, daemon=True)
    thread.start()
    return thread


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


def _wait(
    plan: Plan,
    jobs: BatchJobs,
    show: Callable[[Progress], None],
    output: Callable[[tuple[QueuedJob, ...]], str],
    submission: threading.Thread,
) -> Told:
    """Look at the output and the listing until the answer is whole, or certain not to come."""
    attached = plan.system.attaches
    started = time.monotonic()
    asked = ended = 0.0
    listed: tuple[QueuedJob, ...] = ()
    while True:
        over = attached and not submission.is_alive()
        now = time.monotonic()
        if over or now - asked >= _ASK_EVERY:
            listed = listed if over else jobs.jobs()
            said = output(listed)
            facts = node_answer.parse(said)
            asked = time.monotonic()
            if facts is not None and facts.complete:
                return Told(facts)
            if jobs.refusals:
                return Told(trouble=_refused(jobs.refusals[0]))
            if over:
                return Told(facts, _without_answer(said, listed, plan))
            if any(job.state.hopeless for job in listed):
                # An srun that the node's daemon cannot connect back to stays when its job is gone.
                ended = ended or now
                if now - ended > _GRACE_SECONDS:
                    return Told(facts, _ended(listed[0], jobs, said, plan))
            if now - started > plan.timeout:
                return Told(facts, _late(listed, jobs, plan))
        show(Progress(f"probe job: {listed[0].state if listed else 'being submitted'}", now - started))
        time.sleep(_LOOK_EVERY)


def _refused(refusal: Refusal) -> str:
    return f"{refusal.command} took no probe job: {refusal.said or f'it {refusal.ended}, without a word'}"


def _without_answer(output: str, listed: tuple[QueuedJob, ...], plan: Plan) -> str:
    """The attached command has ended: refused before a job was there, or ended with it."""
    said = " ".join(tail(output).split())
    what = "the probe job ended without its answer" if listed else f"{plan.system.title} took no probe job"
    return f"{what}: {said}" if said else f"{what}, and nothing was said"


def _ended(job: QueuedJob, jobs: BatchJobs, output: str, plan: Plan) -> str:
    reason = jobs.why_ended(job).text
    said = " ".join(tail(output).split())
    if not said and not reason and not plan.system.attaches:
        return f"the probe job has run and its output did not come back to {plan.home}: do the compute nodes share it?"
    told = "; ".join(filter(None, [reason, said])) or "nothing was said"
    return f"the probe job ended without its answer: {told}"


def _late(listed: tuple[QueuedJob, ...], jobs: BatchJobs, plan: Plan) -> str:
    if not listed:
        return f"{plan.system.title} lists no probe job after {plan.timeout} s"
    (job, *_) = listed
    if job.state is State.RUNNING:
        where = f" on {job.host}" if job.host else ""
        return f"the probe job runs{where}, and its answer has not come back after {plan.timeout} s"
    reason = jobs.why_pending(job).text
    return f"the probe job still waits after {plan.timeout} s" + (f": {reason}" if reason else "")

"""One smoke test from submission to an empty queue."""

from __future__ import annotations

import contextlib
import functools
import secrets
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.job import State
from pegconf.config import dashboard_address
from pegconf.config.sections import with_values
from pegconf.core import signals
from pegconf.core.errors import CannotGoOnError, SignalStop
from pegconf.diagnosis import find_cause, this_host
from pegconf.diagnosis.causes import CauseError
from pegconf.jobs import ask_nodes, dask_import, leftovers, wait_for_workers
from pegconf.jobs.acceptance import submit_check
from pegconf.jobs.on_batch_system import BatchJobs
from pegconf.jobs.on_this_host import LocalJobs, by_its_shell, word_by_word
from pegconf.measure import dask_report, node_differences, three_sums
from pegconf.smoke import cluster, hold, prove
from pegconf.smoke.outcome import Outcome, Stopped, Verdict
from pegconf.smoke.plan import DEFAULT_TIMEOUT
from pegconf.smoke.run_context import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pegconf.config.sections import Section
    from pegconf.core.progress import Progress
    from pegconf.diagnosis.run_context import Scene
    from pegconf.jobs.ask_nodes import Door
    from pegconf.jobs.run_jobs import Backend
    from pegconf.site.node_answer import NodeFacts
    from pegconf.smoke.evidence import Evidence
    from pegconf.smoke.plan import Plan
    from pegconf.smoke.request import Request


DEADLINE_SECONDS: Final = 120
"""Beyond the test's own limits: until then a job that nobody cancels any more may wait in the queue."""


def _seconds(plan: Plan) -> float:
    """From now until the last moment at which a job of this run may be about."""
    return plan.timeout + plan.walltime + DEADLINE_SECONDS


def _values(request: Request, run_name: str, folder: Path | None, evidence: Evidence) -> dict[str, Any]:
    """What differs from the section: the job's name, walltime and patience, its log folder, a free dashboard port."""
    section, system = request.section, request.system
    own: dict[str, Any] = {"name": run_name}
    if system.has_walltime:
        own["walltime"] = system.format_walltime(request.plan.walltime)
    if section.get("death-timeout") is not None:
        # On a busy node a worker may take longer to start than the section's, and is none the worse for that.
        own["death-timeout"] = max(request.plan.timeout, DEFAULT_TIMEOUT)
    if system.is_batch:
        own["log-directory"] = None if folder is None else str(folder)
    configured, extra = section.get("log-directory"), section.get("job-extra-directives")
    if folder is not None and configured and isinstance(extra, list):
        # OAR's output files are named in directives, since dask-jobqueue gives it no log directory.
        own["job-extra-directives"] = [str(item).replace(f"{configured}/OAR.", f"{folder}/OAR.") for item in extra]
    if not request.on_batch and system.is_batch:
        own["local-directory"] = str(folder)
    elif isinstance(extra, list):
        # After a kill -9 nobody cancels a job that waits.
        until = datetime.now() + timedelta(seconds=_seconds(request.plan))  # noqa: DTZ005 - the batch system's own time
        deadline = system.deadline_directive(until)
        if deadline:
            own["job-extra-directives"] = [*extra, deadline]
    options = dict(section.get("scheduler-options") or {})
    if not cluster.dashboard_is_free(options):
        address = dashboard_address.of_scheduler(options)
        evidence.notes.append(this_host.dashboard_taken(str(address.number)))
        options["dashboard_address"] = f"{address.host}:0"
    own["scheduler-options"] = options
    return own


@contextlib.contextmanager
def _folder(request: Request, run_name: str, remaining: list[str]) -> Iterator[Path | None]:
    """A folder for this run's output: below the log directory, or a temporary one where no batch system writes.

    It stays where a job of the run may still write into it.
    """
    if not request.on_batch:
        with tempfile.TemporaryDirectory(prefix=f"{run_name}-") as temporary:
            yield Path(temporary)
        return
    configured = request.section.get("log-directory")
    if configured is None:
        yield None
        return
    made = Path(configured) / run_name
    try:
        made.mkdir(parents=True)
    except OSError as error:
        raise CauseError(this_host.log_directory(configured, error)) from None
    try:
        yield made
    finally:
        if not remaining:
            shutil.rmtree(made, ignore_errors=True)


_JOBS_ARE: Final = "the test's jobs are"


def smoke_test(
    request: Request, say: Callable[[str], None], show: Callable[[Progress], None], evidence: Evidence
) -> Outcome:
    """Run it and leave nothing; `say` prints a line, `show` gets how far it is.

    `evidence` has what was seen so far, also where an exception ends the test.
    Raises CannotGoOnError where nothing could be started and SignalStop after a signal; the jobs are cancelled in
    every case.
    """
    try:
        return _tested(request, say, show, evidence)
    except CauseError as early:
        title = request.system.title if request.on_batch else "this machine"
        return evidence.complete(Outcome(Verdict.BROKEN, request.plan, title, cause=early.cause))


def _tested(
    request: Request, say: Callable[[str], None], show: Callable[[Progress], None], evidence: Evidence
) -> Outcome:
    dask_import.import_dask_jobqueue()
    run_name = f"peg-{secrets.token_hex(4)}"
    stops = signals.on_signals(signals.stops_once(_JOBS_ARE, say))
    with stops, _noted(request, run_name, say) as note, _folder(request, run_name, note.remaining) as folder:
        left = note.remaining
        section = with_values(request.section, _values(request, run_name, folder, evidence))
        backend = _backend(request, run_name, folder, note)
        with dask_import.configured(section, request.sources), cluster.patient(), contextlib.ExitStack() as started:
            try:
                door = started.enter_context(ask_nodes.door()) if _asks(request) else None
                finish = functools.partial(_with_questions, section, door)
                running = cluster.start(section, request.system, backend, run_name, finish)
                started.callback(cluster.stop, running)
                address, lost = cluster.contact(running), functools.partial(cluster.lost, running)
                test = Run(section, request.plan, backend, address, door, request.whole_suite, lost)
                outcome = _run(running, test, show, evidence)
                if request.on_batch:
                    pattern, name = dask_import.job_class(request.system).job_id_regexp, request.section.get("name")
                    evidence.notes += this_host.misread_id(backend.accepted, pattern, request.system, str(name))
                outcome = _held(request, evidence.complete(outcome), running, test, evidence)
            except BaseException:
                left.extend(_end(started, backend, say, show, evidence))
                for line in left:
                    say(f"NOT cancelled: {line}")
                raise
            left.extend(_end(started, backend, say, show, evidence))
    return replace(evidence.complete(outcome), remaining=tuple(left))


def _asks(request: Request) -> bool:
    """Whether the nodes are asked: where a shell reads the script, on a node that is not this host."""
    return request.on_batch and request.system.shell_script and request.system.reads_standard_input


def _with_questions(section: Section, door: Door | None, script: str, scheduler: str) -> str:
    return script if door is None else ask_nodes.into(script, section, scheduler, door)


@contextlib.contextmanager
def _noted(request: Request, run_name: str, say: Callable[[str], None]) -> Iterator[leftovers.Note]:
    """Cancel what killed runs left, and note this one, where a batch system has its jobs."""
    if not request.on_batch:
        yield leftovers.Note(leftovers.this_run(run_name, request.system, 0), None)
        return
    leftovers.cancel(request.system, say)
    with leftovers.noted(run_name, request.system, _seconds(request.plan), say) as note:
        yield note


def _backend(request: Request, run_name: str, folder: Path | None, note: leftovers.Note) -> Backend:
    if request.on_batch:
        never_starts = functools.partial(submit_check.never_starts, request.system)
        room = functools.partial(submit_check.room, request.system)
        return BatchJobs(request.system, run_name, folder, never_starts, room, note=note.add)
    return LocalJobs(request.system, run_name, _made(folder), by_its_shell if request.system.is_batch else word_by_word)


def _end(
    started: contextlib.ExitStack,
    backend: Backend,
    say: Callable[[str], None],
    show: Callable[[Progress], None],
    evidence: Evidence,
) -> tuple[str, ...]:
    """Cancel the jobs, close the scheduler and make sure that nothing is left; what is."""
    with signals.on_signals(signals.waits(_JOBS_ARE, say)):
        backend.cancel()
        started.close()
        left = backend.make_sure(show)
        evidence.timeline.ended(one.job for one in left)
        evidence.gather(backend)
        return tuple(one.sentence for one in left)


def _held(request: Request, outcome: Outcome, running: Any, test: Run, evidence: Evidence) -> Outcome:
    """The outcome of a test that has passed, after its cluster was held; a signal that ends that does not change it."""
    if request.hold is None or outcome.verdict is not Verdict.WORKS:
        return outcome
    limited = request.on_batch and request.system.has_walltime
    try:
        request.hold(outcome, hold.of(running, test, evidence.timeline.jobs, limited=limited))
    except SignalStop as stop:
        return replace(outcome, stopped=Stopped(stop.message, stop.exit_code))
    return outcome


def _run(running: Any, test: Run, show: Callable[[Progress], None], evidence: Evidence) -> Outcome:
    submitted = time.time()
    running.scale(jobs=test.plan.jobs)
    note = evidence.watched(running, test.backend, test.plan)
    waited = wait_for_workers.wait(running, test.backend, test.plan.wanted, show, note)
    note(waited.jobs)
    # One is asked about: a thousand jobs of one test wait for the same reason.
    waiting = [job for job in waited.jobs if job.state in {State.PENDING, State.SUSPENDED}]
    if waiting and not waited.why.text:
        waited = replace(waited, why=test.backend.why_pending(waiting[-1]))
    if waiting:
        evidence.timeline.waits(waiting[-1].job_id, waited.why)
    scene = test.scene(waited.jobs)
    nodes = _nodes(scene) if test.door is not None else ()
    asked: dict[str, Any] = {"nodes": nodes, "unlike": node_differences.differences(nodes, node_differences.here())}
    if waited.outcome is not wait_for_workers.Wait.CONNECTED:
        cause = find_cause.waited(waited, scene)
        verdict = Verdict.NOT_STARTED if cause.code in find_cause.NO_FAILURE else Verdict.BROKEN
        return Outcome(verdict, test.plan, test.backend.title, cause=cause, **asked)
    from distributed import Client  # noqa: PLC0415 - 0.5 s, with dask_jobqueue

    if waited.connected < test.plan.workers:
        test = replace(test, plan=test.plan.of(waited.connected))
    with (
        Client(running, timeout=three_sums.COMPUTE_LIMIT) as client,
        dask_report.kept(evidence.keep_performance if evidence.keeps_performance else None),
    ):
        outcome = prove.prove(client, test, show)
    return replace(outcome, **asked, first_after=_first_after(running, submitted), connected_after=waited.seconds)


def _first_after(running: Any, submitted: float) -> float | None:
    """Seconds from submission until the first worker registered, by the scheduler's own log."""
    came = [at for at, event in running.scheduler.get_events("all") if event.get("action") == "add-worker"]
    return min(came) - submitted if came else None


def _nodes(scene: Scene) -> tuple[NodeFacts, ...]:
    """What the nodes told so far, each node once."""
    said = (ask_nodes.told(scene.output[job.job_id]) for job in scene.jobs if job.host)
    found = {told.facts.host: told.facts for told in said if told is not None}
    return tuple(found[host] for host in sorted(found))


def _made(folder: Path | None) -> Path:
    if folder is None:
        raise CannotGoOnError("there is no folder for this run's output", "set log-directory: in the file")
    return folder

"""The jobs of one run on a batch system: submitted with its words kept, known by name, cancelled until none is left."""

from __future__ import annotations

import functools
import signal
import threading
import time
from typing import IO, TYPE_CHECKING, Final

from pegconf.batch.job import Pending, PendingReason, Presence, QueuedJob, State
from pegconf.core import commands
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs import confirm_ended
from pegconf.jobs.run_jobs import ASK_SECONDS, SUBMIT_SECONDS, Refusal, Remaining
from pegconf.jobs.timeline import Accepted

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pegconf.batch.base import BatchSystem
    from pegconf.batch.job import ExitReason
    from pegconf.core.command_output import Answer
    from pegconf.core.progress import Progress

ASK_TIMES: Final = 3
"""How often the jobs are asked for: a busy host's command may be late, or find its daemon busy (Slurm: `Socket timed
out`), while the next one is answered."""
ASK_AGAIN_SECONDS: Final = 2.0
LISTED_SECONDS: Final = 10.0
"""How long after its submission a job may be missing in the listing and still be on its way into it."""
RECORD_SECONDS: Final = 60.0
"""Grid Engine writes its accounting every 15 s (sge_conf(5): accounting_flush_time), and later where it is busy."""
SETTLE_SECONDS: Final = 2.0
"""A submission that was cut off may still bring a job into the queue; the queue is asked again after this long."""
OUTPUT_READ: Final = 100_000
"""Characters of a job's output that are looked at; the node's answers alone may be 10,000."""


class BatchJobs:
    """This run's jobs on a batch system; every job is named `run_name`, which nobody else uses."""

    def __init__(
        self,
        system: BatchSystem,
        run_name: str,
        log_directory: Path | None,
        never_starts: Callable[[str], str] = lambda _script: "",
        room: Callable[[str], int | None] = lambda _script: None,
        submit: Sequence[str] = (),
        note: Callable[[str], None] = lambda _id: None,
    ) -> None:
        """`submit` is a submit command in place of the batch system's own; `note` is told of each id at once."""
        self.title = system.title
        self.refusals: list[Refusal] = []
        self.accepted: dict[str, Accepted] = {}
        self.script = ""
        self.reasons: dict[str, PendingReason] = {}
        self.system = system
        self._run_name = run_name
        self._log_directory = log_directory
        self._submit = [*submit]
        self._lock = threading.Lock()
        self._under_way: set[subprocess.Popen[bytes]] = set()
        self._submitted: dict[str, float] = {}
        self._listed: set[str] = set()
        self._ended: set[str] = set()
        self._uncertain = False
        self._note = note
        self._attempts = 0
        # Asked once: hosts do not change their shapes while a test waits.
        self._never_starts, self._room = functools.cache(never_starts), functools.cache(room)
        self._closed = False

    def submit(self, worker: str, script: str) -> None:
        """Submit a worker's script; keep the batch system's words where it refuses."""
        words = self._submit or self.system.command_line(script)
        sent = script if self.system.reads_standard_input else None
        process = self._start(words, sent is not None)
        if process is None:
            return
        answer = commands.finish(process, words[0], sent, SUBMIT_SECONDS)
        with self._lock:
            self._under_way.discard(process)
            if not self._closed:
                self._take(worker, script, answer)

    def _take(self, worker: str, script: str, answer: Answer) -> None:
        self.script = script
        job_id = self.system.job_id(answer.out)
        if answer.code == 0 and job_id is not None:
            self._submitted[job_id] = time.monotonic()
            self.accepted[job_id] = Accepted(worker, time.time(), answer.out)
            self._note(job_id)
            return
        # It may have submitted a job all the same.
        self._uncertain = self._uncertain or answer.code in {None, 0}
        ended = answer.ended if answer.code != 0 else f"named no job id for {worker}"
        self.refusals.append(Refusal(answer.command, answer.said, ended, answer.code is None, script))

    def attach(self, words: Sequence[str], script: str, output: IO[bytes]) -> None:
        """Run a command that stays until the job that it submits has ended, its words going into a file.

        Returns at its end, which `cancel` brings about; to be called from a thread, as `submit` is.
        """
        process = self._start(words, True, output)
        if process is not None:
            process.communicate(script.encode())
            with self._lock:
                self._under_way.discard(process)

    def _start(
        self, words: Sequence[str], takes_script: bool, output: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes] | None:
        """A submit command under way; None where it cannot be run, or nothing is to be submitted any more."""
        with self._lock:
            if self._closed:
                return None
            try:
                process = commands.start(words, takes_script=takes_script, output=output)
            except OSError as error:
                self.refusals.append(Refusal(words[0], str(error.strerror)))
                return None
            self._attempts += 1
            self._under_way.add(process)
        return process

    def submitting(self) -> int:
        """How many submit commands still run."""
        with self._lock:
            return len(self._under_way)

    def jobs(self) -> tuple[QueuedJob, ...]:
        """This run's jobs by name; a submitted one that the batch system does not list yet is not among them."""
        asked, answer = self._listing()
        if not confirm_ended.is_list(self.system, answer):
            said = f": {answer.said}" if answer.said else ""
            raise CannotGoOnError(f"{answer.command} {answer.ended}{said}", "ask the cluster's staff, or try later")
        listed = confirm_ended.under(self.system, self._run_name, self.system.parse_jobs(answer.out))
        self._listed |= {job.job_id for job in listed}
        return (*listed, *self._gone({job.job_id for job in listed}, asked))

    def _listing(self) -> tuple[float, Answer]:
        """What the batch system lists, and since when, by the monotonic clock; asked again where that fails."""
        more = ASK_TIMES
        while True:
            asked = time.monotonic()
            answer = commands.run(self.system.list_named(self._run_name), ASK_SECONDS)
            more -= 1
            if confirm_ended.is_list(self.system, answer) or not more:
                return asked, answer
            time.sleep(ASK_AGAIN_SECONDS)

    def _gone(self, listed: set[str], asked: float) -> tuple[QueuedJob, ...]:
        """Jobs that have ended and are forgotten: listed no more, and said to be gone by their very ids.

        A listing that was late knows nothing of a job that came after it was `asked` for.
        """
        if self.system.keeps_ended:
            return ()
        with self._lock:
            missing = [(job_id, since) for job_id, since in self._submitted.items() if job_id not in listed]
        for job_id, since in missing:
            late = job_id in self._listed or asked - since > LISTED_SECONDS
            if late and job_id not in self._ended:
                said = confirm_ended.presence(self.system, job_id, self._run_name)
                self._ended |= {job_id} if said is Presence.GONE else set()
        gone = self._ended - listed
        return tuple(QueuedJob(job_id, self._run_name, State.DONE) for job_id, _ in missing if job_id in gone)

    def why_pending(self, job: QueuedJob) -> PendingReason:
        """The reasons that the batch system gives, and that no host could ever run the job where that is so."""
        why = self.system.parse_pending_reason(commands.run(self.system.pending_reason(job.job_id), ASK_SECONDS).out)
        never = self._never_starts(self.script)
        if never and why.kind is not Pending.NEVER_STARTS:
            text = f"{why.text}; {never}: the job {Pending.NEVER_STARTS}"
            why = PendingReason(text, why.kind if why.kind.stands_still else Pending.NEVER_STARTS)
        self.reasons[job.job_id] = why
        return why

    def room(self) -> int | None:
        """How many of these jobs can run at once, all else idle; None where it cannot be told."""
        return self._room(self.script)

    def why_ended(self, job: QueuedJob) -> ExitReason:
        """The end that the batch system recorded; accounting that still lacks the job is asked again."""
        system = self.system
        reason = system.parse_exit_reason(commands.run(system.details(job.job_id), ASK_SECONDS).out)
        ends = time.monotonic() + RECORD_SECONDS
        record = system.record(job.job_id)
        while not reason.text and record:
            answer = commands.run(record, ASK_SECONDS)
            reason = system.parse_exit_reason(answer.out)
            if answer.code == 0 or not system.says_none(answer.said) or time.monotonic() > ends:
                break
            time.sleep(1)
        return reason

    def output(self, job: QueuedJob) -> str:
        """A running job's output from the batch system, an ended one's from its files."""
        so_far = self.system.output_so_far(job.job_id)
        if so_far and not job.state.finished:
            said = commands.run(so_far, ASK_SECONDS).out
            return self.system.own_output(said)[-OUTPUT_READ:]
        if self._log_directory is None:
            return ""
        files = sorted(
            self._log_directory.glob(self.system.log_files(job.job_id)), key=lambda file: file.suffix == ".err"
        )
        texts = (file.read_text(encoding="utf-8", errors="replace") for file in files)
        return "\n".join(self.system.own_output(text)[-OUTPUT_READ:] for text in texts)

    def cancel(self) -> None:
        """End submissions under way and cancel by name: that also reaches a job whose id never came back."""
        with self._lock:
            self._closed = True
            under_way = tuple(self._under_way)
        for process in under_way:
            commands.kill_group(process.pid, signal.SIGKILL)
        if not self._attempts:
            return
        if under_way or any(refusal.hung for refusal in self.refusals):
            self._uncertain = True
            time.sleep(SETTLE_SECONDS)
        commands.run(self.system.cancel_named(self._run_name), ASK_SECONDS)

    def make_sure(self, show: Callable[[Progress], None]) -> tuple[Remaining, ...]:
        """Cancel this run's jobs until the batch system has said of each that it has left the queue; what is left."""
        if not self._attempts:
            return ()
        known = {*self._submitted, *self._listed}
        return confirm_ended.confirm(self.system, self._run_name, known, self._uncertain, show)

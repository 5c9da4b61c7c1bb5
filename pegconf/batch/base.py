"""What pegconf needs to know of a batch system: its words, walltimes and commands, and how to read what they print."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch import requested, shared_grammar
from pegconf.batch.acceptance import Refusals, Said, Verdict
from pegconf.batch.job import Presence, listed_presence
from pegconf.batch.requested import Amount, Job, Requested
from pegconf.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from pegconf.batch.acceptance import Case, Trial
    from pegconf.batch.directives import Directives
    from pegconf.batch.facts import Detected, Heard
    from pegconf.batch.job import ExitReason, PendingReason, QueuedJob
    from pegconf.batch.requested import Filled, Line, Request
    from pegconf.batch.small_job import SmallJob
    from pegconf.core.command_output import Answer
    from pegconf.core.model import Site


@dataclass(frozen=True, slots=True)
class Impossible:
    """What becomes of a job that can never run as it is; the words of the last two go on behind `the job`.

    `no_queue` is for a queue that is not there, with `{queue}` for its name: where it is known, what the submit command
    says; `over_walltime` is for more than the queue's walltime, `over_node` for more than a node has.
    """

    no_queue: str = "the job is refused, or waits for ever"
    over_walltime: str = "is refused, or waits for ever"
    over_node: str = "is refused, or waits for ever"


_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


def no_time(text: str) -> bool:
    """Whether a walltime is nothing but zeros."""
    return text.strip(" :0") == ""


class BatchSystem(ABC):
    """One batch system as data and pure functions; commands are lists of words, never run in here.

    Each subclass is one system and lies in a folder of its own; `batch/systems.py` has the list of all. What a subclass
    must say is abstract, all else has a default for a system that says nothing of it. `own_keys` are the properties, in
    JSON schema's words, of keys that only its sections have and schemas/jobqueue.schema.json does not know; a
    `default_section` is for one that dask-jobqueue's own jobqueue.yaml has none of.
    """

    module: str = "dask_jobqueue"
    """Where the class `cluster` is."""
    own_keys: Mapping[str, Any] = _NOTHING
    default_section: Mapping[str, Any] | None = None
    has_queues: bool = True
    walltime_words: str = "none"
    """The grammar of a walltime, for people."""
    id_form: str = r"\d+"
    """A pattern of a job's id."""
    job_id_variable: str = ""
    """Holds a job's id inside it."""
    warning_directive: str = ""
    """Asks for a signal to the job's shell before the walltime, where the batch system sends none by itself."""
    keeps_ended: bool = True
    """Whether an ended job stays in the listing for a while."""
    asks_for_gpus: bool = True
    """Whether there is one way to ask for them on all sites."""
    reads_standard_input: bool = True
    """Whether the submit command reads the script from there."""
    variables_over_keys: Mapping[str, str] = _NOTHING
    """Variables of the environment that beat a directive of the script, each with the key that writes it."""
    quiet_variables: tuple[str, ...] = ()
    """Variables of the environment with which the submit command prints no id."""
    above: str = ""
    """The name of the batch system that it hands its jobs to, whose commands and files a host then has."""
    attaches: bool = False
    """Whether a command stays with a small job and prints its output here."""
    shell_script: bool = True
    """Whether a job is a script that a shell reads."""
    directives_anywhere: bool = True
    """Whether directives count behind the first command of a script, too."""
    sets_tmpdir: bool = False
    """Whether a job's environment has TMPDIR."""
    unread_keys: tuple[str, ...] = ()
    """Keys of a section that its class in dask-jobqueue looks up and does not use."""
    keys_taken_apart: tuple[str, ...] = ()
    """Keys whose value its class in dask-jobqueue takes apart, and so stops where it is no text."""
    cores_as_written: bool = False
    """Whether its class in dask-jobqueue writes cores as they are, 4.0 as 4.0, and not as a whole number."""
    second_walltime: str = "only one of them counts"
    """What becomes of a walltime in an option of its own beside the one that the key is written into."""
    is_batch: bool = True
    """False for dask-jobqueue's LocalCluster, whose jobs are processes of this machine."""
    run_for_real: bool = True
    """Whether a batch system of this kind has been run with pegconf, or only read about."""
    trial: Trial | None = None
    """How it is asked whether it takes a script, None where nothing but a job can ask it."""
    refusals: Refusals = Refusals()
    """What it says where it takes no job."""
    impossible: Impossible = Impossible()
    detect_by: tuple[str, ...] = ()
    """Commands that are all on PATH where it is, the first its own; empty where no host is asked for it."""
    facts: str = ""
    """The module that has its `fact_lines` and reads the answers, which few commands need: `lines` and `read`."""
    turn: int = 9
    """Its place where a host is asked for each: before one whose commands are there too, as with Moab Torque's."""
    configured_by: tuple[str, ...] = ()
    """Files, and variables (`$NAME`) that hold the path of one: one of them is there where it has been set up."""
    own_facts: tuple[tuple[str, str], ...] = ()
    """What only such a cluster says of itself: pairs of a fact's key and words for it."""
    questions: tuple[str, ...] = ()
    """The questions of init that not every batch system asks, by name."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Its section's name in jobqueue.yaml."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Its name for people."""

    @property
    @abstractmethod
    def cluster(self) -> str:
        """dask-jobqueue's class."""

    @property
    @abstractmethod
    def directives(self) -> Directives:
        """What its directives are called."""

    @property
    @abstractmethod
    def submit(self) -> tuple[str, ...]:
        """The submit command."""

    @property
    @abstractmethod
    def commands(self) -> tuple[str, ...]:
        """The commands that it takes to submit, watch and cancel jobs."""

    @property
    def is_description(self) -> bool:
        """Whether dask-jobqueue writes commands in place of a script: a mapping of extra ones, whole ones left out."""
        return self.is_batch and not self.shell_script

    @property
    def has_walltime(self) -> bool:
        """Whether it ends jobs after a time that they ask for."""
        return bool(self.directives.walltime)

    def parse_walltime(self, text: str) -> int:
        """Seconds of a walltime in its own grammar; raises RefusedError, also for 0."""
        raise RefusedError(f"{text!r}: {self.title} has no walltime")

    def asks_for_no_limit(self, text: str) -> bool:  # noqa: ARG002 - a default
        """Whether it takes a walltime for no limit at all."""
        return False

    def misread_walltime(self, text: str) -> str:
        """What comes of a walltime that `parse_walltime` refuses."""
        return f"{self.submit[0]} refuses it" + (", or ends the job at once" if no_time(text) else "")

    def format_walltime(self, seconds: int) -> str:
        """A walltime of at least that many seconds."""
        return shared_grammar.hours_minutes_seconds(seconds)

    @abstractmethod
    def fill(self, request: Request) -> Filled:
        """What a section asks of it for one job."""

    def is_job_id(self, text: str) -> bool:
        """Whether a text has the form of a job's id: nothing else is given to a command that cancels."""
        return re.fullmatch(self.id_form, text, re.ASCII) is not None

    def answered(self, values: Mapping[str, Any], by_init: bool) -> Mapping[str, str]:  # noqa: ARG002 - a default
        """The answers that only it asks for, by question, out of a section; `by_init` whether init wrote that."""
        return _NOTHING

    def requested(self, values: Mapping[str, Any], site: Site | None = None) -> Requested:
        """What the job script of a section asks for, of the section's values by key; a site says how amounts count."""
        return self._requested(Job(self.lines(values), values, site))

    def of_script(self, script: str) -> Requested:
        """What a job script asks for."""
        return self._requested(Job(requested.lines_of_script(self.directives, script)))

    def lines(self, values: Mapping[str, Any]) -> tuple[Line, ...]:
        """The options in the job script of a section, in their order."""
        return requested.lines_of_section(self.directives, values)

    def cores_asked(self, job: Job) -> Iterator[Amount]:
        """Every number of cores that the lines ask for."""
        for line in job.named(self.directives.cores):
            cores, words = job.number("cores"), f"{line.name} {line.value}"
            right = f"{line.name} {cores}" if cores else None
            if line.place.item is None:
                words, right = line.place.key, "null"
            # Of a range, `-n 4,8`, the fewest are what a job can count on.
            fewest = re.fullmatch(r"([1-9]\d{0,8})(?:,\d+)?", line.value)
            yield Amount(
                words, int(fewest[1]) if fewest else None, line.place, line.value, right=right, of_node=line.name
            )

    def memory_asked(self, job: Job) -> Iterator[Amount]:  # noqa: ARG002 - a default
        """Every amount of memory that the lines ask for."""
        return iter(())

    def _requested(self, job: Job) -> Requested:
        words = self.directives
        of_cores, of_memory = tuple(self.cores_asked(job)), tuple(self.memory_asked(job))
        found: list[tuple[str, Any, requested.Place]] = [
            (what, one.total, one.place)
            for what, every in (("cores", of_cores), ("memory", of_memory))
            for one in every
        ]
        for what, table in (("nodes", words.nodes), ("gpus", words.gpus)):
            for option, pattern in reversed(table):
                matches = ((line, re.search(pattern, line.value)) for line in job.named(option))
                found += [(what, int(match[1]), line.place) for line, match in matches if match]
        for line in job.named(words.walltime_option[0]):
            text = requested.walltime_in(words, line.value)
            if text is not None:
                place = line.place if line.place.item is not None else requested.Place("walltime")
                found.append(("walltime", self._seconds(text), place))
        if words.first_counts:
            found.reverse()
        for what, option in (("queue", words.queue), ("account", words.account)):
            found += [(what, line.value.strip("\"' "), line.place) for line in job.named(option)]
        counts: dict[str, Any] = {what: value for what, value, _ in found}
        places = {what: place for what, _, place in found}
        return Requested(**counts, where=places, of_cores=of_cores, of_memory=of_memory, lines=job.lines)

    def _seconds(self, walltime: str) -> int | None:
        try:
            return self.parse_walltime(walltime)
        except RefusedError:
            return None

    def command_line(self, script: str) -> list[str]:  # noqa: ARG002 - a default
        """The whole submit command, which has the script in it where standard input is not read."""
        return [*self.submit]

    @abstractmethod
    def job_id(self, output: str) -> str | None:
        """The id in what the submit command printed."""

    @abstractmethod
    def list_named(self, name: str) -> list[str]:
        """List this user's jobs of that name, or all of them where it knows no names."""

    @abstractmethod
    def parse_jobs(self, output: str) -> tuple[QueuedJob, ...]:
        """The jobs in what `list_named` printed."""

    @abstractmethod
    def says_none(self, output: str) -> bool:
        """Whether the listing failed only because there is no such job."""

    def pending_reason(self, job: str) -> list[str]:
        """Ask why a job waits, among all else where no command asks for that alone."""
        return self.details(job)

    @abstractmethod
    def parse_pending_reason(self, output: str) -> PendingReason:
        """Why it waits; empty where that is not said."""

    @abstractmethod
    def details(self, job: str) -> list[str]:
        """Ask for everything about one job."""

    def ask_presence(self, job: str) -> tuple[list[str], ...]:
        """The command lines whose answers prove that this very job has left the queue, asked one after another."""
        return (self.details(job),)

    def presence(self, job: str, name: str, answers: Sequence[Answer]) -> Presence:
        """What these answers say of the job of that id and name; an id under another name is somebody else's job.

        By itself what a listing in the form of `list_named` shows of it.
        """
        (answer,) = answers
        found = listed_presence(self.parse_jobs(answer.out), job, name) if answer.code == 0 else None
        return found or Presence.UNKNOWN

    def record(self, job: str) -> list[str]:  # noqa: ARG002 - a default
        """Ask about a job that is no longer listed; empty where nobody can be asked."""
        return []

    @abstractmethod
    def parse_exit_reason(self, output: str) -> ExitReason:
        """Why a job ended, of what `details` or `record` printed; empty while it has not."""

    def output_so_far(self, job: str) -> list[str]:  # noqa: ARG002 - a default
        """Show a running job's output; empty where its files exist while it runs."""
        return []

    @abstractmethod
    def log_files(self, job: str) -> str:
        """The pattern of a job's output files."""

    def own_output(self, text: str) -> str:
        """A job's output without what the batch system adds to it."""
        return text.strip()

    @abstractmethod
    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """Cancel jobs by id."""

    @abstractmethod
    def cancel_named(self, name: str) -> list[str]:
        """Cancel all of this user's jobs of that name."""

    @abstractmethod
    def small_job(self, job: SmallJob) -> str:
        """The script of a small job, for the submit command or for `attached`."""

    def attached(self, job: SmallJob) -> list[str]:  # noqa: ARG002 - a default
        """A command that stays until the small job ends and prints its output here, where there is one (`attaches`)."""
        return []

    def deadline_directive(self, moment: datetime) -> str:  # noqa: ARG002 - a default
        """A directive that has a job removed which still waits at that local time; empty where there is none."""
        return ""

    def may_be_here(self, has: Callable[[str], bool]) -> bool:
        """Whether a host may have it, by its commands; `has` says whether one is on PATH."""
        return bool(self.detect_by) and all(has(command) for command in self.detect_by)

    def fact_files(self, environ: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG002 - a default
        """Files that may say something of the cluster, or answer a question of init."""
        return ()

    def fact_lines(self, heard: Heard, user: str) -> tuple[str, ...]:
        """The command lines whose answers are wanted after those in `heard`, which may be among them."""
        lines: tuple[str, ...] = import_module(self.facts).lines(heard, user) if self.facts else ()
        return lines

    def read_facts(self, heard: Heard, user: str, environ: Mapping[str, str]) -> Detected | None:
        """What the cluster says of itself; None where the answers show that it is not here."""
        found: Detected | None = import_module(self.facts).read(heard, user, environ) if self.facts else None
        return found

    def name_files(self, files: Mapping[str, str], environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:  # noqa: ARG002
        """Files that say what it calls its cluster, each with a pattern of the name; a `*` in place of it needs none.

        The first that says it counts; `files` are the texts of `fact_files`, as far as they can be read.
        """
        return ()

    def usual(self, question: str, answers: Mapping[str, Any], files: Mapping[str, str]) -> tuple[str, str] | None:  # noqa: ARG002
        """What it has init offer where nobody knows better, and words on that; `answers` are those so far."""
        return None

    def judge(self, case: Case) -> Iterator[Said]:
        """What it says to a script; by itself the trial's one command says all there is."""
        answer = case.ask(case.trial.words, case.script)
        if answer.code != 0:
            yield case.refused(answer.said)
        elif case.trial.unseen:
            yield Said(Verdict.NOT_CHECKED, case.trial.unseen)

    def never_fits(self, case: Case) -> Iterator[Said]:  # noqa: ARG002 - a default
        """Why no host could ever run a script that it has taken, where it does not say so of the waiting job."""
        yield from ()

    def room(self, case: Case) -> int | None:  # noqa: ARG002 - a default
        """How many jobs of a script can run at once, all else idle; None where that cannot be told."""
        return None

"""What a section asks Grid Engine for: slots of one host, and memory for each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.gridengine import request
from pegconf.config.render import quoted
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules import amounts
from pegconf.validate.rules.amounts import bytes_of
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.requested import Amount

_KILLS: Final = ("h_vmem", "h_rss", "h_data")


def over_several_hosts(subject: Subject) -> Iterator[Problem]:
    """A parallel environment for MPI spreads a job's slots over hosts, and a worker runs on the first of them only.

    What keeps them on one is `allocation_rule $pe_slots`, which `qconf -sp NAME` shows (sge_pe(5)); `qconf -spl` lists
    the environments. Without a site's file only the name can be judged.

    Wrong:

        jobqueue:
          sge: {cores: 4, memory: 8GB, job-extra-directives: ['-pe openmpi 4']}

    Right:

        jobqueue:
          sge: {cores: 4, memory: 8GB, job-extra-directives: ['-pe smp 4']}
    """
    if subject.section.batch_system != "sge":
        return
    known = subject.queue.details.get("parallel-environment") if subject.queue else None
    for extra in extras(subject, ("-pe",)):
        name, _, slots = extra.value.partition(" ")
        if request.stays_on_one_host(name, known) or slots.strip() == "1":
            continue
        message = f"parallel environment {shown(name)} may spread a job over hosts"
        effect = "the slots of other hosts are paid for and idle, and those of the first too few"
        yield extra.problem(message, effect, f"- {quoted(' '.join(['-pe', known or 'smp', slots]))}")


def memory_below(subject: Subject) -> Iterator[Problem]:
    """With less memory asked for than `memory`, Grid Engine ends the job before Dask's limit, or puts others beside it.

    A consumable resource such as h_vmem counts for each slot (complex(5)), so `-l h_vmem=2G` with `-pe smp 4` is 8 G.
    Dask divides `memory` among the processes; neither knows of the other (dask-jobqueue#219). h_vmem limits
    addresses, of which Python needs more than memory.

    Wrong:

        jobqueue:
          sge: {cores: 2, memory: 16GB, resource-spec: h_vmem=4G, job-extra-directives: ['-pe smp 2']}

    Right:

        jobqueue:
          sge: {cores: 2, memory: 16GB, resource-spec: h_vmem=10G, job-extra-directives: ['-pe smp 2']}
    """
    if subject.section.batch_system == "sge":
        yield from amounts.less_memory(subject, ("resource-spec",), _below)


def _below(asked: Amount) -> str:
    if asked.words.startswith(_KILLS):
        return "Grid Engine ends the job before Dask's workers reach their limit"
    return "more jobs may land on a host than it has memory for"


def slots_not_asked(subject: Subject) -> Iterator[Problem]:
    """Grid Engine gives a job one slot unless a parallel environment gives it more; dask-jobqueue asks for none.

    dask_jobqueue/sge.py writes neither -pe nor slots, so that 8 threads run on one slot and on other jobs' cores. The
    environment's allocation_rule must be $pe_slots, which puts all slots on one host (qconf -sp NAME).

    Wrong:

        jobqueue:
          sge: {cores: 8, memory: 16GB, queue: all.q, resource-spec: mem_free=19074M}

    Right:

        jobqueue:
          sge:
            cores: 8
            memory: 16GB
            queue: all.q
            resource-spec: mem_free=2385M
            job-extra-directives: ['-pe smp 8']
    """
    cores, slots, every = subject.number("cores"), subject.requested.cores, subject.requested.of_cores
    if subject.section.batch_system != "sge" or cores is None or slots is None or slots >= cores:
        return
    setting = subject.settings.get("job-extra-directives")
    environment = every[-1].words.split()[1] if every else "smp"
    message = f"cores is {cores} and the job asks for {count(slots, 'slot')}"
    effect = f"{count(cores, 'thread', 'runs', 'run')} on {count(slots, 'reserved core')}"
    item = f"'-pe {environment} {cores}'"
    extra = subject.items("job-extra-directives") + subject.items("job-extra")
    fix = f"- {item}" if extra else f"job-extra-directives: [{item}]"
    mark = setting.mark if setting else subject.section.mark
    yield Problem(mark, message, effect, fix, "job-extra-directives")


def memory_not_asked(subject: Subject) -> Iterator[Problem]:
    """dask-jobqueue asks Grid Engine for no memory: `memory` is only the workers' own limit (dask_jobqueue/sge.py).

    The job gets the site's default, if there is one, and other jobs beside it (dask-jobqueue#219, dask-jobqueue#195).
    The name of the resource is the site's: `qconf -sc` lists h_vmem, mem_free or another.

    Wrong:

        jobqueue:
          sge: {cores: 1, memory: 8GB, resource-spec: null}

    Right:

        jobqueue:
          sge: {cores: 1, memory: 8GB, resource-spec: mem_free=9537M}
    """
    section = subject.section
    if section.batch_system != "sge" or section.asked or bytes_of(subject) is None:
        # Whom init has asked, knows.
        return
    spec = subject.text("resource-spec") or ""
    words = " ".join([spec, *(extra.value for extra in extras(subject, ("-l",)))])
    if re.search(r"mem|rss|h_data|ram", words, re.IGNORECASE):
        return
    setting = subject.settings.get("resource-spec")
    mark = setting.mark if setting else section.mark
    yield Problem(mark, "no memory is asked of Grid Engine", "the job gets the site's default", None, "resource-spec")


def no_object_name(subject: Subject) -> Iterator[Problem]:
    """A job's name on Grid Engine does not begin with a digit, and has no colon, slash or at sign in it.

    "denied: "3d" is not a valid object name (cannot start with a digit)" (recorded; sge_types(1): object_name).

    Wrong:

        jobqueue:
          sge: {cores: 1, memory: 4GB, name: 3d-inversion}

    Right:

        jobqueue:
          sge: {cores: 1, memory: 4GB, name: inversion-3d}
    """
    setting, text = subject.settings.get("name"), subject.text("name")
    if setting is None or not text or subject.section.batch_system != "sge":
        return
    if re.match(r"\d", text) or re.search(r"[:@/]", text):
        fix = "dask-" + re.sub(r"[:@/]+", "-", text).strip("-")
        yield at(setting, f"name {shown(text)} is no name for Grid Engine", "qsub refuses the job", fix)


RULES: Final = (
    SectionRule("PEG226", Severity.WARNING, "slots that Grid Engine is not asked for", Layer.MEANING, slots_not_asked),
    SectionRule("PEG229", Severity.WARNING, "slots on several hosts", Layer.MEANING, over_several_hosts),
    SectionRule("PEG253", Severity.WARNING, "less memory asked of Grid Engine than used", Layer.MEANING, memory_below),
    SectionRule("PEG254", Severity.INFO, "no memory asked of Grid Engine", Layer.MEANING, memory_not_asked),
    SectionRule("PEG245", Severity.ERROR, "a name that Grid Engine refuses", Layer.MEANING, no_object_name),
)

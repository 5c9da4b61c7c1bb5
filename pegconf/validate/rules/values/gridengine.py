"""What a section asks Grid Engine for: slots of one host, and memory for each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.gridengine import request
from pegconf.config.render import quoted
from pegconf.core import sizing
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_bytes
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras
from pegconf.validate.rules.values.memory import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPREADS: Final = re.compile(
    r"(?:open)?mpi\w*|orte|mpich\w*|impi|pvm|lam|.*(?:roundrobin|round_robin|fillup|_rr)", re.ASCII
)
_MEMORY: Final = re.compile(
    r"(?:^|[,\s])(?P<name>h_vmem|s_vmem|h_rss|mem_free|m_mem_free|virtual_free|h_data|vmem|rmem|mem)"
    r"=(?P<number>\d{1,12}(?:\.\d{1,3})?)(?P<unit>[kKmMgG]?)(?=[,\s]|$)",
    re.ASCII,
)
# sge_types(1): capital letters count in 1024s, small ones in 1000s.
_UNITS: Final = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "K": 1024, "M": 1024**2, "G": 1024**3}
_KILLS: Final = ("h_vmem", "h_rss", "h_data")


def stays_on_one_host(subject: Subject, environment: str) -> bool:
    """Whether a parallel environment is the site's own for one host, or has no name of one that spreads."""
    known = subject.queue.details.get("parallel-environment") if subject.queue else None
    return environment == known or (known is None and not _SPREADS.fullmatch(environment))


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
        if stays_on_one_host(subject, name) or slots.strip() == "1":
            continue
        message = f"parallel environment {shown(name)} may spread a job over hosts"
        effect = "the slots of other hosts are paid for and idle, and those of the first too few"
        yield extra.problem(message, effect, f"- {quoted(' '.join(['-pe', known or 'smp', slots]))}")


def free_memory(text: str) -> Iterator[tuple[str, int]]:
    """The memory that a host has to have free or in all, in the words of a `-l`, and its bytes.

    Limits such as h_vmem are left out: a site may not count them against a host's memory.
    """
    for match in _MEMORY.finditer(text):
        if match["name"] in {"mem_free", "m_mem_free"}:
            yield (
                f"{match['name']}={match['number']}{match['unit']}",
                int(float(match["number"]) * _UNITS[match["unit"]]),
            )


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
    setting, text, amount = subject.settings.get("resource-spec"), subject.text("resource-spec"), bytes_of(subject)
    match = _MEMORY.search(text or "")
    if subject.section.batch_system != "sge" or setting is None or match is None or amount is None:
        return
    environment = request.parallel([extra.item.content for extra in extras(subject, ("-pe",))])
    per_core = subject.site.reserve_per_core if subject.site else True
    slots = environment[1] if environment and per_core else 1
    asked = int(float(match["number"]) * _UNITS[match["unit"]]) * slots
    if not 0 < asked < amount:
        return
    share = f"{match['name']}={match['number']}{match['unit']}"
    many = f" for {slots} slots" if slots > 1 else ""
    message = f"{share}{many}, {show_bytes(asked)}, is below memory, {show_bytes(amount)}"
    ends = match["name"] in _KILLS
    effect = "Grid Engine ends the job before Dask's workers reach their limit"
    needed = -(-int(amount * sizing.HEADROOM) // (slots * 1024**2))
    fix = (text or "").replace(share, f"{match['name']}={needed}M", 1)
    yield at(setting, message, effect if ends else "more jobs may land on a host than it has memory for", quoted(fix))


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
    SectionRule("PEG229", Severity.WARNING, "slots on several hosts", Layer.MEANING, over_several_hosts),
    SectionRule("PEG253", Severity.WARNING, "less memory asked of Grid Engine than used", Layer.MEANING, memory_below),
    SectionRule("PEG254", Severity.INFO, "no memory asked of Grid Engine", Layer.MEANING, memory_not_asked),
    SectionRule("PEG245", Severity.ERROR, "a name that Grid Engine refuses", Layer.MEANING, no_object_name),
)

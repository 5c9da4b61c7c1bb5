"""More than is used or there is: cores beyond Dask's threads, no memory for PBS, what a site's nodes do not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.gridengine import request
from pegconf.batch.pbs import request as resource_spec
from pegconf.batch.slurm import request as slurm_request
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_bytes
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras, option_of
from pegconf.validate.rules.values.gridengine import free_memory, stays_on_one_host
from pegconf.validate.rules.values.htcondor_and_oar import condor_cores, condor_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.validate.rules.extra_directives import Extra

_CORES_KEY: Final = {"lsf": "ncpus", "slurm": "job-cpu"}
_CORES: Final = {"lsf": "-n", "slurm": "-c"}
_PBS_CORES: Final = re.compile(r"(?<![^,:\s])(?:ncpus|ppn)=(\d{1,9})(?![^,:+\s])", re.ASCII)
_PBS_MEMORY: Final = re.compile(r"(?<![^,:\s])mem=([^,:+\s]+)")
# Without nodes= OAR takes cores where it finds them, also on several nodes.
_OAR_CORES: Final = re.compile(
    r"\b(?:nodes?|host|network_address)=\w+(?:/cpu=(?P<cpus>\d{1,6}))?/core=(?P<cores>\d{1,6})", re.ASCII
)
# Several queues, or a host of one, are left alone.
_ONE_QUEUE: Final = re.compile(r"[\w.-]+")


def more_reserved(subject: Subject) -> Iterator[Problem]:
    """`ncpus` (LSF) and `job-cpu` (Slurm) are what is reserved, `cores` what Dask uses; more reserved stays idle.

    They count against limits and are paid for (dask-jobqueue#181). It is right where a node runs two threads to a core
    and each is counted, or where the extra cores buy memory. null means the same as cores.

    Wrong:

        jobqueue:
          lsf: {cores: 4, memory: 16GB, ncpus: 16}

    Right:

        jobqueue:
          lsf: {cores: 16, memory: 16GB, ncpus: null}
    """
    name = _CORES_KEY.get(subject.section.batch_system or "", "")
    setting, cores, reserved = subject.settings.get(name), subject.number("cores"), subject.number(name)
    if setting is not None and cores is not None and reserved is not None and 0 < cores < reserved:
        effect = f"{reserved - cores} of {reserved} reserved cores stay idle, and are paid for"
        yield at(setting, f"{name} is {reserved} and cores is {cores}", effect, "null")


def no_memory_asked(subject: Subject) -> Iterator[Problem]:
    """resource-spec replaces what dask-jobqueue makes of `memory`; without `mem` PBS gives what the site gives to all.

    dask_jobqueue/pbs.py writes either resource-spec or its own `select=1:ncpus=..:mem=..`. Where the site hands out
    whole nodes that is fine. Torque's and Moab's `nodes=` is left alone: sites there often hand out nodes.

    Wrong:

        jobqueue:
          pbs: {cores: 4, memory: 20GB, resource-spec: 'select=1:ncpus=4'}

    Right:

        jobqueue:
          pbs: {cores: 4, memory: 20GB, resource-spec: 'select=1:ncpus=4:mem=23842mb'}
    """
    setting, amount = subject.settings.get("resource-spec"), subject.section.get("memory")
    if setting is None or amount is None or subject.section.batch_system != "pbs":
        return
    asked = resource_spec.parse(setting.plain)
    if asked is None or asked.form != "select" or "mem=" in str(setting.plain):
        return
    if not any("mem=" in extra.value for extra in extras(subject, ("-l",))):
        effect = "PBS gives the job what the site gives where nothing is asked for"
        yield at(setting, f"resource-spec asks for no memory, and memory is {shown(amount)}", effect)


def extra_not_there(subject: Subject) -> Iterator[Problem]:
    """An extra directive for more cores or memory than a node of the site has, or for a queue that it does not list.

    Extra directives come later in the script than those of the keys, and count (see PEG246). Looked at are those of
    each batch system: `-n`, `-c`, `ncpus=`, `ppn=`, `-pe`, `core=`, RequestCpus; `--mem`, `mem=`, `mem_free=`,
    RequestMemory.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 4, memory: 8GB, job-extra-directives: ['-n 40']}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 4, memory: 8GB, job-extra-directives: ['-n 4']}
    """
    site = subject.site
    if site is not None:
        for extra in extras(subject, (option_of(subject.section.batch_system, "queue"),)):
            name = extra.value.strip("\"' ")
            if _ONE_QUEUE.fullmatch(name) and site.queue(name) is None:
                message = f"site {site.name} lists no queue {shown(name)}"
                names = ", ".join(queue.name for queue in site.queues)
                yield extra.problem(message, f"it lists {names}", severity=Severity.WARNING)
    node = subject.queue.node if subject.queue else None
    if node is None or subject.queue is None:
        return
    where = f" of queue {subject.queue.name}" if subject.queue.name else ""
    effect = f"the job {subject.impossible.over_node}"
    for words, cores, extra in _cores(subject):
        if cores > node.cores:
            yield extra.problem(f"{words} asks for {cores} cores, and a node{where} has {node.cores}", effect)
    for words, amount, extra in _memory(subject):
        if amount > node.memory:
            message = f"{words} is {show_bytes(amount)}, and a node{where} has {show_bytes(node.memory)}"
            yield extra.problem(message, effect)


def _cores(subject: Subject) -> Iterator[tuple[str, int, Extra]]:
    """The cores of one node that extra directives ask for: the words that do, the number, and their place."""
    system = subject.section.batch_system or ""
    for extra in extras(subject, (_CORES.get(system, ""),)):
        if extra.value.isdecimal() and len(extra.value) < len(str(10**9)):
            yield extra.name, int(extra.value), extra
    for extra in extras(subject, ("-l",)) if system in {"pbs", "moab"} else ():
        for match in _PBS_CORES.finditer(extra.value):
            yield match[0], int(match[1]), extra
    for extra in extras(subject, ("-pe",)) if system == "sge" else ():
        name, slots = request.parallel([f"-pe {extra.value}"]) or ("", 0)
        if stays_on_one_host(subject, name):
            yield f"-pe {extra.value}", slots, extra
    for extra in extras(subject, ("-l",)) if system == "oar" else ():
        spec = _OAR_CORES.search(extra.value)
        if spec is not None:
            yield spec[0], int(spec["cpus"] or 1) * int(spec["cores"]), extra
    for words, number, extra in condor_cores(subject):
        yield words, int(float(number)), extra


def _memory(subject: Subject) -> Iterator[tuple[str, int, Extra]]:
    """The bytes that extra directives ask for: the words that do, the amount, and their place.

    LSF's rusage is compared where a site says what it counts for (PEG232), and OAR gives no memory by itself.
    """
    system = subject.section.batch_system or ""
    for extra in extras(subject, ("--mem",)) if system == "slurm" else ():
        try:
            yield extra.name, slurm_request.parse_memory(extra.value), extra
        except RefusedError:
            continue
    for extra in extras(subject, ("-l",)) if system in {"pbs", "moab"} else ():
        for match in _PBS_MEMORY.finditer(extra.value):
            amount = resource_spec.parse_size(match[1])
            if amount is not None:
                yield match[0], amount, extra
    for extra in extras(subject, ("-l",)) if system == "sge" else ():
        for words, amount in free_memory(extra.value):
            yield words, amount, extra
    yield from condor_memory(subject)


RULES: Final = (
    SectionRule("PEG260", Severity.WARNING, "more cores reserved than used", Layer.MEANING, more_reserved),
    SectionRule("PEG268", Severity.INFO, "PBS is asked for no memory", Layer.MEANING, no_memory_asked),
    SectionRule(
        "PEG269", Severity.ERROR, "an extra directive for what the site has not", Layer.MEANING, extra_not_there
    ),
)

"""What a job asks Grid Engine for: slots through a parallel environment, memory through a resource of the site.

dask-jobqueue asks for neither (dask_jobqueue/sge.py): without `-pe` a worker of 8 threads takes one slot.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.requested import Amount, Filled
from pegconf.core.errors import RefusedError
from pegconf.core.units import MB, MIB, show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.batch.requested import Job, Request
    from pegconf.core.model import Shape

NONE: Final = "none"
# qsub(1): a number of slots, or ranges such as 4-8; the fewest are what a job can count on.
_PARALLEL: Final = re.compile(r"(?:^|(?<=\s))-pe\s+(?P<name>\S+)\s+(?P<least>\d{0,9})[\d,-]*(?:\s+|$)", re.ASCII)
# A site names its resources itself (complex(5)); these are in the names seen: h_vmem, mem_free, s_rss, rmem.
_MEMORY: Final = re.compile(r"(?P<name>\w*mem\w*|\w*rss|(?:\w*_)?ram|virtual_free|h_data)=[\d.]+[kKmMgG]?", re.ASCII)
# sge_types(1): capital letters are powers of 1024, small ones of 1000.
_AMOUNT: Final = re.compile(
    r"(?:^|[,\s])(?P<words>(?P<name>h_vmem|s_vmem|h_rss|mem_free|m_mem_free|virtual_free|h_data|vmem|rmem|mem)"
    r"=(?P<number>\d{1,12}(?:\.\d{1,3})?)(?P<unit>[kKmMgG]?))(?=[,\s]|$)",
    re.ASCII,
)
_UNITS: Final = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "K": 1024, "M": 1024**2, "G": 1024**3}
# Limits such as h_vmem are not compared with a host: a site may not count them against its memory.
_FREE: Final = ("mem_free", "m_mem_free")
_SPREADS: Final = re.compile(r"(?:open)?mpi\w*|orte|impi|pvm|lam|.*(?:roundrobin|round_robin|fillup|_rr)", re.ASCII)
_LIMITS_ADDRESSES: Final = re.compile(r"[hs]_(vmem|data)")
ADDRESSES: Final = 1024 * MIB
"""What a worker and its nanny map without using it, for each process of a job."""


def parallel(directives: Any) -> tuple[str, int] | None:
    """The parallel environment in the extra directives and the fewest slots it is asked for."""
    for item in directives if isinstance(directives, list) else ():
        match = _PARALLEL.search(str(item))
        if match is not None:
            return match["name"], int(match["least"] or 1)
    return None


def stays_on_one_host(environment: str, known: str | None) -> bool:
    """Whether a parallel environment is the site's own for one host, or has no name of one that spreads."""
    return environment == known or (known is None and not _SPREADS.fullmatch(environment))


def known_environment(job: Job) -> str | None:
    """The parallel environment for one host that the site's file names for the job's queue."""
    queue = job.site.queue(job.values.get("queue") or job.site.default_queue) if job.site else None
    return queue.details.get("parallel-environment") if queue else None


def cores_asked(job: Job) -> Iterator[Amount]:
    """The fewest slots of each -pe."""
    for line in job.named("-pe"):
        words = f"-pe {line.value}"
        environment = parallel([words])
        if environment is not None:
            name, slots = environment
            of_node = words if stays_on_one_host(name, known_environment(job)) else ""
            cores = job.number("cores")
            right = f"-pe {name} {cores}" if cores else None
            yield Amount(words, slots, line.place, str(slots), right=right, of_node=of_node)


def memory_asked(job: Job) -> Iterator[Amount]:
    """The first resource of memory in a resource-spec and every one in other -l, each as the site counts it.

    That is for each slot, or for the job (complex(5): consumable JOB).
    """
    every = [one.amount or 0 for one in cores_asked(job)]
    slots = every[-1] if every and (job.site is None or job.site.reserve_per_core) else 1
    for line in job.named("-l"):
        for match in islice(_AMOUNT.finditer(line.value), 1 if line.place.key == "resource-spec" else None):
            amount, right = int(float(match["number"]) * _UNITS[match["unit"]]), None
            if job.needed is not None:
                enough = f"{match['name']}={-(-job.needed // (max(slots, 1) * MIB))}M"
                right = line.value.replace(match["words"], enough, 1)
            of_node = match["words"] if match["name"] in _FREE else ""
            words = match["words"] + (f" for {slots} slots" if slots > 1 else "")
            yield Amount(words, amount, line.place, match["number"], slots, right, of_node)


def environment_name(answer: str) -> str:
    """A parallel environment's name, which may be a pattern (qsub -pe), or none."""
    if not re.fullmatch(r"[A-Za-z0-9_*][A-Za-z0-9_.*-]*", answer):
        raise RefusedError(f"{answer!r} is no parallel environment: a name that qconf -spl lists, or none")
    return NONE if answer.lower() == NONE else answer


def resource_name(answer: str) -> str:
    """A memory resource's name, or none; one that does not read like memory could not be told from others later."""
    if answer.lower() == NONE:
        return NONE
    if not _MEMORY.fullmatch(f"{answer}=1"):
        raise RefusedError(f"{answer!r} is no resource of memory: a name from qconf -sc such as h_vmem, or none")
    return answer


def answered(values: Mapping[str, Any], by_init: bool) -> dict[str, str]:
    """The answers that only Grid Engine asks for, as a section holds them; told none, init wrote nothing."""
    found = {}
    environment = parallel(values.get("job-extra-directives"))
    if environment is not None:
        found["parallel-environment"] = environment[0]
    elif by_init and (values.get("cores") or 1) != 1:
        found["parallel-environment"] = NONE
    memory = next((match for match in map(_MEMORY.fullmatch, _items(values.get("resource-spec"))) if match), None)
    if memory or by_init:
        found["memory-resource"] = memory["name"] if memory else NONE
    return found


def fill(request: Request) -> Filled:
    """Slots for the cores, and for each of them its part of the memory: a consumable resource counts per slot.

    Where the site counts it per job (complex(5): consumable JOB) the whole goes into it.
    """
    answers = {**answered(request.kept, True), **request.details}
    environment, resource = answers.get("parallel-environment", NONE), answers.get("memory-resource", NONE)
    slots = request.shape.cores if environment != NONE else 1
    shares = slots if request.per_core else 1
    amount = _reserved(request.shape, resource, shares)
    whole = show_bytes(amount * MIB * shares)
    per = "slot" if request.per_core else "job"
    return Filled(
        values={
            "resource-spec": resource_spec(request.kept.get("resource-spec"), resource, amount),
            "job-extra-directives": directives(request.kept.get("job-extra-directives"), environment, slots),
        },
        comments={
            "resource-spec": _memory_comment(resource, per, whole),
            "job-extra-directives": f"a slot for each core, in the parallel environment {environment}"
            if slots > 1
            else "more directives for Grid Engine; one slot needs no parallel environment",
        },
        reserved="" if resource == NONE else f"{resource}={amount}M per {per}: {whole} a job",
        ended_above=f"{whole} of address space, which {resource} limits"
        if _LIMITS_ADDRESSES.fullmatch(resource)
        else "the site's own limits; none is asked for",
    )


def _reserved(shape: Shape, resource: str, shares: int) -> int:
    """The number of M for each share, never less than meant.

    h_vmem limits addresses, of each process and of all of a job's together, and Python with numpy and its threads
    holds far more of them than memory: what a job that has done nothing yet maps is added.
    """
    memory = max(shape.limit, shape.reserved_mb_per_core * MB * shape.cores)
    if _LIMITS_ADDRESSES.fullmatch(resource):
        memory += shape.processes * ADDRESSES
    return -(-memory // (MIB * shares))


def _memory_comment(resource: str, per: str, whole: str) -> str:
    if resource == NONE:
        return "more resources to ask for; no memory is reserved"
    if _LIMITS_ADDRESSES.fullmatch(resource):
        return f"memory per {per}: {whole} a job; a limit of addresses, of which Python needs more than memory"
    return f"memory to reserve per {per}: {whole} a job"


def resource_spec(old: Any, resource: str, amount: int) -> Any:
    """The resources with one of memory: what the user's own asked for, and this much; None where nothing is left."""
    if old is not None and not isinstance(old, str):
        return old
    items = _items(old)
    ours = f"{resource}={amount}M"
    place = next((number for number, item in enumerate(items) if _MEMORY.fullmatch(item)), None)
    if resource == NONE:
        kept = [item for number, item in enumerate(items) if number != place]
    elif place is None:
        kept = [ours, *items]
    else:
        kept = [*items[:place], ours, *items[place + 1 :]]
    return ",".join(kept) or None


def _items(spec: Any) -> list[str]:
    """The resources of a `-l`, apart."""
    return [item.strip() for item in spec.split(",") if item.strip()] if isinstance(spec, str) else []


def directives(old: Any, environment: str, slots: int) -> Any:
    """The extra directives with `-pe` for more than one slot: the user's own stay, in their order."""
    if not isinstance(old, list):
        return old
    without = [(item, _PARALLEL.sub("", item).strip() if isinstance(item, str) else item) for item in old]
    others = [rest for item, rest in without if rest or not item]
    return [f"-pe {environment} {slots}", *others] if slots > 1 else others

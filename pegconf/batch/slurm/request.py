"""What a job asks Slurm for: --mem in Slurm's words, one node, GPUs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.requested import Amount, Filled
from pegconf.core.errors import RefusedError
from pegconf.core.units import MIB, show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.requested import Job, Request

_MEMORY: Final = re.compile(r"(?P<number>\d{1,18})(?:(?P<unit>[KMGT])B?)?", re.IGNORECASE | re.ASCII)
_NODES: Final = re.compile(r"(?:-N\s*|--nodes[=\s]\s*)(?P<count>\S+)")
_GPUS: Final = re.compile(r"--gres[=\s]\s*gpu(?P<kind>:[A-Za-z]\w*)?(?::\d+)?")


def memory(amount: int) -> str:
    """Bytes in Slurm's words, never less than meant: its M is 1024 x 1024 bytes."""
    return f"{-(-amount // MIB)}M"


def parse_memory(text: str) -> int:
    """Bytes of `--mem`, whose bare number is in M and whose units are powers of 1024; raises RefusedError."""
    match = _MEMORY.fullmatch(text)
    if match is None:
        raise RefusedError(f"{text!r} is no memory of Slurm: write a whole number and K, M, G or T, such as 5000M")
    kibibytes: int = int(match["number"]) * 1024 ** "KMGT".index((match["unit"] or "M").upper())
    return kibibytes * 1024


def memory_asked(job: Job) -> Iterator[Amount]:
    """--mem, and --mem-per-cpu for each of the cores that Dask uses; 0 is all memory of a node."""
    for line in job.named("--mem", "--mem-per-cpu"):
        amount, shares = job.memory, job.number("cores") or 1 if line.name == "--mem-per-cpu" else 1
        if line.place.key != "memory":
            try:
                amount = parse_memory(line.value)
            except RefusedError:
                amount = None
        words, right = line.place.key, None if job.needed is None else memory(-(-job.needed // shares))
        if line.place.item is not None:
            words, right = f"{line.name}={line.value}", right and f"{line.name}={right}"
        of_node = line.name if line.name == "--mem" else ""
        yield Amount(words, amount, line.place, line.value, shares, right, of_node)


def fill(request: Request) -> Filled:
    """Slurm reserves --mem for a job and, with cgroups, kills what goes above it: so it lies above the workers' limits.

    dask-jobqueue puts `job-mem` into --mem as it is, and `memory`, without headroom, where that is null (slurm.py).
    """
    shape = request.shape
    reserved = memory(shape.limit)
    return Filled(
        values={
            "job-cpu": request.kept.get("job-cpu") if request.kept.get("cores") == shape.cores else None,
            "job-mem": reserved,
            "job-extra-directives": directives(request.kept["job-extra-directives"], request.gpus),
        },
        comments={
            "job-mem": f"--mem, above the workers' limits ({show_bytes(shape.limit)}; Slurm's M is 1024 x 1024 bytes)",
            "job-extra-directives": "one node for all of a job's workers" + (", and its GPUs" if request.gpus else ""),
        },
        reserved=f"--mem={reserved}: {show_bytes(parse_memory(reserved))} a job",
        ended_above=f"{show_bytes(parse_memory(reserved))}, where Slurm enforces --mem",
    )


def directives(old: Any, gpus: int = 0) -> Any:
    """The user's own extra directives, with the number of nodes that dask-jobqueue leaves out (dask-jobqueue#680)."""
    if not isinstance(old, list):
        return old
    kept = list(old)
    if not any(_NODES.match(str(item).strip()) for item in kept):
        kept.insert(0, "-N 1")
    if gpus:
        found = [match for item in kept if (match := _GPUS.fullmatch(str(item).strip()))]
        kind = found[0]["kind"] or "" if found else ""
        kept = [item for item in kept if not _GPUS.fullmatch(str(item).strip())] + [f"--gres=gpu{kind}:{gpus}"]
    return kept

"""What a job asks HTCondor for: commands of a submit description, `RequestMemory = 9537`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.requested import Amount, Line, Place, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.batch.requested import Job

MIB: Final = 1024**2
_EXTRA: Final = "job-extra-directives"
_AMOUNT: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]?)b?", re.IGNORECASE)


def plain(name: object) -> str:
    """A command's name as HTCondor takes it: `request_memory` and `RequestMemory` are one."""
    return str(name).replace("_", "").lower()


def lines(values: Mapping[str, Any]) -> tuple[Line, ...]:
    """The commands that ask for something, dask-jobqueue's own and then the extra ones, under HTCondor's own names."""
    memory, skip, extra = bytes_of(values.get("memory")), values.get("job-directives-skip"), values.get(_EXTRA)
    extra = extra if isinstance(extra, dict) else {}
    gone = [*(skip if isinstance(skip, list) else ()), *extra]
    own = (("RequestCpus", "cores", values.get("cores")), ("RequestMemory", "memory", memory and memory // MIB))
    return (
        *(Line(plain(name), str(value), Place(key), name) for name, key, value in own if value and name not in gone),
        *(Line(plain(name), str(value).strip(), Place(_EXTRA, str(name)), str(name)) for name, value in extra.items()),
    )


def cores_asked(job: Job) -> Iterator[Amount]:
    """RequestCpus, which may be a part of one."""
    for line in job.named("requestcpus"):
        match = _AMOUNT.fullmatch(line.value)
        number, right = int(float(match[1])) if match else None, str(job.number("cores"))
        yield Amount(line.text, number, line.place, match[1] if match else "", right=right, of_node=line.text)


def memory_asked(job: Job) -> Iterator[Amount]:
    """RequestMemory, in MiB or in a unit of its own."""
    right = None if job.needed is None else str(-(-job.needed // MIB))
    for line in job.named("requestmemory"):
        match = _AMOUNT.fullmatch(line.value)
        power = " kmgt".index(match[2].lower()) if match and match[2] else 2
        amount = int(float(match[1]) * 1024**power) if match else None
        yield Amount(line.text, amount, line.place, line.value, right=right, of_node=line.text)

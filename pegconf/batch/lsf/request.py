"""What a job asks LSF for: slots, and the memory that `rusage[mem=N]` holds back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.requested import Amount, Job
from pegconf.core import sizing, units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.core.model import Site

RUSAGE: Final = re.compile(
    r"rusage\[[^\]]*\bmem\s*=\s*(?P<amount>\d{1,12}(?:\.\d{1,3})?)\s*(?P<unit>[kKmMgGtT]?[bB]?)", re.ASCII
)


def slots(values: Mapping[str, Any]) -> int:
    """The slots that dask-jobqueue asks LSF for."""
    job = Job((), values)
    return max(job.number("ncpus") or job.number("cores") or 1, 1)


def unit_of(values: Mapping[str, Any], site: Site | None) -> str:
    """The unit that LSF counts in, as init takes it: what the section says, else the site, else megabytes."""
    # A unit that is none is a finding of its own (PEG216).
    return sizing.unit_named(values.get("lsf-units")) or (site and site.memory_unit) or "mb"


def memory_asked(job: Job) -> Iterator[Amount]:
    """The limit -M of the keys, and every rusage[mem=N]: N for each slot, unless the site counts it for the job.

    N may have a unit of its own (LSF 10.1). Where no site says how it counts, it is at most that for each slot of a
    section, and at least that of a script.
    """
    unit, per_slot = unit_of(job.values, job.site), job.site is None or job.site.reserve_per_core
    needed = None
    if job.memory is not None:
        # Who does not know how LSF counts does not ask for too little in either way.
        shares, headroom = (
            (slots(job.values) if per_slot else 1, job.site.headroom) if job.site else (1, sizing.HEADROOM)
        )
        needed = sizing.number_for(job.memory * headroom, unit, shares)
    for line in job.named("-M", "-R"):
        match = RUSAGE.search(line.value)
        if line.name == "-M" and line.place.item is None:
            amount = job.memory if line.place.key == "memory" else job.number(line.place.key)
            yield Amount(line.place.key, amount, line.place, right="null")
        elif line.name == "-R" and match is not None:
            number, own = match["amount"], match["unit"]
            share = units.parse_bytes(number + own) if own else sizing.bytes_of(float(number), unit)
            # The rest of the -R stays: a second one is refused by LSFs that are not IBM's.
            right = f"{line.value[: match.start('amount')]}{needed}{line.value[match.end('unit') :]}"
            right_line = None if needed is None else f'-R "{right}"'
            yield Amount(f"{match[0]}]", share, line.place, number, slots(job.values) if per_slot else 1, right_line)

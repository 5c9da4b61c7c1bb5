"""Asking LSF: it takes a held job, or not; and whether any host of the queue could run it, which LSF does not say.

`bsub -H` accepts conditions and reservations that no host meets, and shows such a job as if the queue were only busy.
The words were recorded on an LSF-compatible cluster (volclava 2.2); IBM's are those that it has for the same errors.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Said, Verdict, last, option, value, words_of
from pegconf.batch.lsf import listings
from pegconf.core.units import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from pegconf.batch.acceptance import Case

_RESERVED: Final = re.compile(
    r"rusage\[[^\]]*\bmem\s*=\s*(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>[KMGT]?B?)", re.IGNORECASE
)
_SELECT: Final = re.compile(r"select\[([^\[\]]*)\]")
_DOWN: Final = {"unavail", "unreach", "closed_LIM"}
"""What `bhosts -w` says of hosts that do not answer, and whose memory and slots it therefore does not know."""

_NONE_SUITS: Final = "Not enough host(s) currently eligible"
"""What `bhosts -R` says where no host has what is asked for; exit code 255."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a script asks one host for: slots, a condition, and memory as a number with LSF's unit behind it.

    The number is of `rusage[mem=]`; `select[maxmem>=]` has the same unit, whichever the site has set.
    """

    slots: int
    condition: str
    amount: float
    unit: str

    def memory(self, *, per_slot: bool) -> str:
        """The condition that a host has that much memory at all; empty where none is asked for."""
        if not self.amount:
            return ""
        whole = math.ceil(self.amount * (self.slots if per_slot else 1))
        return f"maxmem>={whole}{self.unit}"


def held(name: str, until: datetime) -> list[str]:
    """Submit a held job of this name, which runs nothing and is ended at that local time's minute (bsub -H, -J, -t).

    Options of the command line go before those of the script. Without -o LSF would send a mail of its end.
    """
    return ["bsub", "-H", "-J", name, "-t", f"{until:%m:%d:%H:%M}", "-o", "/dev/null", "-e", "/dev/null"]


def wish_of(found: tuple[str, ...]) -> Wish:
    """What the directives ask one host for; where a job may be spread over hosts, it is one slot."""
    required = " ".join(text for text in found if re.search(option("-R"), text))
    least = (value(found, "-n") or "1").partition(",")[0]
    together = re.search(r"span\[\s*hosts\s*=\s*1\s*\]", required)
    tile = re.search(r"span\[\s*ptile\s*=\s*(\d+)\s*\]", required)
    slots = int(tile[1]) if tile else int(least) if together and least.isdecimal() else 1
    reserved = _RESERVED.search(required)
    condition = " && ".join(f"({one.strip()})" for one in _SELECT.findall(required) if one.strip())
    return Wish(slots, condition, float(reserved["amount"]) if reserved else 0.0, reserved["unit"] if reserved else "")


def _conditions(requirement: str) -> str:
    """The condition in a queue's RES_REQ; empty where it has none."""
    return " && ".join(f"({one.strip()})" for one in _SELECT.findall(requirement) if one.strip())


def _ask_hosts(condition: str, among: Sequence[str]) -> list[str]:
    """List the hosts that meet a condition, all of these where it is empty."""
    return ["bhosts", "-w", *(("-R", f"select[{condition}]") if condition else ()), *among]


def _named_hosts(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a queue's HOSTS line that bhosts takes; none, for all hosts, where it excludes or means others."""
    plain = tuple(re.sub(r"\+\d*$", "", word).rstrip("/") for word in words)
    return () if any(word in {"all", "hosts", "others", "none"} or word.startswith("~") for word in plain) else plain


def _down(bhosts: str) -> int:
    """How many hosts in `bhosts -w` do not answer now."""
    rows = (line.split() for line in bhosts.splitlines()[1:])
    return sum(len(row) > 1 and row[1] in _DOWN for row in rows)


def _directive(found: tuple[str, ...], what: str) -> str | None:
    """The directive with that part of a resource requirement, such as rusage or select."""
    return last(found, rf"{option('-R')}.*\b{what}\b")


def judge(case: Case) -> Iterator[Said]:
    """What LSF says to a held job of the script, and then what its hosts have."""
    if (yield from case.hold(case, held)):
        yield from hosts(case)


def hosts(case: Case) -> Iterator[Said]:
    """Whether a host of the queue has the slots, meets the conditions, and has the memory that is reserved."""
    wish = wish_of(case.directives)
    queue, among, required = _queue(case)
    listed = case.ask(_ask_hosts(required, among))
    sizes = listings.slots(listed.out)
    if listed.code != 0 or not sizes:
        yield Said(Verdict.NOT_CHECKED, f"whether a host of {queue} fits it: {words_of(listed)}")
        return
    silent = _down(listed.out)
    for directive, condition in _steps(case, wish):
        both = " && ".join(filter(None, (required, condition)))
        answer = case.ask(_ask_hosts(both, among)) if condition else listed
        fitting = listings.slots(answer.out) if answer.code == 0 else {}
        if any(most is None or most >= wish.slots for most in fitting.values()):
            continue
        if answer.code != 0 and _NONE_SUITS not in answer.said:
            yield Said(Verdict.NOT_CHECKED, f"whether a host of {queue} fits it: {words_of(answer)}")
        elif silent:
            words = f"whether a host of {queue} fits it: of those that answer none does, {silent} do not answer now"
            yield Said(Verdict.NOT_CHECKED, words, "", directive)
        else:
            yield _never(queue, wish, sizes if fitting or not condition else None, both, directive)
        return


def _never(queue: str, wish: Wish, sizes: dict[str, int | None] | None, condition: str, directive: str | None) -> Said:
    """That no host fits; `sizes` are given where it is the slots that are too many."""
    if sizes is None:
        asked = f"bhosts -R 'select[{condition}]' finds no host of {queue}"
        return Said(Verdict.NEVER_STARTS, _NONE_SUITS, asked, directive)
    most = max(size or 0 for size in sizes.values())
    words = f"bhosts shows no host of {queue} with {count(wish.slots, 'slot')}: the most is {most}"
    return Said(Verdict.NEVER_STARTS, words, "LSF takes the job and keeps it pending", directive)


def _steps(case: Case, wish: Wish) -> Iterator[tuple[str | None, str]]:
    """What to ask the hosts for, with the directive that does: slots, then also the condition, then also the memory."""
    found = case.directives
    yield last(found, option("-n")), ""
    if wish.condition:
        yield _directive(found, "select"), wish.condition
    memory = wish.memory(per_slot=bool(_per_slot(case)))
    if memory:
        both = " && ".join(filter(None, (wish.condition, memory)))
        yield _directive(found, "rusage"), both


def _per_slot(case: Case) -> bool | None:
    """Whether rusage counts for each slot; where LSF does not say so it is taken for the job's, which is less."""
    for words in (["bparams", "-a"], ["bparams", "-l"]):
        answer = case.ask(words)
        found = listings.reserve_per_core(listings.parameters(answer.out)) if answer.code == 0 else None
        if found is not None:
            return found
    return None


def _queue(case: Case) -> tuple[str, tuple[str, ...], str]:
    """The script's queue in words, its hosts as bhosts takes them, and the condition of its own."""
    named = (value(case.directives, "-q") or "").split()
    answer = case.ask(["bqueues", "-l", *named])
    listed = listings.queues(answer.out) if answer.code == 0 else ()
    queues = tuple(queue for queue in listed if (queue.name in named if named else queue.is_default))
    if len(queues) != 1:
        # Of several queues any may take the job, so any host counts.
        return f"queues {', '.join(named)}" if named else "this cluster", (), ""
    queue = queues[0]
    return f"queue {queue.name}", _named_hosts(queue.hosts), _conditions(queue.requirement)


def room(case: Case) -> int | None:
    """How many such jobs fit, by the slots of the queue's hosts alone (bhosts: MAX)."""
    wish = wish_of(case.directives)
    _, among, required = _queue(case)
    condition = " && ".join(filter(None, (required, wish.condition)))
    answer = case.ask(_ask_hosts(condition, among))
    return by_slots(listings.slots(answer.out).values(), wish.slots) if answer.code == 0 else None


def by_slots(sizes: Iterable[int | None], wanted: int) -> int | None:
    """Jobs of so many slots on one host each; None where a host has no limit, or there is no host."""
    known = tuple(sizes)
    if not known or None in known:
        return None
    return sum((size or 0) // wanted for size in known)

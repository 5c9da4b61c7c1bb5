"""How LSF is asked whether it takes a script: a held job that ends by itself, and which hosts could run it.

The words were recorded on an LSF-compatible cluster (volclava 2.2); IBM's are those that it has for the same errors.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pegconf.batch.acceptance import Complaint, Trial, last, option
from pegconf.batch.lsf.request import RUSAGE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SELECT: Final = re.compile(r"select\[([^\[\]]*)\]")
_DOWN: Final = {"unavail", "unreach", "closed_LIM"}
"""What `bhosts -w` says of hosts that do not answer, and whose memory and slots it therefore does not know."""

NONE_SUITS: Final = "Not enough host(s) currently eligible"
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


def wish(found: tuple[str, ...], cores: int | None) -> Wish:
    """What the directives ask one host for; where a job of some cores may be spread over hosts, it is one slot."""
    required = " ".join(text for text in found if re.search(option("-R"), text))
    together = re.search(r"span\[\s*hosts\s*=\s*1\s*\]", required)
    tile = re.search(r"span\[\s*ptile\s*=\s*(\d+)\s*\]", required)
    slots = int(tile[1]) if tile else cores or 1 if together else 1
    reserved = RUSAGE.search(required)
    condition = " && ".join(f"({one.strip()})" for one in _SELECT.findall(required) if one.strip())
    return Wish(slots, condition, float(reserved["amount"]) if reserved else 0.0, reserved["unit"] if reserved else "")


def conditions(requirement: str) -> str:
    """The condition in a queue's RES_REQ; empty where it has none."""
    return " && ".join(f"({one.strip()})" for one in _SELECT.findall(requirement) if one.strip())


def ask_hosts(condition: str, among: Sequence[str]) -> list[str]:
    """List the hosts that meet a condition, all of these where it is empty."""
    return ["bhosts", "-w", *(("-R", f"select[{condition}]") if condition else ()), *among]


def named_hosts(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a queue's HOSTS line that bhosts takes; none, for all hosts, where it excludes or means others."""
    plain = tuple(re.sub(r"\+\d*$", "", word).rstrip("/") for word in words)
    return () if any(word in {"all", "hosts", "others", "none"} or word.startswith("~") for word in plain) else plain


def down(bhosts: str) -> int:
    """How many hosts in `bhosts -w` do not answer now."""
    rows = (line.split() for line in bhosts.splitlines()[1:])
    return sum(len(row) > 1 and row[1] in _DOWN for row in rows)


def directive(found: tuple[str, ...], what: str) -> str | None:
    """The directive with that part of a resource requirement, such as rusage or select."""
    return last(found, rf"{option('-R')}.*\b{what}\b")


TRIAL: Final = Trial(
    words=("bsub", "-H"),
    holds=True,
    commands=("bsub", "bjobs", "bkill", "bhosts", "bqueues"),
    unreachable=r"LIM\) not responding|(?:LIM|LSF) is down|daemon not responding|mbatchd|try later|library call",
    complaints=(
        Complaint(r"illegal option -- (?P<what>\S+)", r"(?<!\S)-+{what}"),
        Complaint(r"option requires an argument -- (?P<what>\S+)", r"(?<!\S)-{what}"),
        Complaint(r"No such queue|Queue (?:has been|is) closed|cannot use the queue", option("-q")),
        Complaint(r"EXCLUSIVE", option("-x")),
        Complaint(r"RUN_?LIMIT", option("-W")),
        Complaint(r"MEM_?LIMI?T", option("-M")),
        Complaint(r"CPU_?LIMIT", option("-c")),
        Complaint(r"(?:many|few) (?:processors|tasks|slots)|Bad processor|TASK_?LIMIT|PROC_?LIMIT", option("-n")),
        Complaint(r"resource requirement|-R option|span", option("-R")),
        Complaint(r"Bad host name|host group", option("-m")),
        Complaint(r"Dependency condition", option("-w")),
        Complaint(r"begin time", option("-b")),
        Complaint(r"\bproject\b", option("-P")),
    ),
    writers=(
        (option("-q"), ("queue",)),
        (option("-P"), ("project",)),
        (option("-W"), ("walltime",)),
        (option("-M"), ("mem", "memory")),
        (option("-n"), ("ncpus", "cores")),
        (option("-R"), ("ncpus", "cores")),
        (option("-J"), ("name",)),
    ),
)

"""How Grid Engine is asked whether it takes a script: `qsub -w v` and `-w p` (recorded on 8.1.9).

`-w v` judges an empty cluster, where hosts have told no load yet: a job that asks for `mem_free` fits no queue of it.
`-w p` judges the cluster as it is now.
"""

from __future__ import annotations

import re
from typing import Final

from pegconf.batch.acceptance import Complaint, Trial, blamed, option

EMPTY: Final = ("qsub", "-w", "v")
NOW: Final = ("qsub", "-w", "p")
NO_QUEUE: Final = "no suitable queues"
# What a host has free is at most what it has, and that -w v knows.
_TOTALS: Final = (
    (re.compile(r"(?<![\w.])(?:mem_free|mf)="), "mem_total="),
    (re.compile(r"(?<![\w.])(?:virtual_free|vf)="), "virtual_total="),
    (re.compile(r"(?<![\w.])(?:swap_free|sf)="), "swap_total="),
)
_OTHER_QUEUE: Final = "not contained in its hard queue list"
_SLOTS: Final = "cannot run in PE"
_NO_LOAD: Final = "job requests unknown resource ("
_ENDS: Final = ("verification:", "Exiting.")


def reasons(printed: str) -> tuple[str, ...]:
    """Why no queue takes the job, each once: without the queues that were not asked for, and without job numbers.

    That its parallel environment has no slots follows where there is another reason, which then stands alone.
    """
    lines = printed.replace("Unable to run job: ", "").splitlines()
    told = [re.sub(r"^Job \d+ ", "", line.strip()) for line in lines]
    own = [line for line in dict.fromkeys(told) if line and not line.startswith(_ENDS) and _OTHER_QUEUE not in line]
    return tuple(line for line in own if not line.startswith(_SLOTS)) or tuple(own)


def leaves_it_open(told: tuple[str, ...]) -> bool:
    """Whether an empty cluster says no more than that it does not know a load value yet.

    With a parallel environment that reads as if there were no slots (recorded).
    """
    return all(line.startswith(_SLOTS) or _NO_LOAD in line for line in told)


def with_totals(script: str, sign: str) -> str:
    """The script with what a host has in the place of what it has free, in its directives."""
    lines = script.splitlines(keepends=True)
    return "".join(_with_totals(line) if line.startswith(sign) else line for line in lines)


def _with_totals(line: str) -> str:
    for free, total in _TOTALS:
        line = free.sub(total, line)
    return line


def blamed_for(told: tuple[str, ...], found: tuple[str, ...]) -> str | None:
    """The directive that the first reason is about; of totals, the one that asks for what is free."""
    words = told[0] if told else ""
    for free in ("mem", "virtual", "swap"):
        words = words.replace(f"{free}_total", f"{free}_free") if not _has(found, f"{free}_total") else words
    return blamed(TRIAL, words, found)


def _has(found: tuple[str, ...], resource: str) -> bool:
    return any(re.search(rf"\b{resource}=", text) for text in found)


def _resource(name: str) -> str:
    return rf"{option('-l')}.*(?<![\w.]){name}\b"


TRIAL: Final = Trial(
    words=EMPTY,
    commands=("qsub",),
    unreachable=r"unable to (?:contact|send message to|connect to) qmaster|commlib|initialize environment",
    complaints=(
        Complaint(r"invalid option argument \"(?P<what>[^\"]+)\"", r"(?<!\S){what}"),
        Complaint(r"unknown queue", option("-q")),
        Complaint(r"requested project|\bproject\b", option("-P")),
        Complaint(r"parallel environment", option("-pe")),
        Complaint(r"unknown resource \"(?P<what>[^\"]+)\"", _resource("{what}")),
        Complaint(r"unknown resource \((?P<what>[^)]+)\)", _resource("{what}")),
        Complaint(r"attribute \"(?P<what>[^\"]+)\" is not", _resource("{what}")),
        Complaint(r"offers only \w\w:(?P<what>[\w.]+)=", _resource("{what}")),
        Complaint(r"\(-l (?P<what>[\w.]+)=[^,)]*\) cannot run", _resource("{what}")),
        Complaint(r"requesting slots explicitly", _resource("slots")),
        Complaint(r"hostname", _resource("(?:hostname|h)")),
        Complaint(r"checkpointing", option("-ckpt")),
        Complaint(r"priority", option("-p")),
        Complaint(r"advance reservation", option("-ar")),
        Complaint(r"cannot run in PE", option("-pe")),
    ),
    writers=(
        (option("-q"), ("queue",)),
        (option("-P"), ("project",)),
        (_resource("h_rt"), ("walltime",)),
        (option("-l"), ("resource-spec",)),
        (option("-N"), ("name",)),
    ),
)

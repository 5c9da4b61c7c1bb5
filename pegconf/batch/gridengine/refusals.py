"""What Grid Engine says where it takes no job, why a job waits, and who ended one (recorded on 8.1.9)."""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Refusals, Refused, option
from pegconf.batch.base import Ending, Pending


def _resource(name: str) -> str:
    return rf"{option('-l')}.*(?<![\w.]){name}\b"


REFUSALS: Final = Refusals(
    unreachable=r"unable to (?:contact|send message to|connect to) qmaster|commlib|initialize environment",
    complaints=(
        Complaint(r"invalid option argument \"(?P<what>[^\"]+)\"", r"(?<!\S){what}"),
        Complaint(r"unknown queue", option("-q"), Refused.QUEUE),
        Complaint(r"requested project|\bproject\b", option("-P"), Refused.ACCOUNT),
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
WAITING: Final = (
    # qf is a limit in the queue's own configuration, which does not change with what runs there (qstat -F).
    (r"offers only qf:", Pending.NEVER_STARTS),
    (r"because it is disabled", Pending.CLOSED),
    (r"user limitations|exceeds limit", Pending.LIMITED),
)
# What failed may hold (sge_status(5)): a limit that the daemon enforced; a plain signal does not tell who sent it.
ENDINGS: Final = (
    # The daemon says the same of memory and of time, whose limit was not reached by then.
    (r"^37 early$", Ending.MEMORY),
    (r"^37$", Ending.WALLTIME),
    (r"^44\b", Ending.WALLTIME),
)

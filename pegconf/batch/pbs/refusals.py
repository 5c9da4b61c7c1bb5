"""What PBS says where it takes no job, why a job waits, and who ended one (recorded on OpenPBS 23.06)."""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Refusals, Refused, option
from pegconf.batch.base import Ending, Pending

_WALLTIME: Final = rf"{option('-l')}.*\bwalltime="

# Of a limit it says neither the queue nor the resource: "Job violates queue and/or server resource limits".
REFUSALS: Final = Refusals(
    unreachable=r"cannot connect to server|Connection refused",
    complaints=(
        # The last is said to those whom a queue's lists leave out.
        Complaint(r"Unknown queue|Queue is not enabled|Unauthorized Request", option("-q"), Refused.QUEUE),
        Complaint(r"Illegal attribute or resource value Resource_List\.walltime", _WALLTIME, Refused.WALLTIME),
        Complaint(r"Illegal attribute or resource value select\.mem", rf"{option('-l')}.*\bmem=", Refused.MEMORY),
        Complaint(r"Unknown resource:? (?:Resource_List\.)?(?P<what>\w+)", rf"{option('-l')}.*\b{{what}}="),
    ),
    writers=(
        (option("-q"), ("queue",)),
        (option("-A"), ("account", "project")),
        (_WALLTIME, ("walltime",)),
        (option("-l"), ("resource-spec",)),
        (option("-N"), ("name",)),
    ),
)
WAITING: Final = (
    (r"^Can Never Run", Pending.NEVER_STARTS),
    (r"Queue not started", Pending.CLOSED),
    (r"User has reached .* limit", Pending.LIMITED),
)
# How a comment goes on once the job has ended; of a qdel it names the user who typed that, or nobody.
ENDINGS: Final = (
    (r" and exceeded resource walltime", Ending.WALLTIME),
    (r" and terminated", Ending.PERSON),
)

"""What LSF says where it takes no job, why a job waits, and who ended one.

Recorded on an LSF-compatible cluster (volclava 2.2); IBM's words are those that it has for the same, TERM_... among
them.
"""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Refusals, Refused, option
from pegconf.batch.job import Ending, Pending

REFUSALS: Final = Refusals(
    unreachable=r"LIM\) not responding|LSF is down|daemon not responding|mbatchd|try later|library call",
    complaints=(
        Complaint(r"illegal option -- (?P<what>\S+)", r"(?<!\S)-+{what}"),
        Complaint(r"option requires an argument -- (?P<what>\S+)", r"(?<!\S)-{what}"),
        Complaint(r"No such queue|Queue (?:has been|is) closed|cannot use the queue", option("-q"), Refused.QUEUE),
        Complaint(r"EXCLUSIVE", option("-x")),
        Complaint(r"RUN_?LIMIT", option("-W"), Refused.WALLTIME),
        Complaint(r"MEM_?LIMI?T", option("-M"), Refused.MEMORY),
        Complaint(r"CPU_?LIMIT", option("-c")),
        Complaint(
            r"(?:many|few) (?:processors|tasks|slots)|Bad processor|TASK_?LIMIT|PROC_?LIMIT",
            option("-n"),
            Refused.CORES,
        ),
        Complaint(r"resource requirement|-R option|span", option("-R")),
        Complaint(r"Bad host name|host group", option("-m")),
        Complaint(r"Dependency condition", option("-w")),
        Complaint(r"begin time", option("-b")),
        Complaint(r"\bproject\b", option("-P"), Refused.ACCOUNT),
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
WAITING: Final = (
    # Inactivated by its time windows, a queue opens by itself.
    (r"queue is inactivated by the administrator", Pending.CLOSED),
    (r"user has reached .*limit", Pending.LIMITED),
)
ENDINGS: Final = (
    (r"TERM_(?:MEMLIMIT|SWAP)", Ending.MEMORY),
    # 140 is 128 and SIGUSR2, which LSF sends at the run limit (recorded).
    (r"TERM_(?:RUNLIMIT|CPULIMIT|WINDOW|DEADLINE)|exit code 140", Ending.WALLTIME),
    (r"TERM_(?:(?:FORCE_)?OWNER|PREEMPT)", Ending.PERSON),
    (r"TERM_(?:FORCE_)?ADMIN", Ending.ADMINISTRATOR),
)

"""How HTCondor is asked whether it takes a job: `condor_submit -dry-run`, which reads it and asks no machine.

"Parse the submit file and save all the related job ClassAd attributes to outfile without contacting the condor_schedd"
(condor_submit(1)). Not run with pegconf.
"""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Trial

TRIAL: Final = Trial(
    words=("condor_submit", "-dry-run", "/dev/null"),
    commands=("condor_submit",),
    unreachable=r"find address of|connect to|Failed to contact",
    complaints=(
        Complaint(r"(?:invalid|parse|unrecognized|illegal)[^\n]*?\b(?P<what>[A-Za-z_]\w+)\s*=", r"(?i)^\+?{what}\s*="),
        Complaint(r"\b(?P<what>request_?(?:memory|cpus|disk|gpus))\b", r"(?i)^{what}\s*="),
    ),
    writers=(
        (r"(?i)^RequestCpus|^MY\.DaskWorkerCores", ("cores",)),
        (r"(?i)^RequestMemory|^MY\.DaskWorkerMemory", ("memory",)),
        (r"(?i)^RequestDisk|^MY\.DaskWorkerDisk", ("disk",)),
    ),
    unseen="whether a machine has those cores, memory and disk: condor_submit -dry-run asks none",
)

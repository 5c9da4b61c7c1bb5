"""What HTCondor says where it takes no job: condor_submit's words, as its manual has them; not run with pegconf."""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Refusals

REFUSALS: Final = Refusals(
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
)

"""What OAR says where it takes no job (recorded on 2.5.9)."""

from __future__ import annotations

from typing import Final

from pegconf.batch.acceptance import Complaint, Refusals, Refused, option

REFUSALS: Final = Refusals(
    complaints=(
        Complaint(r"The queue \S+ does not exist", option("-q", "--queue"), Refused.QUEUE),
        Complaint(r"not enough resources for your request", option("-l", "--resource")),
    ),
    writers=(
        (option("-q", "--queue"), ("queue",)),
        (option("--project"), ("project",)),
        (option("-l", "--resource"), ("resource-spec",)),
        (option("-n", "--name"), ("name",)),
    ),
)

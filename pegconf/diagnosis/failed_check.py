"""The first check that does not hold as a cause, with its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.diagnosis.causes import Cause

if TYPE_CHECKING:
    from pegconf.core.model import Check

_WAYS_OUT: Final = {
    "PEG621": "see pegconf explain PEG621",
    "PEG627": "run it again; if they differ again, find the host with --workers 1 and tell its staff",
    "PEG628": "start the workers with the Python that runs your program (python: in the section), "
    "or install the same versions in both",
    "PEG629": "look what stands between the script and dask worker (pegconf script shows it): a wrapper around "
    "python, --contact-address in worker-extra-args",
    "PEG630": "make certificates that nobody else has: pegconf init --tls",
}


def cause(looked_at: tuple[Check, ...], evidence: str = "") -> Cause | None:
    """Why the test failed, or None where all checks hold; what explains others stands before them."""
    failed = sorted((check for check in looked_at if not check.holds), key=lambda check: check.code, reverse=True)
    if not failed:
        return None
    first, *others = failed
    more = [f"{check.title}: no, {check.seen}" for check in others]
    return Cause(
        first.code, f"{first.title}: no, {first.seen}", _WAYS_OUT[first.code], "\n".join([*more, evidence]).strip()
    )

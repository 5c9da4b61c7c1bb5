"""What a Moab says of itself, and the Torque or PBS below it; not run, see listings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Detected
from pegconf.batch.pbs import facts, listings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.facts import Heard

_MOAB: Final = "msub --version"


def lines(_heard: Heard, _user: str) -> tuple[str, ...]:
    """What Moab and the Torque below it are asked, all at once."""
    return (_MOAB, facts.VERSION, facts.QUEUES, facts.SERVER, facts.NODES)


def read(heard: Heard, user: str, _environ: Mapping[str, str]) -> Detected | None:
    """The facts of the Torque below the Moab; None where msub does not say what it is."""
    said = facts.version_of(_MOAB, heard)
    if "version" not in said:
        return None
    version = said.splitlines()[0]
    below = heard.answers.get(facts.VERSION)
    if below is None or listings.flavour(f"{below.out}{below.err}") is None:
        return Detected("moab", version, silence="no Torque or PBS below it answers qstat --version")
    return facts.read_queues("moab", version, heard, user)

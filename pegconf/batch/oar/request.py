"""What a job asks OAR for: a hierarchy of resources such as `/nodes=1/core=4`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from pegconf.batch.requested import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.requested import Job

# Without nodes= OAR takes cores where it finds them, also on several nodes.
_CORES_IN: Final = re.compile(
    r"\b(?:nodes?|host|network_address)=\w+(?:/cpu=(?P<cpus>\d{1,6}))?/core=(?P<cores>\d{1,6})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource-spec taken apart: the number of nodes as it is written, None without, and what it asks for in them."""

    nodes: str | None
    inside: dict[str, int]

    @property
    def cores(self) -> int:
        """The cores of a node."""
        return prod(self.inside.values())


def parse(text: str) -> Asked:
    """Take a resource-spec apart; of two requests the nodes are several."""
    nodes = re.search(r"(?:^|[/}+])\s*(?:nodes?|host|network_address)=(\w+)", text)
    inside = {name: int(number) for name, number in re.findall(r"(gpu|cpu|core)=(\d{1,6})", text)}
    return Asked(nodes[1] if nodes else "several" if "+" in text else None, inside)


def cores_asked(job: Job) -> Iterator[Amount]:
    """The cores of one node in a resource-spec that counts nothing else, and in other -l."""
    for line in job.named("-l"):
        asked, spec = parse(line.value), _CORES_IN.search(line.value)
        if line.place.key == "resource-spec":
            if asked.nodes == "1" and "+" not in line.value and set(asked.inside) == {"core"}:
                right = f"/nodes=1/core={job.number('cores')}"
                yield Amount("core", asked.cores, line.place, str(asked.cores), right=right)
        elif spec is not None:
            number = int(spec["cpus"] or 1) * int(spec["cores"])
            yield Amount(spec[0], number, line.place, str(number), of_node=spec[0])

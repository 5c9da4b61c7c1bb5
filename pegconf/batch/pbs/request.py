"""PBS's words for a job's resources: `select=1:ncpus=2:mem=4769mb` in PBS Pro, `nodes=1:ppn=2` in Torque and Moab.

Taken from the manuals (pbs_resources(7B), Torque's "Requesting resources"), not run. Sizes count in 1024s there:
`mb` is 1048576 bytes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.requested import Amount, Place
from pegconf.core.units import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.batch.requested import Job

CORES: Final = {"select": "ncpus", "nodes": "ppn"}
_SPEC: Final = re.compile(r"\s*(?P<form>select|nodes)=(?P<chunks>[^\s,]+)(?P<rest>.*)", re.DOTALL)
_SIZE: Final = re.compile(r"(\d{1,15})([kmgtp]?)(b|w)?", re.IGNORECASE)
_WORD_BYTES: Final = 8
_CORES_IN: Final = re.compile(r"(?<![^,:\s])(?:ncpus|ppn)=(\d{1,9})(?![^,:+\s])", re.ASCII)
_MEMORY_IN: Final = re.compile(r"(?<![^,:\s])mem=([^,:+\s]+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource-spec taken apart: `nodes` of all chunks, the words of the first, and what stands behind the chunks."""

    form: str
    nodes: int
    words: tuple[str, ...]
    rest: str

    def value(self, name: str) -> str | None:
        """The value of one word, such as ncpus; also of `mem` behind a comma."""
        found = [word.partition("=")[2] for word in self.words if word.partition("=")[0] == name]
        behind = re.search(rf"(?:^|[,\s]){name}=([^,\s]+)", self.rest)
        return found[0] if found else behind[1] if behind else None


def parse(text: Any) -> Asked | None:
    """Take a resource-spec apart; None where it has neither select= nor nodes=."""
    match = _SPEC.match(text) if isinstance(text, str) else None
    if match is None:
        return None
    chunks = [chunk.split(":") for chunk in match["chunks"].split("+")]
    nodes = sum(int(chunk[0]) if re.fullmatch(r"\d{1,9}", chunk[0]) else 1 for chunk in chunks)
    first = chunks[0][1:] if chunks[0][0].isdecimal() else chunks[0]
    return Asked(match["form"], nodes, tuple(first), match["rest"])


def one_node(form: str, wanted: Mapping[str, str], old: Any) -> str:
    """A resource-spec of one node with these words; further words of an old one of the same form stay."""
    kept = parse(old)
    words = [f"{name}={value}" for name, value in wanted.items()]
    if kept is None or kept.form != form or kept.nodes != 1:
        return ":".join([f"{form}=1", *words])
    others = [word for word in kept.words if word.partition("=")[0] not in wanted]
    # Torque takes `nodes=1:ppn=2,mem=4gb` too; its memory is a directive of its own here.
    rest = re.sub(r",\s*mem=[^,\s]+", "", kept.rest)
    return ":".join([f"{form}=1", *words, *others]) + rest


def size(amount: int) -> str:
    """Bytes in PBS's words, rounded up."""
    return f"{math.ceil(amount / MIB)}mb"


def parse_size(text: str) -> int | None:
    """Bytes of PBS's `4gb`, `4096mb`, `500000kb`, or a plain number of them; None where it is no size."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    power = " kmgtp".index(match[2].lower()) if match[2] else 0
    each = _WORD_BYTES if (match[3] or "").lower() == "w" else 1
    return int(match[1]) * each << 10 * power


def in_full(spec: Any, job: Job) -> str | None:
    """The resource-spec that fits a section's cores and memory, in the form of what it has; None without both."""
    asked, cores = parse(spec), job.number("cores")
    if asked is None or cores is None or job.needed is None:
        return None
    wanted = {CORES[asked.form]: str(cores)}
    return one_node(asked.form, wanted | ({"mem": size(job.needed)} if asked.form == "select" else {}), spec)


def cores_asked(job: Job) -> Iterator[Amount]:
    """The cores of one node: of a resource-spec, which gives one where it has no word for them, and of other -l."""
    for line in job.named("-l"):
        asked = parse(line.value) if line.place.key == "resource-spec" else None
        if asked is not None and asked.nodes == 1:
            word = CORES[asked.form]
            text = asked.value(word) or "1"
            number = int(text) if re.fullmatch(r"\d{1,9}", text) else None
            yield Amount(word, number, line.place, text, right=in_full(line.value, job))
        for match in _CORES_IN.finditer(line.value) if line.place.key != "resource-spec" else ():
            yield Amount(match[0], int(match[1]), line.place, match[1], of_node=match[0])


def memory_asked(job: Job) -> Iterator[Amount]:
    """The memory of a resource-spec, and that of other -l, in the words of the whole directive."""
    for line in job.named("-l"):
        asked = parse(line.value) if line.place.key == "resource-spec" else None
        text = asked.value("mem") if asked is not None else None
        if text is not None:
            yield Amount(f"mem={text}", parse_size(text), line.place, text, right=in_full(line.value, job))
        # Without a resource-spec dask-jobqueue makes one of cores and memory.
        words, place = repr(line.text)[:60], line.place
        if place == Place("cores"):
            words, place = "memory", Place("memory")
        right = None if job.needed is None else f"-l {in_full(line.value, job) or f'mem={size(job.needed)}'}"
        for match in _MEMORY_IN.finditer(line.value) if line.place.key != "resource-spec" else ():
            yield Amount(words, parse_size(match[1]), place, match[1], right=right, of_node=match[0])

"""What a job's directives ask a batch system for: cores, memory, GPUs, nodes, walltime, queue and account."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pegconf.batch.directives import in_script
from pegconf.core import sizing, units
from pegconf.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.batch.directives import Directives
    from pegconf.core.model import Shape, Site


@dataclass(frozen=True, slots=True)
class Place:
    """The key that asks for something, and the number or the name of the item in its value.

    A script has no keys, and its directives are numbered.
    """

    key: str = ""
    item: int | str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One option of a job's directives and its value; `text` is the whole directive, as an item of a list has it."""

    name: str
    value: str
    place: Place
    text: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """Cores or bytes that a place asks for, in its words; `amount` is None where `text` cannot be read.

    `shares` is how many slots each get that many. `right` is what to write in its place for the section's cores and
    memory, as it stands in a directive. `of_node` are the words of an amount that one node must have; empty where the
    cluster may take it elsewhere, or count it in another way.
    """

    words: str
    amount: int | None
    place: Place
    text: str = ""
    shares: int = 1
    right: str | None = None
    of_node: str = ""

    @property
    def total(self) -> int | None:
        """What the whole job gets."""
        return None if self.amount is None else self.amount * self.shares


@dataclass(frozen=True, slots=True)
class Job:
    """The lines of a job's script in their order, the values of its section, and the site where that is known."""

    lines: tuple[Line, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    site: Site | None = None

    def named(self, *names: str) -> Iterator[Line]:
        """The lines of these options."""
        return (line for line in self.lines if line.name in names)

    def number(self, key: str) -> int | None:
        """A key's value where it is a whole number."""
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def memory(self) -> int | None:
        """The bytes that the job's workers may use."""
        return bytes_of(self.values.get("memory"))

    @property
    def needed(self) -> int | None:
        """The bytes to ask for: Dask does not count everything that its workers hold."""
        return None if self.memory is None else int(self.memory * sizing.HEADROOM)


@dataclass(frozen=True, slots=True)
class Requested:
    """What a job asks for: memory in bytes, walltime in seconds; None where nothing does, or in words that none reads.

    Of Slurm 0 bytes are all memory of a node. `where` says by field which place counts; `of_cores` and `of_memory` are
    all amounts in the order of the script.
    """

    cores: int | None = 1
    memory: int | None = None
    nodes: int = 1
    gpus: int = 0
    walltime: int | None = None
    queue: str | None = None
    account: str | None = None
    where: Mapping[str, Place] = field(default_factory=dict)
    of_cores: tuple[Amount, ...] = ()
    of_memory: tuple[Amount, ...] = ()
    lines: tuple[Line, ...] = field(default=(), compare=False, repr=False)
    """What all of this was read in."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one job needs of the batch system, from the answers: `shape` in bytes and cores, walltime in seconds.

    `unit` is LSF's unit of limits, `per_core` whether memory is reserved per core; `details` are answers that only this
    batch system asks for, by the name of their question; `kept` holds the section's values so far.
    """

    shape: Shape
    walltime: int
    kept: Mapping[str, Any]
    unit: str = "mb"
    per_core: bool = True
    gpus: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a request becomes in a section: values by key, a comment for each, and words for the table of amounts."""

    values: Mapping[str, Any]
    comments: Mapping[str, str]
    reserved: str
    ended_above: str


def bytes_of(memory: Any) -> int | None:
    """Bytes of a value of the key `memory`, None where it is not set or cannot be read."""
    if isinstance(memory, int) and not isinstance(memory, bool):
        return memory
    if not isinstance(memory, str):
        return None
    try:
        return int(units.dask_bytes(memory))
    except (RefusedError, OverflowError, ValueError):
        return None


def lines_of_section(directives: Directives, values: Mapping[str, Any]) -> tuple[Line, ...]:
    """The options in the job script of a section: dask-jobqueue's own, less those left out, and the extra ones.

    `job-extra` counts where `job-extra-directives` is empty (dask_jobqueue/core.py).
    """
    name = "job-extra-directives" if values.get("job-extra-directives") else "job-extra"
    extra = values.get(name) if directives.sign else None
    return (
        *(line for line in own_lines(directives, values) if not left_out(values, f"{directives.sign} {line.text}")),
        *(
            Line(option.name, option.value, Place(name, number), text)
            for number, text in enumerate(extra if isinstance(extra, list) else ())
            for option in (directives.options(text) if isinstance(text, str) else ())
        ),
    )


def lines_of_script(directives: Directives, script: str) -> tuple[Line, ...]:
    """The options in a script's directives, each with its directive's number."""
    return tuple(
        Line(option.name, option.value, Place("", number), text)
        for number, text in enumerate(in_script(script, directives.sign) if directives.sign else ())
        for option in directives.options(text)
    )


def left_out(values: Mapping[str, Any], line: str) -> bool:
    """Whether job-directives-skip leaves a line of dask-jobqueue's out, which it does by any text inside."""
    skip = values.get("job-directives-skip") or values.get("header-skip")
    return isinstance(skip, list) and any(isinstance(text, str) and text in line for text in skip)


def own_options(directives: Directives) -> dict[str, str]:
    """The options that dask-jobqueue itself writes, each with the key that it comes from, empty for one task."""
    pairs = (
        (directives.name, "name"),
        (directives.queue, "queue"),
        (directives.account, directives.account_key),
        (directives.tasks, ""),
        (directives.cores, "cores"),
        (directives.memory, "memory"),
        (directives.walltime, "walltime"),
    )
    # A walltime among other resources stands behind those.
    return {option: key for option, key in pairs if option and not option.endswith("=")}


def own_lines(directives: Directives, values: Mapping[str, Any]) -> Iterator[Line]:
    """The lines that dask-jobqueue writes by itself, each with its whole text, which job-directives-skip looks at."""
    instead, forms = {"cores": directives.cores_key, "memory": directives.memory_key}, dict(directives.own_form)
    for option, key in own_options(directives).items():
        other = instead.get(key, "")
        # dask_jobqueue/slurm.py takes job-cpu: 0 for none.
        used = key if values.get(other) is None or (key == "cores" and values.get(other) == 0) else other
        value = values.get(used) if key else 1
        if value is not None:
            yield Line(option, str(value), Place(used), f"{forms.get(option, f'{option} ')}{value}")
    option, resource = directives.walltime_option
    walltime = f"{resource}={values['walltime']}" if resource and values.get("walltime") is not None else ""
    asked = values.get("resource-spec")
    used = "cores" if asked is None else "resource-spec"
    if asked is None and values.get("cores") is not None:
        asked = directives.resources.format(cores=values["cores"], memory=bytes_of(values.get("memory")) or 0)
    parts = [(used, str(asked or "")), ("walltime", walltime)]
    if directives.one_line:
        parts = [(used, ",".join(part for _, part in parts if part))]
    for key, part in parts if resource else ():
        if part:
            yield Line(option, part, Place(key), f"{option} {part}")


def walltime_in(directives: Directives, value: str) -> str | None:
    """The walltime in the value of the option that asks for it, which may stand for other things too."""
    resource = directives.walltime_option[1]
    match = re.search(rf"(?:^|,)\s*{resource}=([^,\s]+)" if resource else r"^(.*)$", value)
    return match[1] if match else None

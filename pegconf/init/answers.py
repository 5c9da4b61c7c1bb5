"""The answers to the questions of init: each parsed once, from text to what it means, or refused with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.batch.systems import KNOWN
from pegconf.config import sections
from pegconf.core import units
from pegconf.core.errors import RefusedError
from pegconf.core.units import show_bytes, show_seconds
from pegconf.init import dashboard
from pegconf.site import ports
from pegconf.tunnel.ssh_names import parse_login

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.base import BatchSystem
    from pegconf.core.model import Node, Queue, Site
    from pegconf.init.dashboard import Pages

NONE: Final = "none"
UNITS: Final = ("kb", "mb", "gb", "tb")
_LONGEST: Final = 1000
_LARGEST_NUMBER: Final = 100_000
_WORD: Final = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.@:+/-]*")
_INTERFACE: Final = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.:@-]{0,14}")
_FOLDER: Final = re.compile(r"/[A-Za-z0-9_./@+=:,-]*")
_SHELL_FOLDER: Final = re.compile(r"[/$][A-Za-z0-9_./@+=:,${}%-]*")


@dataclass(frozen=True, slots=True)
class Answers:
    """What init was told, in bytes and seconds; `names` are the further sections, None stands for none.

    `site_word` is how the site was named: a shipped one's name or a file's path.
    """

    system: BatchSystem
    queue: str
    node: Node
    interface: str | None
    unit: str
    project: str | None
    cores: int
    memory: int
    processes: int
    walltime: int
    log_directory: str | None
    local_directory: str | None
    login: str | None
    python: str | None = None
    names: tuple[str, ...] = ()
    site: Site | None = None
    site_word: str = ""
    gpus: int = 0
    details: Mapping[str, str] = field(default_factory=dict)
    """What only this batch system asks for, by the name of its question."""
    seen_interfaces: tuple[str, ...] = ()
    """Those that a probe job has seen on a compute node."""
    scheduler_interface: str | None = None
    """The scheduler's own, where this host does not have the workers'."""
    pages: Pages = field(default=dashboard.Pages())
    """Where the dashboard and the workers' web pages are to listen."""

    @property
    def per_core(self) -> bool:
        """Whether memory is reserved per core and not per job."""
        return self.site.reserve_per_core if self.site else True

    @property
    def site_queue(self) -> Queue | None:
        """What the site knows of the queue."""
        return self.site.queue(self.queue) if self.site else None


def text(raw: str) -> str:
    """An answer without the blanks around it; refused where it is empty, very long or holds control characters."""
    answer = raw.strip()
    if not answer:
        raise RefusedError("an answer is needed")
    if len(answer) > _LONGEST or not answer.isprintable():
        raise RefusedError("an answer is one line of printable text")
    return answer


def count(raw: str) -> int:
    """A whole number from 1."""
    answer = text(raw)
    if not re.fullmatch(r"[0-9]{1,6}", answer) or not 1 <= int(answer) <= _LARGEST_NUMBER:
        raise RefusedError(f"{answer[:40]!r} is not a whole number from 1")
    return int(answer)


def gpus(raw: str) -> int:
    """GPUs of a job: a whole number, 0 for none."""
    answer = text(raw)
    if answer.lower() == NONE or answer == "0":
        return 0
    return count(answer)


def dashboard_port(raw: str, own: int) -> int:
    """A port from 1024, or `own` for the user's own one."""
    answer = text(raw).lower()
    if answer == "own":
        return own
    if not re.fullmatch(r"[0-9]{1,5}", answer) or not ports.PRIVILEGED <= int(answer) <= ports.LAST:
        raise RefusedError(f"{answer[:40]!r} is no port that you can have: {ports.PRIVILEGED} to {ports.LAST}, or own")
    return int(answer)


def amount(raw: str) -> int:
    """Bytes of a memory, which needs a unit."""
    answer = text(raw)
    if len(answer) > 40:  # noqa: PLR2004 - no memory has more digits
        raise RefusedError(f"{answer[:40]!r}... is not an amount of memory")
    return units.parse_bytes(answer)


def queue(raw: str, site: Site | None) -> str:
    """A queue's name; refused where the site's queue insists on a span that a Dask job does not have."""
    answer = _word(raw, "a queue")
    known = site.queue(answer) if site else None
    if known is not None and known.required_span:
        insists = f"insists on {known.required_span}, and dask-jobqueue asks for span[hosts=1]"
        raise RefusedError(f"the queue {answer} {insists}: choose another queue")
    return answer


def project(raw: str, *, required: bool) -> str | None:
    """A project's name, or None for `none` where the site does not insist on one."""
    answer = text(raw)
    if answer.lower() == NONE:
        if required:
            raise RefusedError("a project is required here")
        return None
    if any(character in "\"'`" for character in answer):
        raise RefusedError(f"{answer} has a quote in it, which ends the directive early: write the name alone")
    return _word(raw, "a project")


def interface(raw: str) -> str | None:
    """A network interface's name, or None for `none`."""
    answer = text(raw)
    if answer.lower() == NONE:
        return None
    if not _INTERFACE.fullmatch(answer):
        raise RefusedError(f"{answer!r} is no interface: a name such as ib0 has up to 15 letters and digits")
    return answer


def unit(raw: str) -> str:
    """A unit of LSF's memory limits."""
    return choice(raw, UNITS)


def choice(raw: str, choices: tuple[str, ...]) -> str:
    """One of the choices, in any case."""
    answer = text(raw).lower()
    if answer not in choices:
        raise RefusedError(f"{answer!r} is not one of: {', '.join(choices)}")
    return answer


def walltime(raw: str, system: BatchSystem, known: Queue | None) -> int:
    """Seconds in the batch system's own grammar; refused over the queue's maximum."""
    answer = text(raw)
    if len(answer) > 40:  # noqa: PLR2004 - no walltime has more digits
        raise RefusedError(f"{answer[:40]!r}... is no walltime: write {system.walltime_words}")
    seconds = system.parse_walltime(answer)
    if known is not None and known.max_walltime is not None and seconds > known.max_walltime:
        most = f"{show_seconds(known.max_walltime)} ({system.format_walltime(known.max_walltime)})"
        raise RefusedError(f"{answer} is {show_seconds(seconds)}; the queue {known.name} ends jobs after {most}")
    return seconds


def node_memory(raw: str, cores: int) -> int:
    """Bytes of a node's memory; refused where it cannot be a node's."""
    memory = amount(raw)
    if memory < cores * 100 * units.MB:
        raise RefusedError(f"{show_bytes(memory)} is too little for a node of {units.count(cores, 'core')}")
    return memory


def processes(raw: str, cores: int) -> int:
    """Worker processes of a job: a number, `python` for one a core, `numpy` for one of all threads."""
    answer = text(raw).lower()
    if answer in {"python", "numpy"}:
        return cores if answer == "python" else 1
    try:
        return count(answer)
    except RefusedError:
        raise RefusedError(f"{answer!r} is not one of: python, numpy, or a number of processes") from None


def folder(raw: str, home: str) -> str:
    """An absolute folder that a directive can hold; `~` is put in full, since nothing expands it there."""
    answer = re.sub(r"^(~|\$HOME|\$\{HOME\})(?=/|$)", lambda _: home, text(raw))
    if not answer.startswith("/"):
        raise RefusedError(f"{answer!r} is not absolute: write it from / on")
    if not _FOLDER.fullmatch(answer):
        raise RefusedError(
            f"{answer!r} holds a character that ends or changes a directive: letters, digits and ._-@+=:, may"
        )
    return str(Path(answer))


def shell_folder(raw: str, home: str) -> str | None:
    """A folder that the shell on the compute node may expand, such as $TMPDIR; None for `none`."""
    answer = text(raw)
    if answer.lower() == NONE:
        return None
    if answer.startswith("$") and _SHELL_FOLDER.fullmatch(answer):
        return answer
    answer = re.sub(r"^~(?=/|$)", lambda _: home, answer)
    if not answer.startswith("/"):
        raise RefusedError(f"{answer!r} is not absolute: write it from / or a variable such as $TMPDIR on")
    if not _SHELL_FOLDER.fullmatch(answer):
        raise RefusedError(f"{answer!r} holds a character that a shell would not take as it is")
    return answer


def python(raw: str) -> str:
    """The absolute path of a Python, as a word of a shell's command line."""
    answer = text(raw)
    if not _FOLDER.fullmatch(answer):
        raise RefusedError(f"{answer!r} is not the absolute path of a Python without blanks")
    return answer


def login(raw: str) -> str | None:
    """`user@host` as `pegconf tunnel` takes it, or None for `none`; what ssh or a shell could misread is refused."""
    answer = text(raw)
    return None if answer.lower() == NONE else parse_login(answer)


def names(raw: str) -> tuple[str, ...]:
    """Names of further sections, separated by blanks or commas; `none` is none."""
    answer = text(raw)
    if answer.lower() == NONE:
        return ()
    found: dict[str, str] = {}
    for name in re.split(r"[\s,]+", answer.strip(",")):
        if not sections.NAME.fullmatch(name):
            raise RefusedError(f"{name!r} is no name of a section: a letter, then letters, digits, _ and -")
        if name.lower() in KNOWN:
            raise RefusedError(f"{name} is a batch system's own section: choose another name")
        if sections.canonical(name) in found:
            raise RefusedError(f"{name} stands there twice (dask takes - and _ as the same)")
        found[sections.canonical(name)] = name
    return tuple(found.values())


def _word(raw: str, what: str) -> str:
    answer = text(raw)
    if not _WORD.fullmatch(answer):
        raise RefusedError(f"{answer!r} is no name of {what}: letters, digits and ._-@:+/, not beginning with -")
    return answer

"""What a compute node answered: the lines of templates/probe.sh among any others, as facts (pure)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MARKER: Final = "PEGCONF-PROBE"
NO_ANSWER: Final = "gave no answer"
NOT_TRIED: Final = "nobody could try"
"""The trouble of a Python that said nothing in time: it hangs, or its node is busy."""
_KIB: Final = 1024
_NO_LIMIT: Final = 2**60
INFINIBAND: Final = "32"
"""ARPHRDINFINIBAND (Linux, if_arp.h)."""
_RATE: Final = re.compile(r"([\d.]+) Gb/sec")
_AMOUNTS: Final = re.compile(
    r"\S(?:\s+(?P<type>\S*[A-Za-z]\S*))?\s+(?P<total>\d+)\s+\d+\s+(?P<free>\d+)\s+(?:\d+%|-)\s"
)
# File systems by the names that /proc/mounts and `df -T` have for them, each a beginning; FUSE's go without `fuse.`.
_ONE_SERVER: Final = (
    *("nfs", "cifs", "smb", "afs", "auristorfs", "coda", "9p", "virtiofs"),
    *("sshfs", "davfs", "s3fs", "rclone", "gcsfuse", "goofys"),
)
_PARALLEL: Final = (
    *("lustre", "gpfs", "beegfs", "fhgfs", "ceph", "panfs", "gluster", "orangefs", "pvfs", "weka", "vast", "dvs"),
    *("gfs2", "ocfs2", "mfs", "moosefs", "lizardfs", "juicefs", "quobyte", "dfuse", "daos"),
)
_IN_MEMORY: Final = ("tmpfs", "ramfs", "devtmpfs")
_WRITTEN: Final = re.compile(r"(?P<bytes>\d+) bytes.*?(?P<seconds>[\d.e-]+) s(?:econds)?,")


class Network(StrEnum):
    """What stands behind a network file system: one server, or many that clients write to side by side."""

    ONE_SERVER = "one server"
    PARALLEL = "parallel"


@functools.lru_cache
def network_of(kind: str) -> Network | None:
    """What a kind of file system, such as nfs4 or fuse.glusterfs, is on; None for a local one or one not known."""
    name = kind.lower().removeprefix("fuse.")
    if name.startswith(_ONE_SERVER):
        return Network.ONE_SERVER
    return Network.PARALLEL if name.startswith(_PARALLEL) else None


def is_own_disk(kind: str) -> bool:
    """Whether a kind of file system may be a disk of the node's own; of FUSE's nobody can tell, and none is taken."""
    return network_of(kind) is None and not kind.lower().startswith(("fuse", *_IN_MEMORY))


@dataclass(frozen=True, slots=True)
class Link:
    """One address of a network interface, `10.0.0.5/24`; speed in Mbit/s, 0 where nobody says; `up` None likewise."""

    name: str
    address: str
    up: bool | None = None
    speed: int = 0
    infiniband: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory as it was asked for and as it is on the node; bytes free, bytes a second where that was measured.

    Of one that does not exist, the rest is about the deepest folder above it that does.
    """

    asked: str
    path: str
    exists: bool
    writable: bool
    filesystem: str = ""
    free: int | None = None
    total: int | None = None
    speed: int | None = None


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python as it was asked for; `path` is empty where the node has none, `imports` None where it took too long.

    `trouble` is the last line of what went wrong.
    """

    asked: str
    path: str = ""
    version: str = ""
    dask: str = ""
    distributed: str = ""
    imports: bool | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What one compute node says of itself: memory in bytes, cores that the job may use and that there are.

    `connects` maps `host:port` to an empty text where TCP came through, else to the reason; `late` names what gave no
    answer in time; `complete` is False where the end of the answer is missing.
    """

    host: str = ""
    system: str = ""
    links: tuple[Link, ...] = ()
    cores: int | None = None
    cores_of_node: int | None = None
    cores_list: str = ""
    cores_quota: float | None = None
    memory_of_node: int | None = None
    memory_limit: int | None = None
    address_limit: int | None = None
    directories: tuple[Directory, ...] = ()
    pythons: tuple[Interpreter, ...] = ()
    connects: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    late: tuple[str, ...] = ()
    complete: bool = False

    @property
    def interfaces(self) -> tuple[str, ...]:
        """The names of the interfaces that have an address."""
        return tuple(dict.fromkeys(link.name for link in self.links))


def parse(output: str) -> NodeFacts | None:
    """The facts in a job's output so far, or None where the node has not begun to answer."""
    said = [line.partition(MARKER)[2].split("\t")[1:] for line in output.splitlines() if MARKER in line]
    kinds: dict[str, list[list[str]]] = {}
    for words in said:
        if words:
            kinds.setdefault(words[0], []).append([word.strip() for word in words[1:]])
    if "begin" not in kinds:
        return None
    host, system = _padded(kinds.get("host", [[]])[0], 2)
    allowed, everything, listed = _padded(kinds.get("cores", [[]])[0], 3)
    memory, addresses = _padded(kinds.get("memory", [[]])[0], 2)
    total = _amount(memory)
    return NodeFacts(
        host=host,
        system=system,
        links=tuple(_link(words) for words in kinds.get("interface", ())),
        cores=_number(allowed),
        cores_of_node=_number(everything),
        cores_list=listed,
        cores_quota=_smallest(map(_quota, _groups(kinds, "cpu"))),
        memory_of_node=total,
        memory_limit=_limit(map(_number, _groups(kinds, "memory")), total),
        address_limit=None if _number(addresses) is None else int(addresses) * _KIB,
        directories=tuple(_directory(words) for words in kinds.get("directory", ())),
        pythons=tuple(_pythons(kinds)),
        connects={
            address: "" if words == "yes" else words.removeprefix("no").strip() or NOT_TRIED
            for address, words in (_padded(words, 2) for words in kinds.get("connects", ()))
        },
        variables={words[0]: words[1] for words in kinds.get("variable", ()) if len(words) > 1},
        late=tuple(words[0] for words in kinds.get("late", ()) if words),
        complete="end" in kinds,
    )


def _padded(words: list[str], length: int) -> list[str]:
    """The first fields, empty ones in place of those that are missing: a line may have been cut."""
    return (words + [""] * length)[:length]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _amount(text: str) -> int | None:
    """Bytes of `24684084 kB` (proc(5): MemTotal)."""
    match = re.fullmatch(r"(\d+)\s*kB", text)
    return int(match[1]) * _KIB if match else None


def _link(words: list[str]) -> Link:
    name, address, state, speed, kind, rate = _padded(words, 6)
    known = _number(speed) or 0
    match = _RATE.search(rate)
    if known == 0 and match is not None:
        known = int(float(match[1]) * 1000)
    # A loopback's and a tunnel's state is `unknown`, and they work.
    up = {"up": True, "unknown": True, "": None}.get(state, False)
    return Link(name, address, up, known, kind == INFINIBAND)


def _groups(kinds: Mapping[str, list[list[str]]], what: str) -> list[str]:
    """What the files of the control groups hold, from this process's own to the root's."""
    return [text for kind, text in (_padded(words, 2) for words in kinds.get("group", ())) if kind == what]


def _quota(text: str) -> float | None:
    """Cores in `200000 100000`, microseconds of a period; None for `max` and -1 (cgroups(7))."""
    quota, period = _padded(text.split(), 2)
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) else None


def _smallest(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _limit(values: Iterable[int | None], total: int | None) -> int | None:
    """The smallest limit; the kernel writes about 2**63 where there is none, which is more than a node has."""
    known = [value for value in values if value is not None and (total is None or value < total) and value < _NO_LIMIT]
    return min(known, default=None)


def _directory(words: list[str]) -> Directory:
    asked, path, exists, writable, space, speed = _padded(words, 6)
    amounts = _AMOUNTS.search(space)
    written = _WRITTEN.search(speed)
    rate = int(int(written["bytes"]) / float(written["seconds"])) if written and float(written["seconds"]) else None
    return Directory(
        asked=asked,
        path=path,
        exists=exists == "yes",
        writable=writable == "yes",
        filesystem=(amounts["type"] or "") if amounts else "",
        free=int(amounts["free"]) * _KIB if amounts else None,
        total=int(amounts["total"]) * _KIB if amounts else None,
        speed=rate,
    )


def _pythons(kinds: Mapping[str, list[list[str]]]) -> Iterator[Interpreter]:
    imported = {words[0]: " ".join(words[1:]) for words in kinds.get("imports", ()) if words}
    for words in kinds.get("python", ()):
        asked, path, exists, said = _padded(words, 4)
        if exists != "yes":
            yield Interpreter(asked, trouble="does not exist")
            continue
        versions = dict(word.split("=", 1) for word in said.split() if "=" in word)
        came = imported.get(asked)
        imports = came == "imported" if came else None
        trouble = (came or "") if imports is False else "" if "python" in versions else said or NO_ANSWER
        yield Interpreter(
            asked,
            path,
            versions.get("python", ""),
            versions.get("dask", ""),
            versions.get("distributed", ""),
            imports,
            trouble,
        )

"""Resource requirement strings (`-R`): parsed as far as a test cluster needs, refused where volclava 2.2 refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from .reply import RefusedError

if TYPE_CHECKING:
    from .cluster import Cluster, Host

BAD = "Bad resource requirement syntax. Job not submitted."
TWICE = "Invalid syntax; the -R option was used more than once."
SECTION = re.compile(r"\s*(select|order|rusage|span|same|cu)\s*\[([^\[\]]*)\]\s*")
TOKEN = re.compile(r"\s*(&&|\|\||==|!=|>=|<=|[()!<>=]|[A-Za-z0-9_.]+)")
BOOLEANS = ("server", "mg", "fs", "cs", "bigmem", "gpuhost")
NUMBERS = ("r15s", "r1m", "r15m", "ut", "pg", "io", "ls", "it", "tmp", "swp", "mem", "ncpus", "ndisks")
MORE_NUMBERS = ("maxmem", "maxswp", "maxtmp", "cpuf", "rexpri", "slots", "ngpus")
STRINGS = ("type", "model", "status", "hname")
SUFFIX_IN_MB = {"": 1.0, "K": 1 / 1024, "M": 1.0, "G": 1024.0, "T": 1024.0**2}


@dataclass(frozen=True)
class Requirement:
    """The parts of a requirement that decide where a job fits."""

    select: str = ""
    order: str = "r15s:pg"
    one_host: bool = False
    per_host: int = 0
    reserve: dict[str, float] = field(default_factory=dict)


@lru_cache(maxsize=64)
def parse(text: str, cluster: Cluster) -> Requirement:
    """Read a requirement, or refuse it with the recorded words."""
    parts: dict[str, list[str]] = {}
    position = 0
    if text.strip() and not SECTION.match(text) and "[" not in text:
        parts, position = {"select": [text]}, len(text)
    while position < len(text):
        match = SECTION.match(text, position)
        if match is None:
            raise RefusedError(BAD)
        parts.setdefault(match[1], []).append(match[2].strip())
        position = match.end()
    select = " && ".join(_bracketed(one, len(parts["select"])) for one in parts.get("select", []))
    reserve = _reserve(",".join(parts.get("rusage", [])), cluster)
    _select(select, next(iter(cluster.hosts)), cluster)
    one_host, per_host = _span(parts.get("span", []))
    return Requirement(select, (parts.get("order") or ["r15s:pg"])[-1], one_host, per_host, reserve)


def satisfied(select: str, host: Host, cluster: Cluster) -> bool:
    """Tell whether a host satisfies a select expression."""
    return _select(select, host, cluster)


def _bracketed(text: str, count: int) -> str:
    return f"({text})" if count > 1 else text


def _reserve(text: str, cluster: Cluster) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in filter(None, re.split(r"[:,]", text)):
        name, _, value = (part.strip() for part in item.partition("="))
        if name in {"duration", "decay"}:
            continue
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)B?", value, re.IGNORECASE)
        plain = re.fullmatch(r"\d+(?:\.\d+)?", value)
        if name not in (*NUMBERS, *MORE_NUMBERS) or match is None or not (plain or cluster.ibm):
            raise RefusedError(BAD)
        found[name] = float(match[1]) * SUFFIX_IN_MB[match[2].upper()]
    return found


def _span(sections: list[str]) -> tuple[bool, int]:
    one_host, per_host = False, 0
    for section in sections:
        match = re.fullmatch(r"(hosts|ptile)\s*=\s*(\d+)", section)
        if match is None or (match[1] == "hosts" and match[2] != "1"):
            raise RefusedError(BAD)
        one_host = one_host or match[1] == "hosts"
        per_host = int(match[2]) if match[1] == "ptile" else per_host
    return one_host, per_host


def _values(host: Host, cluster: Cluster) -> dict[str, float | str]:
    known: dict[str, float] = dict.fromkeys((*NUMBERS, *MORE_NUMBERS), 0.0)
    numbers = {
        "ncpus": float(host.ncpus),
        "mem": float(host.memory_mb),
        "maxmem": float(host.memory_mb),
        "swp": float(host.swap_mb or 0),
        "maxswp": float(host.swap_mb or 0),
        "cpuf": host.cpu_factor,
        "slots": float(host.slots),
        "ngpus": float(host.gpus),
    }
    names = {name for one in cluster.hosts for name in one.resources} | set(BOOLEANS)
    booleans = {name: float(name in host.resources or name == "server") for name in names}
    strings = {"type": host.type, "model": host.model, "status": host.status, "hname": host.name}
    return {**known, **numbers, **booleans, **strings}


@lru_cache(maxsize=512)
def _select(text: str, host: Host, cluster: Cluster) -> bool:
    tokens: list[str] = []
    position = 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if match is None:
            raise RefusedError(BAD)
        tokens.append(match[1])
        position = match.end()
    if not tokens:
        return True
    reader = _Reader(tokens, _values(host, cluster))
    value = reader.either()
    if reader.tokens:
        raise RefusedError(BAD)
    return value


class _Reader:
    """A reader of select expressions, consuming its tokens."""

    def __init__(self, tokens: list[str], values: dict[str, float | str]) -> None:
        self.tokens = tokens
        self.values = values

    def take(self, *wanted: str) -> str:
        """Take the next token if it is one of the wanted."""
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else ""

    def either(self) -> bool:
        """Read alternatives."""
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> bool:
        """Read conditions that must all hold."""
        value = self.single()
        while self.take("&&"):
            other = self.single()
            value = value and other
        return value

    def single(self) -> bool:
        """Read one condition, negated or in brackets."""
        if self.take("!"):
            return not self.single()
        if self.take("("):
            value = self.either()
            if not self.take(")"):
                raise RefusedError(BAD)
            return value
        return self.comparison()

    def comparison(self) -> bool:
        """Read one name, compared or alone."""
        name = self.tokens.pop(0) if self.tokens else ""
        if name not in self.values:
            raise RefusedError(BAD)
        value = self.values[name]
        sign = self.take("==", "=", "!=", ">=", "<=", ">", "<")
        if not sign:
            return bool(value)
        if not self.tokens:
            raise RefusedError(BAD)
        return _compare(value, sign, self.tokens.pop(0))


def _compare(value: float | str, sign: str, wanted: str) -> bool:
    if isinstance(value, str):
        return (value == wanted or wanted in {"any", "local"}) == (sign in {"==", "="})
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)B?", wanted, re.IGNORECASE)
    if match is None:
        raise RefusedError(BAD)
    other = float(match[1]) * SUFFIX_IN_MB[match[2].upper()]
    equal = value == other
    return {
        "==": equal,
        "=": equal,
        "!=": not equal,
        ">=": value >= other,
        "<=": value <= other,
        ">": value > other,
        "<": value < other,
    }[sign]

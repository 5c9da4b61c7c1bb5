"""How long and how much, as each batch system reads it: written from the manuals, importing nothing of pegconf."""

from __future__ import annotations

import posixpath
import re
from typing import Final

_LSF: Final = re.compile(r"(?:(\d+):)?(\d+)(?:/[\w.-]+)?")
_SLURM: Final = re.compile(r"(?:(\d+)-(\d+)(?::(\d+))?(?::(\d+))?)|(?:(\d+))|(?:(\d+):(\d+))|(?:(\d+):(\d+):(\d+))")
_POWERS: Final = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


class NonsenseError(ValueError):
    """No such batch system reads this."""


def seconds(system: str, text: str) -> int:
    """Seconds of a walltime; raises NonsenseError, also where there is no time in it."""
    found = _seconds(system, text)
    if found is None or found <= 0:
        raise NonsenseError(f"walltime {text}")
    return found


def _seconds(system: str, text: str) -> int | None:
    if system == "lsf":
        # bsub(1): -W [hour:]minute[/host_name | /host_model]
        pair = _LSF.fullmatch(text)
        return (int(pair[1] or 0) * 60 + int(pair[2])) * 60 if pair else None
    if system == "slurm":
        return _slurm(text)
    numbers = [int(part) for part in text.split(":")] if re.fullmatch(r"\d+(:\d+){0,3}", text, re.ASCII) else []
    if system == "sge" and len(numbers) in {1, 3}:
        # sge_types(1): a time is hours:minutes:seconds or a number of seconds
        return _weighed(numbers, (3600, 60, 1))
    if system == "pbs" and 1 <= len(numbers) <= 3:
        # pbs_resources(7): [[hours:]minutes:]seconds
        return _weighed(numbers, (3600, 60, 1))
    if system == "moab" and numbers:
        # msub -l walltime=[[[DD:]HH:]MM:]SS
        return _weighed(numbers, (86400, 3600, 60, 1))
    if system == "oar" and 1 <= len(numbers) <= 3:
        # oarsub(1): walltime=HH:MM:SS, HH:MM or HH
        return sum(number * weight for number, weight in zip(numbers, (3600, 60, 1), strict=False))
    return None


def _weighed(numbers: list[int], weights: tuple[int, ...]) -> int:
    return sum(number * weight for number, weight in zip(numbers, weights[-len(numbers) :], strict=True))


def _slurm(text: str) -> int | None:
    """sbatch(1): minutes, minutes:seconds, h:m:s, days-hours, days-hours:minutes, days-hours:minutes:seconds."""
    match = _SLURM.fullmatch(text)
    if match is None:
        return None
    days, dh, dm, ds, m, mm, ss, h, hm, hs = (int(part or 0) for part in match.groups())
    return days * 86400 + (dh + h) * 3600 + (dm + m + mm + hm) * 60 + ds + ss + hs


def lsf_bytes(text: str) -> float:
    """Bytes of LSF's -M where LSF_UNIT_FOR_LIMITS is MB, as all good sections say."""
    if not re.fullmatch(r"\d+", text):
        raise NonsenseError(f"-M {text}")
    return int(text) * 1e6


def slurm_bytes(text: str) -> float:
    """Bytes of --mem: sbatch(1) takes a whole number and K, M, G or T, M where none is given."""
    match = re.fullmatch(r"(\d+)([kmgt])?b?", text, re.IGNORECASE)
    if match is None or (text[-1:].lower() == "b" and not match[2]):
        raise NonsenseError(f"--mem={text}")
    return float(int(match[1]) * 1024 ** _POWERS[(match[2] or "m").lower()])


def pbs_bytes(text: str) -> float:
    """Bytes of PBS's and Torque's size: a whole number and b, kb, mb, gb or tb, or w for words of 8 bytes."""
    match = re.fullmatch(r"(\d+)([kmgtp])?([bw])?", text, re.IGNORECASE)
    if match is None:
        raise NonsenseError(f"mem={text}")
    return float(int(match[1]) * 1024 ** _POWERS[(match[2] or "").lower()] * (8 if match[3] in {"w", "W"} else 1))


def whole(text: str, what: str) -> int:
    """A number of cores: whole, and 1 or more."""
    if not re.fullmatch(r"\d+", text) or int(text) < 1:
        raise NonsenseError(f"{what} {text}")
    return int(text)


def word(text: str, what: str) -> str:
    """A name in a directive: one word, which no shell would change, and no Python value that is not text."""
    more = "" if what == "name" else ",:/+%"
    if not re.fullmatch(rf"[A-Za-z0-9_.@{more}-]*[A-Za-z0-9_.@+-]", text) or text in {"None", "True", "False", "null"}:
        raise NonsenseError(f"{what} {text!r}")
    return text


def folder(text: str, what: str) -> str:
    """A folder in a directive, where no shell expands anything."""
    if not re.fullmatch(r"/[^\s~$*?'\"\[\](){}<>|;&]*", text):
        raise NonsenseError(f"{what} {text!r}")
    return posixpath.normpath(text)

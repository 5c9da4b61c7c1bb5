"""Memory: dask's text with a unit."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from pegconf.core import units
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_bytes
from pegconf.validate.rules.amounts import bytes_of
from pegconf.validate.rules.base import Problem, SectionRule, Subject, as_written, at, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting

LEAST: Final = 64 * units.MIB
_LEAST_MEM: Final = 10**6
_MOST: Final = 10**15
_MOST_OF_A_NODE: Final = 10**14
"""The largest single machines have some 64 TB."""
_NUMBER: Final = re.compile(r"[+-]?([\d_]+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf|nan", re.IGNORECASE | re.ASCII)


def unreadable(subject: Subject) -> Iterator[Problem]:
    """An amount of memory that dask cannot read, or that it reads as a handful of bytes.

    dask.utils.parse_bytes takes a number without a unit as bytes: `memory: 16` gives workers `--memory-limit 16.0B`
    (dask-jobqueue#85). `16 gigs` is "Could not interpret 'gigs' as a byte unit". A large number of bytes works and is a
    warning.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 16}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 16GB}
    """
    setting = subject.settings.get("memory")
    content = setting.plain if setting else None
    if setting is None or content is None or isinstance(content, (list, dict)):
        return
    name = setting.name
    if isinstance(content, bool) or not isinstance(content, (int, float, str)):
        yield at(setting, f"{name} is {kind(content)} ({as_written(setting)})", "dask cannot read it", "4GB")
        return
    text = content.strip(" ") if isinstance(content, str) else str(content)
    if _NUMBER.fullmatch(text):
        yield _without_unit(setting, text)
        return
    try:
        amount = int(units.dask_bytes(text))
    except (RefusedError, OverflowError, ValueError) as error:
        effect = "ValueError: Could not interpret it"
        yield at(setting, str(error)[:200] or f"{name} cannot be read", effect, _guess(text))
        return
    if amount <= 0:
        yield at(setting, f"{name} {text!r} is nothing", "ZeroDivisionError, or none at all", "4GB")
    elif amount > _MOST_OF_A_NODE:
        yield at(setting, f"{name} {text[:40]!r} is more than any node has", "the job never starts")
    elif not any(character.isdigit() for character in text):
        yield at(setting, f"{name} {text!r} has no number", f"dask reads 1: {show_bytes(amount)}", f"4{text}")


def _without_unit(setting: Setting, text: str) -> Problem:
    amount = float(text)
    message = f"{setting.name} {text[:60]} has no unit"
    if math.isinf(amount) or math.isnan(amount):
        return at(setting, message, "OverflowError: cannot convert float to integer", "4GB")
    if amount >= LEAST:
        fix = units.format_bytes(int(amount)) if amount < _MOST else "4GB"
        return at(setting, message, "dask reads it as bytes", fix, Severity.WARNING)
    fix = f"{text}GB" if amount > 0 else "4GB"
    written = "--memory-limit " if setting.name == "memory" else ""
    return at(setting, message, f"dask reads bytes: {written}{text[:60]}B", fix)


def _guess(text: str) -> str | None:
    match = re.match(r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*([kmgt])", text.lower())
    return f"{match[1]}{match[2].upper().replace('K', 'k')}B" if match else None


def tiny(subject: Subject) -> Iterator[Problem]:
    """A worker process with less than 64 MiB restarts for ever: importing dask alone takes more.

    `memory` is one job's, and its worker processes share it (dask-jobqueue#364): each is limited to memory / processes.

    Wrong:

        jobqueue:
          lsf: {cores: 8, processes: 8, memory: 400MB}

    Right:

        jobqueue:
          lsf: {cores: 8, processes: 8, memory: 16GB}
    """
    setting, amount = subject.settings.get("memory"), bytes_of(subject)
    processes = max(subject.number("processes") or 1, 1)
    if (
        setting is None
        or amount is None
        or not isinstance(setting.plain, str)
        or not re.search("[a-zA-Z]", setting.plain)
    ):
        return
    if amount > 0 and amount / processes < LEAST:
        each = show_bytes(amount // processes)
        message = f"each worker process gets {each}" + (
            f" ({as_written(setting)} / {processes})" if processes > 1 else ""
        )
        effect = "Dask restarts a worker that reaches 95 % of its limit"
        # Below a kilobyte dask_jobqueue/slurm.py stops; nobody means less than a megabyte.
        severity = Severity.ERROR if amount < _LEAST_MEM else None
        yield at(setting, message, effect, f"{2 * processes}GB", severity)


RULES: Final = (
    SectionRule("PEG211", Severity.ERROR, "an amount of memory that cannot be meant", Layer.MEANING, unreadable),
    SectionRule("PEG212", Severity.WARNING, "too little memory for a worker", Layer.MEANING, tiny),
)

"""Single values of a type that dask-jobqueue cannot use."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pegconf.config import catalogue
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import parse_seconds
from pegconf.validate.rules.base import Problem, SectionRule, Subject, as_written, at, kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting

_LONGEST: Final = 30
_WHOLE_NUMBERS: Final = ("cores", "processes", "ncpus", "job-cpu")


def wrong_type(subject: Subject) -> Iterator[Problem]:
    """A number in quotes is text, and dask-jobqueue calculates with it; a list or mapping is no single value.

    `cores: '4'` ends in `TypeError: '<=' not supported between instances of 'str' and 'int'`, `cores: 4.0` in a worker
    with `--nworkers 4.0`, which it refuses. A truth value counts as 1 in Python and is no number of cores.

    Wrong:

        jobqueue:
          lsf:
            cores: '4'
            memory: 4GB

    Right:

        jobqueue:
          lsf:
            cores: 4
            memory: 4GB
    """
    known = catalogue.keys()
    for setting in subject.settings.values():
        key = known.get(setting.name)
        if key is None or "array" in key.types or "object" in key.types:
            continue
        content = setting.plain
        unread = setting.name in subject.unread_keys
        if isinstance(content, (list, dict)):
            severity = Severity.WARNING if unread else None
            effect = _effect_of_collection(content) if not unread else "works: nothing reads it here"
            yield at(setting, f"{setting.name} is {kind(content)}, not one value", effect, None, severity)
        elif setting.name in _WHOLE_NUMBERS and content is not None and not _is_whole(content):
            problem = _no_whole_number(setting, content)
            yield replace(problem, severity=Severity.WARNING) if _comes_out_whole(subject, setting) else problem
        elif setting.name in _WHOLE_NUMBERS and _reads_otherwise(setting):
            message = f"{setting.name} {as_written(setting)} is {content} to YAML"
            yield at(setting, message, "a 0 in front makes it octal, a colon base 60")
        elif setting.name == "use-stdin" and not isinstance(content, (bool, type(None))):
            meant = str(content).strip().lower() not in {"false", "no", "off", "0"}
            effect = f"counts as {str(bool(content)).lower()}"
            severity = None if bool(content) is not meant else Severity.WARNING
            message = f"use-stdin is {shown(content)}, not true or false"
            yield at(setting, message, effect, str(meant).lower(), severity)
        elif setting.name == "death-timeout" and content is not None and not _is_time(content):
            message = f"death-timeout is {shown(content)}, no time that Dask reads"
            yield at(setting, message, f"the worker stops: --death-timeout {str(content)[:40]}", "60")
        elif content is None and "null" not in key.types and setting.name != "shebang":
            example = {"name": "dask-worker", "worker-command": "distributed.cli.dask_worker"}.get(setting.name)
            yield at(setting, f"{setting.name} is null", "dask-jobqueue writes the word None", example)


def _comes_out_whole(subject: Subject, setting: Setting) -> bool:
    """Whether 4.0 cores end up as 4 everywhere: where `processes` is set, and the request is made with %d or without.

    dask_jobqueue/core.py (worker_process_threads), slurm.py, pbs.py and oar.py; LSF's -n and HTCondor's are pasted.
    """
    content, system, own_key = setting.plain, subject.batch_system, subject.directives.cores_key
    if not isinstance(content, float) or not content.is_integer() or content < 1:
        return False
    whole = system is not None and not system.cores_as_written
    if setting.name == own_key:
        return whole
    # Where the batch system's own key is set, cores are not written.
    whole = whole or bool(own_key and subject.section.get(own_key) is not None)
    return setting.name == "cores" and subject.number("processes") is not None and whole


def _reads_otherwise(setting: Setting) -> bool:
    raw = setting.value.raw.replace("_", "").lstrip("+")
    if ":" in raw:
        return True
    return raw.isascii() and raw.isdigit() and len(raw) < _LONGEST and int(raw) != setting.plain


def _is_time(content: Any) -> bool:
    """Whether a worker reads it after `--death-timeout`: seconds, or a number and a unit in one word."""
    if isinstance(content, bool):
        return False
    text = str(content)
    try:
        return text == text.strip() and " " not in text and math.isfinite(parse_seconds(text))
    except RefusedError:
        return False


def _effect_of_collection(content: Any) -> str:
    return f"dask-jobqueue writes {shown(content)} as it is"


def _is_whole(content: Any) -> bool:
    return isinstance(content, int) and not isinstance(content, bool)


def _no_whole_number(setting: Setting, content: Any) -> Problem:
    name, fix = setting.name, None
    if isinstance(content, str):
        digits = content.strip().rstrip(",").strip()
        fix = str(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004
        effects = {
            "cores": "'<=' not supported between 'str' and 'int'",
            "processes": "unsupported operand for /: 'str'",
        }
        effect = f"TypeError: {effects.get(name, 'a number is required, not str')}"
        return at(setting, f"{name} is the text {shown(content)}, not a number", effect, fix, safe=True)
    if isinstance(content, float):
        fix = str(int(content)) if content == content and abs(content) < 1e9 else None  # noqa: PLR0124, PLR2004 - nan
        option = {"cores": "--nworkers", "processes": "--nworkers", "ncpus": "-n"}.get(name, "--cpus-per-task")
        effect = f"{option} {content}, which is refused as no whole number"
        return at(setting, f"{name} is {content}, not a whole number", effect, fix)
    effect = f"Python counts with it as {int(content)}" if isinstance(content, bool) else ""
    return at(setting, f"{name} is {kind(content)} ({as_written(setting)}), not a number", effect)


RULES: Final = (SectionRule("PEG121", Severity.ERROR, "a value of the wrong type", Layer.KEYS, wrong_type),)

"""Single values of a type that dask-jobqueue cannot use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pegconf import catalogue
from pegconf.model import Layer, Severity
from pegconf.rules.base import Problem, SectionRule, Subject, as_written, at, kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.settings import Setting

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
    for setting in subject.settings.values():
        key = catalogue.keys().get(setting.name)
        if key is None or "array" in key.types or "object" in key.types:
            continue
        content = setting.plain
        if isinstance(content, (list, dict)):
            yield at(setting, f"{setting.name} is {kind(content)}, not one value", _effect_of_collection(content))
        elif setting.name in _WHOLE_NUMBERS and content is not None and not _is_whole(content):
            yield _no_whole_number(setting, content)
        elif setting.name == "use-stdin" and not isinstance(content, (bool, type(None))):
            meant = str(content).strip().lower() not in {"false", "no", "off", "0"}
            effect = f"counts as {str(bool(content)).lower()}"
            severity = None if bool(content) is not meant else Severity.WARNING
            message = f"use-stdin is {shown(content)}, not true or false"
            yield at(setting, message, effect, str(meant).lower(), severity)
        elif setting.name == "death-timeout" and isinstance(content, bool):
            yield at(setting, f"death-timeout is {kind(content)}, not seconds", f"--death-timeout {content}", "60")
        elif content is None and "null" not in key.types and setting.name != "shebang":
            example = {"name": "dask-worker", "worker-command": "distributed.cli.dask_worker"}.get(setting.name)
            yield at(setting, f"{setting.name} is null", "dask-jobqueue writes the word None", example)


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

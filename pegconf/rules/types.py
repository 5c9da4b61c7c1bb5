"""Values of a type that dask-jobqueue cannot use, and lists that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pegconf import catalogue
from pegconf.model import Layer, Severity
from pegconf.rules.base import Problem, SectionRule, Subject, as_written, at, kind, quoted, shown
from pegconf.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.catalogue import Key
    from pegconf.sections import Setting
    from pegconf.values import Value

_LETTERS_SHOWN: Final = 4
_WHOLE_NUMBERS: Final = ("cores", "processes", "ncpus", "job-cpu")
_WITH_INTERFACE: Final = ("worker-extra-args", "extra")
"""Lists that are only joined to something where an interface is set."""
_JOINED: Final = ("job-script-prologue", "env-extra", "job-script-epilogue")
_SEARCHED: Final = ("job-directives-skip", "header-skip")


def _lists(subject: Subject) -> Iterator[tuple[Setting, Key]]:
    """The settings that must be lists here; HTCondor's directives are a mapping."""
    for setting in subject.settings.values():
        key = catalogue.keys().get(setting.name)
        if key is not None and "array" in key.types and not _is_mapping_key(subject, key):
            yield setting, key


def _is_mapping_key(subject: Subject, key: Key) -> bool:
    return "object" in key.types and ("array" not in key.types or subject.section.batch_system in {"htcondor", None})


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
        return at(setting, f"{name} is the text {shown(content)}, not a number", effect, fix)
    if isinstance(content, float):
        fix = str(int(content)) if content == content and abs(content) < 1e9 else None  # noqa: PLR0124, PLR2004 - nan
        option = {"cores": "--nworkers", "processes": "--nworkers", "ncpus": "-n"}.get(name, "--cpus-per-task")
        effect = f"{option} {content}, which is refused as no whole number"
        return at(setting, f"{name} is {content}, not a whole number", effect, fix)
    effect = f"Python counts with it as {int(content)}" if isinstance(content, bool) else ""
    return at(setting, f"{name} is {kind(content)} ({as_written(setting)}), not a number", effect)


def text_for_list(subject: Subject) -> Iterator[Problem]:
    """Text where a list belongs is taken letter by letter.

    `job-extra-directives: '-gpu num=1'` becomes the lines `#BSUB -`, `#BSUB g`, `#BSUB p`; a block written with `|`
    does the same. Each item of the list is one line, or one word of the worker's command.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-extra-directives: '-gpu num=1'

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-extra-directives: ['-gpu num=1']
    """
    for setting, key in _lists(subject):
        content = setting.plain
        if not isinstance(content, str):
            continue
        lines = [line for line in content.splitlines() if line.strip()]
        fix = f"[{', '.join(quoted(line) for line in lines)}]"
        if not lines:
            used = setting.name in _WITH_INTERFACE and subject.section.get("interface")
            severity = None if used else Severity.WARNING
            effect = (
                'TypeError: can only concatenate str (not "list") to str' if used else "works as long as it is empty"
            )
            yield at(setting, f"{setting.name} is an empty text, not a list", effect, "[]", severity)
            continue
        letters = ", ".join(repr(letter) for letter in content[:_LETTERS_SHOWN])
        if setting.name in _WITH_INTERFACE and subject.section.get("interface"):
            effect = 'TypeError: can only concatenate str (not "list") to str'
        elif key.name in {"job-directives-skip", "header-skip"}:
            effect = f"every line that holds one of its letters is left out: {letters}, ..."
        else:
            effect = f"taken letter by letter: {letters}, ..."
        yield at(setting, f"{setting.name} is text, not a list", effect, fix)


def no_list(subject: Subject) -> Iterator[Problem]:
    """null, a number or a mapping where a list belongs.

    null ends in `TypeError: 'NoneType' object is not iterable`. `{-C geyser}`, as it stood in dask-jobqueue's own
    examples, is a mapping: only its keys are written, so `{-gpu: num=1}` becomes `#BSUB -gpu`.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-script-prologue: null

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-script-prologue: []
    """
    for setting, key in _lists(subject):
        content = setting.plain
        if isinstance(content, (list, str)):
            continue
        if content is None:
            if "null" in key.types or _stands_in(subject, setting.name):
                continue
            harmless = setting.name in _WITH_INTERFACE and not subject.section.get("interface")
            effect = (
                "works as long as no interface is set" if harmless else "TypeError: 'NoneType' object is not iterable"
            )
            severity = Severity.WARNING if harmless else None
            yield at(setting, f"{setting.name} is null, not a list", effect, "[]", severity)
        elif isinstance(content, dict):
            items = [f"{name} {value}" if value is not None else str(name) for name, value in content.items()]
            works = all(value is None for value in content.values())
            effect = (
                "works by luck: only the keys are taken" if works else "only the keys are taken, the values are lost"
            )
            fix = f"[{', '.join(quoted(item) for item in items)}]"
            severity = Severity.WARNING if works else None
            yield at(setting, f"{setting.name} is a mapping, not a list", effect, fix, severity)
        else:
            effect = f"TypeError: {type(content).__name__!r} object is not iterable"
            yield at(setting, f"{setting.name} is {kind(content)}, not a list", effect, "[]")


def _stands_in(subject: Subject, name: str) -> bool:
    """Whether the old name of a key holds a list, which is then taken."""
    old = next((key.name for key in catalogue.keys().values() if key.renamed_to == name), "")
    return isinstance(subject.section.get(old), list)


def no_text_item(subject: Subject) -> Iterator[Problem]:
    """An item of a list that is no text; `- echo a: b` is a mapping to YAML.

    dask-jobqueue joins the items: `TypeError: sequence item 0: expected str instance, dict found`. Text with `: ` or
    ` #` in it must be quoted.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-script-prologue:
              - echo worker: starts

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            job-script-prologue:
              - 'echo worker: starts'
    """
    for setting, _ in _lists(subject):
        for item in setting.value.content if setting.value.is_list else ():
            if not isinstance(item.content, str) and not _works_as_item(setting, item):
                yield _no_text(setting, item)


def _works_as_item(setting: Setting, item: Value) -> bool:
    """Whether an item that is no text comes out as it is written: an empty line, or a number in words of a command."""
    content = item.content
    if setting.name in _JOINED:
        return content is None
    number = isinstance(content, (int, float)) and not isinstance(content, bool)
    return number and str(content) == item.raw and setting.name not in _SEARCHED


def _no_text(setting: Setting, item: Value) -> Problem:
    content = plain(item)
    what, fix = f"{kind(content)} ({item.raw[:60]})", quoted(item.raw)
    breaks = setting.name in _JOINED or setting.name in _SEARCHED
    effect = "TypeError: expected str instance" if breaks else f"dask-jobqueue writes {shown(content)}"
    if item.is_mapping:
        pairs = [(name.raw, value.raw) for name, value in item.content if name.raw and not value.is_list]
        what = "a mapping, because of the `: ` in it" if not item.flow else "a mapping"
        fix = quoted(f"{pairs[0][0]}: {pairs[0][1]}") if len(pairs) == 1 and not item.flow else ""
    elif item.is_list or content is None:
        what, fix = "a list in a list" if item.is_list else "null", ""
    message = f"an item of {setting.name} is {what}, not text"
    return Problem(setting.mark_of(item), message, effect, f"- {fix}" if fix else None, setting.name)


def no_mapping(subject: Subject) -> Iterator[Problem]:
    """A list, text or null where a mapping belongs: scheduler-options, and HTCondor's job-extra-directives.

    In a batch system's own section dask merges the default mapping over it, so that what stands in the file is lost
    without a word; in a named one `dict(...)` fails.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            scheduler-options: ['dashboard_address: :8788']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            scheduler-options: {dashboard_address: ':8788'}
    """
    for setting in subject.settings.values():
        key = catalogue.keys().get(setting.name)
        if key is None or not _is_mapping_key(subject, key) or setting.value.is_mapping:
            continue
        content = setting.plain
        if "array" in key.types and (subject.section.batch_system is None or not content):
            continue
        if content is None and subject.section.own:
            continue
        effect = "replaced by {} without a word" if subject.section.own else "TypeError: argument is not a mapping"
        yield at(setting, f"{setting.name} is {kind(content)}, not a mapping", effect, "{}")


RULES: Final = (
    SectionRule("PEG121", Severity.ERROR, "a value of the wrong type", Layer.KEYS, wrong_type),
    SectionRule("PEG122", Severity.ERROR, "text where a list belongs", Layer.KEYS, text_for_list),
    SectionRule("PEG123", Severity.ERROR, "no list where a list belongs", Layer.KEYS, no_list),
    SectionRule("PEG124", Severity.ERROR, "an item of a list that is no text", Layer.KEYS, no_text_item),
    SectionRule("PEG125", Severity.ERROR, "no mapping where a mapping belongs", Layer.KEYS, no_mapping),
)

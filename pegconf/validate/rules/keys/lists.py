"""Lists, mappings and what stands in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pegconf.config import catalogue
from pegconf.config.render import quoted
from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules import edits
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, kind, means_null, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.catalogue import Key
    from pegconf.config.setting import Setting
    from pegconf.config.yaml_tree import Value

_LETTERS_SHOWN: Final = 4
_DIRECTIVES: Final = ("job-extra-directives", "job-extra", "job-directives-skip", "header-skip")
_WITH_INTERFACE: Final = ("worker-extra-args", "extra")
"""Lists that are only joined to something where an interface is set."""
_JOINED: Final = ("job-script-prologue", "env-extra", "job-script-epilogue")
_SEARCHED: Final = ("job-directives-skip", "header-skip")


def _lists(subject: Subject) -> Iterator[tuple[Setting, Key]]:
    """The settings that must be lists here; HTCondor's directives are a mapping."""
    for name, key in catalogue.of_type("array").items():
        setting = subject.settings.get(name)
        if setting is None or _is_mapping_key(subject, key):
            continue
        # Where its new name is set, an old one is not looked at any more.
        if key.renamed_to is None or not subject.section.get(key.renamed_to):
            yield setting, key


def _unread(subject: Subject, setting: Setting) -> bool:
    """Whether nothing reads a value: a local job has no directives."""
    return subject.is_local and setting.name in _DIRECTIVES


def _added_to(subject: Subject, name: str) -> bool:
    """Whether dask-jobqueue adds a list of its own to this one, so that anything else is a TypeError."""
    if name in _WITH_INTERFACE:
        return bool(subject.section.get("interface"))
    return name in _JOINED and subject.is_description


def _is_mapping_key(subject: Subject, key: Key) -> bool:
    either_way = subject.batch_system is None or subject.is_description
    return "object" in key.types and ("array" not in key.types or either_way)


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
            used = _added_to(subject, setting.name)
            severity = None if used else Severity.WARNING
            effect = (
                'TypeError: can only concatenate str (not "list") to str' if used else "works as long as it is empty"
            )
            yield at(setting, f"{setting.name} is an empty text, not a list", effect, "[]", severity, safe=True)
            continue
        letters = ", ".join(repr(letter) for letter in content[:_LETTERS_SHOWN])
        severity = Severity.WARNING if _unread(subject, setting) else None
        if _added_to(subject, setting.name):
            effect = 'TypeError: can only concatenate str (not "list") to str'
        elif key.name in {"job-directives-skip", "header-skip"}:
            effect = f"every line that holds one of its letters is left out: {letters}, ..."
            # No line has this one.
            nowhere = content == "~" and not subject.is_description
            severity = Severity.WARNING if nowhere else severity
        else:
            effect = f"taken letter by letter: {letters}, ..."
        problem = at(setting, f"{setting.name} is text, not a list", effect, fix, severity, safe=True)
        yield replace(problem, edit=edits.items_of_block(setting)) if setting.value.style == "|" else problem


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
            joined_if_any = setting.name in _JOINED and subject.is_description
            if joined_if_any or (setting.name in _DIRECTIVES[:2] and _unread(subject, setting)):
                harmless, effect = True, "works: dask-jobqueue does not look at it here"
            severity = Severity.WARNING if harmless else None
            yield at(setting, f"{setting.name} is null, not a list", effect, "[]", severity, safe=True)
        elif isinstance(content, dict):
            items = [f"{name} {value}" if value is not None else str(name) for name, value in content.items()]
            works = all(value is None for value in content.values()) and not _added_to(subject, setting.name)
            effect = (
                "works by luck: only the keys are taken" if works else "only the keys are taken, the values are lost"
            )
            if _added_to(subject, setting.name):
                effect = "TypeError: unsupported operand type(s) for +: 'dict' and 'list'"
            fix = f"[{', '.join(quoted(item) for item in items)}]"
            severity = Severity.WARNING if works else None
            safe = setting.value.flow and all(isinstance(value, (str, type(None))) for value in content.values())
            yield at(setting, f"{setting.name} is a mapping, not a list", effect, fix, severity, safe=safe)
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
            works = isinstance(item.content, str) or _works_as_item(setting, item)
            if not works or (item.content is None and _added_to(subject, setting.name)):
                yield _no_text(setting, item)

    directives = subject.settings.get("job-extra-directives")
    if subject.is_description and directives is not None and directives.value.is_mapping:
        for command, (_, value) in members(directives.value).items():
            if value.content is None or value.is_list or value.is_mapping:
                message = f"the value of {str(command)[:40]} in job-extra-directives is {kind(plain(value))}, not text"
                effect = f"dask-jobqueue writes {str(command)[:40]} = {shown(plain(value))}"
                yield Problem(directives.mark_of(value), message, effect, None, directives.name)


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
    # A worker takes seconds, which base 60 gives where hours come first.
    seconds = setting.name in _WITH_INTERFACE and type(content) is int and item.raw.count(":") == 2  # noqa: PLR2004
    effect = "TypeError: expected str instance" if breaks else f"dask-jobqueue writes {shown(content)}"
    if item.is_mapping:
        pairs = [(name.raw, value.raw) for name, value in item.content if name.raw and not value.is_list]
        what = "a mapping, because of the `: ` in it" if not item.flow else "a mapping"
        fix = quoted(f"{pairs[0][0]}: {pairs[0][1]}") if len(pairs) == 1 and not item.flow else ""
    elif item.is_list or content is None:
        what, fix = "a list in a list" if item.is_list else "null", ""
    message = f"an item of {setting.name} is {what}, not text"
    severity = Severity.WARNING if seconds else None
    return Problem(setting.mark_of(item), message, effect, f"- {fix}" if fix else None, setting.name, severity)


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
            scheduler-options: {dashboard_address: '127.0.0.1:8788'}
    """
    for setting in subject.settings.values():
        key = catalogue.keys().get(setting.name)
        if key is None or not _is_mapping_key(subject, key) or setting.value.is_mapping:
            continue
        if key.renamed_to is not None and subject.section.get(key.renamed_to):
            continue
        content = setting.plain
        if "array" in key.types and (subject.section.batch_system is None or not content):
            continue
        if content is None and subject.section.own:
            continue
        effect = "replaced by {} without a word" if subject.section.own else "TypeError: argument is not a mapping"
        nothing = not content or (isinstance(content, str) and means_null(content))
        severity = Severity.WARNING if nothing and subject.section.own else None
        message = f"{setting.name} is {kind(content)}, not a mapping"
        yield at(setting, message, effect, "{}", severity, safe=content is None)


RULES: Final = (
    SectionRule("PEG122", Severity.ERROR, "text where a list belongs", Layer.KEYS, text_for_list),
    SectionRule("PEG123", Severity.ERROR, "no list where a list belongs", Layer.KEYS, no_list),
    SectionRule("PEG124", Severity.ERROR, "an item of a list that is no text", Layer.KEYS, no_text_item),
    SectionRule("PEG125", Severity.ERROR, "no mapping where a mapping belongs", Layer.KEYS, no_mapping),
)

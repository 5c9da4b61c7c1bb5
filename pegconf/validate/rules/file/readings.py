"""Values that dask reads one way, and editors and other tools another."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.config import catalogue
from pegconf.config.render import quoted
from pegconf.config.setting import setting_at
from pegconf.config.yaml_tree import is_merge, members
from pegconf.core.model import Severity
from pegconf.validate.rules.base import FileRule, Problem, kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value

_NULL: Final = {"", "~", "null", "Null", "NULL"}
_TRUE: Final = {"true", "True", "TRUE"}
_FALSE: Final = {"false", "False", "FALSE"}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_BASES: Final = ((re.compile("0o[0-7]+"), 8), (re.compile("0x[0-9a-fA-F]+"), 16))
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST: Final = 60
_ONE_READING: Final = re.compile(r"(?!(?i:yes|no|on|off)$)[A-Za-z/][^:]*|~|0|[1-9][0-9]{0,15}")
"""What is the same to all readers, which most values of a file are."""
_JSON_NAMES: Final = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
_OTHER_RULES: Final = ("walltime", "memory", "disk", "death-timeout")


def by_the_core_schema(text: str) -> Any:
    """What YAML 1.2 makes of an unquoted scalar (its core schema, section 10.3.2)."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    for pattern, base in _BASES:
        if pattern.fullmatch(text):
            return int(text, base)
    return float(text) if _FLOAT.fullmatch(text) else text


def two_readings(document: Document) -> Iterator[Problem]:
    """YAML 1.1, which dask reads, and YAML 1.2, which editors and check-jsonschema read, differ in unquoted words.

    `yes`, `no`, `on` and `off` are truth values to dask and text to an editor; `010` is 8 to dask and 10 to an editor;
    `1_000` and `12:30` are numbers to dask only, `0o14` and `1e3` to editors only. Where what dask reads is wrong,
    other findings say so; this one is about what is right, and looks wrong or like another number elsewhere.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, use-stdin: yes}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, use-stdin: true}
    """
    pair = setting_at(document, "jobqueue")
    known = catalogue.keys()
    for section, (_, value) in (members(pair[1]) if pair is not None else {}).items():
        for written, (_, inner) in members(value).items():
            name = catalogue.canonical(str(written))
            key = known.get(name)
            if key is None or name in _OTHER_RULES:
                continue
            if not (inner.is_list or inner.is_mapping or _may_differ(inner)):
                continue
            for scalar in _scalars(inner):
                allowed = (
                    key.types if scalar is inner else ("string",) if inner.is_list else tuple(_JSON_NAMES.values())
                )
                if _JSON_NAMES.get(type(scalar.content), "") in allowed:
                    yield from _differ(document, scalar, str(written), str(section))
    pair = setting_at(document, "distributed")
    for scalar in _scalars(pair[1]) if pair is not None else ():
        yield from _differ(document, scalar, "", None)


def _scalars(value: Value) -> Iterator[Value]:
    """The unquoted values at any depth."""
    todo, seen = [value], set()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if one.is_mapping:
            todo.extend(inner for key, inner in reversed(one.content) if not is_merge(key))
        elif one.is_list:
            todo.extend(reversed(one.content))
        elif _may_differ(one):
            yield one


def _may_differ(scalar: Value) -> bool:
    return not scalar.style and 0 < len(scalar.raw) < _LONGEST and _has_two_readings(scalar.raw)


@functools.lru_cache
def _has_two_readings(raw: str) -> bool:
    return not (_ONE_READING.fullmatch(raw) or _NO_NUMBER.fullmatch(raw))


def _differ(document: Document, scalar: Value, name: str, section: str | None) -> Iterator[Problem]:
    ours, theirs = scalar.content, by_the_core_schema(scalar.raw)
    if type(ours) is type(theirs) and ours == theirs:
        return
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (ours, theirs))
    if numbers and ours == theirs:
        return
    message = f"{scalar.raw} is {_said(ours)} to dask, and {_said(theirs)} to editors"
    fix = quoted(scalar.raw) if isinstance(ours, str) else str(ours).lower()
    severity = Severity.WARNING if numbers else None
    effect = "YAML 1.1 and YAML 1.2 read it differently"
    key = catalogue.canonical(name) or None
    yield Problem(document.mark(scalar), message, effect, f"{name}: {fix}" if name else fix, key, severity, section)


def _said(content: Any) -> str:
    if isinstance(content, bool):
        return str(content).lower()
    if isinstance(content, (int, float)):
        return f"the number {content}"
    return kind(content)


RULES: Final = (FileRule("PEG010", Severity.INFO, "a value of two readings", two_readings),)

"""Whether a file can be read at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import plain
from pegconf.core.model import Severity
from pegconf.validate.rules.base import FileRule, Problem, kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.document import Document
    from pegconf.config.yaml_tree import Value

_DIES: Final = "import dask stops with: ValueError: A dask config file ... is malformed"
_PLAIN_WORDS: Final = (
    ("mapping values are not allowed", "a second `: ` stands here, or the indent of the line fits nothing above it"),
    ("block mapping did not find expected key", "the indent of this line fits nothing above it"),
    ("block collection did not find expected '-'", "the indent of this line fits nothing above it"),
    ("could not find expected ':'", "the line before this has no `key: value`"),
    ("flow sequence did not find", "a bracket [ is not closed, or an item with [ or ] in it is not quoted"),
    ("flow mapping did not find", "a brace { is not closed, or an item with { or } in it is not quoted"),
    ("quoted scalar found unexpected end", "a quote is opened here and never closed"),
    ("unknown directive name", "a line cannot begin with %; text that does must be quoted"),
    ("could not determine a constructor", "a word that begins with ! must be quoted"),
)


def not_yaml(document: Document) -> Iterator[Problem]:
    """A file that is not YAML stops every program that imports dask, not only the one that uses the file.

    dask/config.py (collect_yaml) reads every *.yaml, *.yml and *.json in its folders when it is imported and raises
    `ValueError: A dask config file at ... is malformed` (dask#8799). Tabs, and text that begins with % @ ` or [, are
    the usual causes; a tab before a comment is one too, although YAML allows it (PyYAML does not).

    Wrong:

        jobqueue:
          lsf:
            job-extra-directives: [-R rusage[mem=4000]]

    Right:

        jobqueue:
          lsf:
            job-extra-directives: ['-R rusage[mem=4000]']
    """
    error = document.error
    if error is None or error.kind != "syntax":
        return
    mark = document.mark_at(error.line, error.column)
    before = mark.text[: error.column + 1]
    character = mark.text[error.column : error.column + 1]
    fix = None
    if "cannot start any token" in error.message:
        if "\t" in (character, mark.text[error.column - 1 : error.column]) or not before.strip():
            message, fix = "a tab stands where YAML wants spaces", "spaces in place of the tab"
        else:
            message, fix = f"text that begins with {character} must be quoted", "the whole text in single quotes"
    else:
        message = next((words for sign, words in _PLAIN_WORDS if sign in error.message), error.message)
    yield Problem(mark, f"this is not YAML: {message}", _DIES, fix)


def not_utf8(document: Document) -> Iterator[Problem]:
    """A file in another encoding than UTF-8 cannot be read, and import dask stops at it.

    dask/config.py opens its files as text; an editor set to Latin-1 leaves single bytes such as 0xe4 in a comment.
    A byte that is not UTF-8 is shown as `\\udce4` below.

    Wrong:

        jobqueue:
          lsf: {project: universit\udce4t}

    Right:

        jobqueue:
          lsf: {project: universität}
    """
    error = document.error
    if error is not None and error.kind == "encoding":
        mark = document.mark_at(error.line, error.column)
        yield Problem(mark, error.message, "import dask stops with: UnicodeDecodeError", "the file in UTF-8")


def too_much(document: Document) -> Iterator[Problem]:
    """A file nested, large or expanding beyond what a configuration can be is not read any further.

    Brackets 1,000 deep raise RecursionError in PyYAML, and 100,000 end the process with its C parser; a few lines of
    aliases can stand for a billion values. A configuration nests 4 deep and has a few hundred values.

    Wrong:

        jobqueue: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]

    Right:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    error = document.error
    if error is not None and error.kind in {"size", "depth", "expansion"}:
        yield Problem(document.mark_at(error.line, error.column), error.message, "pegconf reads no further")


def no_mapping(document: Document) -> Iterator[Problem]:
    """The file as a whole must be `key: value` pairs; import dask stops at anything else.

    dask/config.py (_load_config_file): "A dask config file at ... is malformed - config files must have a dict as the
    top level object".

    Wrong:

        - jobqueue

    Right:

        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    root = document.root
    if root is not None and not root.is_mapping and root.content is not None:
        what = kind(plain(root))
        effect = "import dask stops with: config files must have a dict as the top level object"
        yield Problem(document.mark(root), f"the file holds {what}, not `key: value` pairs", effect, "jobqueue:")


def twice(document: Document) -> Iterator[Problem]:
    """Of a key that stands twice in one mapping the last one counts, and the first is lost without a word.

    PyYAML keeps the last; editors and other readers refuse the file (YAML 1.2, 3.2.1.3).

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            cores: 4

    Right:

        jobqueue:
          lsf:
            cores: 4
    """
    if not document.duplicates:
        return
    owners = _owners(document)
    for first, later in document.duplicates:
        path, values = owners.get(id(later), ((), {}))
        lost, kept = plain(values.get(id(first))), plain(values.get(id(later)))
        ours = path[:1] in ((), ("jobqueue",))
        section = str(path[1]) if path[:1] == ("jobqueue",) and len(path) > 1 else None
        same = lost == kept
        message = f"{str(later.content)[:60]} stands twice, here and in line {first.line + 1}"
        effect = "the same value twice" if same else f"the first, {shown(lost)}, is lost; this one counts"
        severity = Severity.ERROR if ours and not same else Severity.WARNING
        yield Problem(
            document.mark(later),
            message,
            effect,
            "one of the two lines only",
            str(later.content) if section else None,
            severity=severity,
            section=section,
        )


def _owners(document: Document) -> dict[int, tuple[tuple[str, ...], dict[int, Value]]]:
    """For each key of each mapping, by identity: the path of the mapping, and its values by their keys' identity."""
    owners: dict[int, tuple[tuple[str, ...], dict[int, Value]]] = {}
    seen: set[int] = set()
    todo: list[tuple[tuple[str, ...], Value]] = [((), document.root)] if document.root is not None else []
    while todo:
        path, value = todo.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if value.is_mapping:
            values = {id(key): inner for key, inner in value.content}
            owners |= {id(key): (path, values) for key, _ in value.content}
            todo.extend(((*path, re.sub("_", "-", str(key.content))), inner) for key, inner in value.content)
        elif value.is_list:
            todo.extend((path, item) for item in value.content)
    return owners


TOO_MUCH: Final = FileRule("PEG003", Severity.ERROR, "the file is too large, too deep or expands too far", too_much)
RULES: Final = (
    FileRule("PEG001", Severity.ERROR, "the file is not YAML", not_yaml),
    FileRule("PEG002", Severity.ERROR, "the file is not UTF-8 text", not_utf8),
    TOO_MUCH,
    FileRule("PEG004", Severity.ERROR, "the file is not a mapping", no_mapping),
    FileRule("PEG005", Severity.ERROR, "a key stands twice", twice),
)

"""YAML text to a tree of values, from the parser's events and without recursion.

PyYAML's C composer ends the process on 100,000 nested brackets; here nesting and size have limits that say so.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the file: a scalar as dask loads it, a list of values, or a mapping as pairs of values.

    Lines and columns count from 0 here; `raw` is a scalar's text and `style` its quote (`''`, `'`, `"`, `|`, `>`).
    """

    content: Any
    line: int
    column: int
    end_line: int
    end_column: int
    raw: str = ""
    style: str = ""
    flow: bool = False

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return type(self.content) is Pairs

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return type(self.content) is tuple


class Pairs(list[tuple[Value, Value]]):
    """The pairs of a mapping in the order of the file, duplicates and merge keys included."""


def is_merge(key: Value) -> bool:
    """Whether a key is the merge key `<<`."""
    return key.raw == "<<" and not key.style


def members(mapping: Value) -> dict[Any, tuple[Value, Value]]:
    """A mapping's keys with their pairs of key and value; merge keys (`<<`) and duplicates as PyYAML has them."""
    pairs = _flattened(mapping) if mapping.is_mapping else ()
    return {pair[0].content: pair for pair in pairs}


def _flattened(mapping: Value) -> list[tuple[Value, Value]]:
    """The pairs of a mapping and, before them, of those it merges, in the order the installed PyYAML counts them.

    Of `<<: [*a, *b]` the first counts, as YAML has it; with PyYAML 6.0.4 the last, because its
    SafeConstructor.flatten_mapping knows a key again only where it is the very same text in memory: one that reached
    it twice, or one of a single character.
    """
    merged: list[tuple[Value, Value]] = []
    own: list[tuple[Value, Value]] = []
    seen: set[int | str] = set()
    for key_and_value in mapping.content:
        key, value = key_and_value
        if key.raw != "<<" or not is_merge(key):
            own.append(key_and_value)
            continue
        merging = [_flattened(source) for source in (value.content if value.is_list else (value,))]
        for pairs in reversed(merging) if _first_merged_counts() else merging:
            for pair in pairs:
                text = pair[0].raw
                same = text if len(text) == 1 and text < "\u0100" else id(pair[0])
                if _first_merged_counts() or same not in seen:
                    seen.add(same)
                    merged.append(pair)
    return merged + own


@functools.cache
def _first_merged_counts() -> bool:
    """Whether the installed PyYAML takes the first of several merged mappings."""
    found: str = yaml.safe_load("{one: &one {key: first}, two: &two {key: last}, both: {<<: [*one, *two]}}")["both"][
        "key"
    ]
    return found == "first"


def plain(value: Value | None) -> Any:
    """A value as plain Python objects, as yaml.safe_load gives them."""
    if value is None:
        return None
    content = value.content
    if isinstance(content, Pairs):
        return {name: plain(inner) for name, (_, inner) in members(value).items()}
    return [plain(item) for item in content] if isinstance(content, tuple) else content


MAX_DEPTH: Final = 64
MAX_VALUES: Final = 150_000
"""Values, counted with aliases expanded: a file of 1,000 complete sections has 60,000, an alias bomb stops here."""

_TOO_DEEP: Final = f"brackets or indents nest more than {MAX_DEPTH} deep; a configuration nests 4 deep"
_SLOW_AT: Final = 200_000
_LONGEST_NUMBER: Final = 400
_COLLECTION_TAGS: Final = {None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "set", "omap", "pairs"))}
_NUMBER_TAGS: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Final[Any] = yaml.SafeLoader("")


@dataclass(frozen=True, slots=True)
class TextError:
    """Why a text cannot be read at all; `kind` names the rule: syntax, depth, size, encoding or expansion."""

    kind: str
    message: str
    line: int = 0
    column: int = 0


def build(text: str) -> Tree:
    """Build the tree of a text; never raises on a bad one: `error` says what is wrong and where."""
    builder = _Builder()
    line = 0
    try:
        # dask uses PyYAML's own scanner, which refuses what libyaml takes, such as a tab before a comment.
        loader = yaml.SafeLoader if len(text) < _SLOW_AT else _Loader
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
            line = event.end_mark.line if event.end_mark else line
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(filter(None, (error.context, error.problem)))
        if "maximum nesting depth" in problem:
            # libyaml's own limit; it looks far ahead and meets it before the first bracket arrives here.
            return Tree(error=TextError("depth", _TOO_DEEP, *((mark.line, mark.column) if mark else (0, 0))))
        return Tree(error=TextError("syntax", problem, *((mark.line, mark.column) if mark else (0, 0))))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        column = error.position - (text.rfind("\n", 0, error.position) + 1)
        character = error.character if isinstance(error.character, int) else ord(error.character)
        return Tree(error=TextError("syntax", f"the character #x{character:04x} is not allowed", line, column))
    except _StopReadingError as stop:
        return Tree(error=stop.error)
    except (ValueError, OverflowError, LookupError, AttributeError, TypeError) as error:
        # PyYAML's own slips, such as chr() of the escape "\UFFFFFFFF"; dask dies of them, too.
        return Tree(error=TextError("syntax", f"PyYAML stops with {type(error).__name__}: {error}", line))
    return Tree(builder.root, None, tuple(builder.duplicates))


@dataclass(frozen=True, slots=True)
class Tree:
    """What a text holds, or why it cannot be read; `duplicates` are pairs of equal keys, first and later."""

    root: Value | None = None
    error: TextError | None = None
    duplicates: tuple[tuple[Value, Value], ...] = ()


class _StopReadingError(Exception):
    def __init__(self, kind: str, message: str, mark: Any) -> None:
        super().__init__(message)
        self.error = TextError(kind, message, mark.line, mark.column)


class _Builder:
    """Turns events into values; a stack of open collections instead of recursion."""

    def __init__(self) -> None:
        self.root: Value | None = None
        self.duplicates: list[tuple[Value, Value]] = []
        self._open: list[tuple[Any, list[Value], str | None]] = []
        self._anchors: dict[str, tuple[Value, int, int]] = {}
        self._sizes: list[int] = []
        self._depths: list[int] = []
        self._documents = 0
        self._count = 0

    def take(self, event: Any) -> None:
        if self._count > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values, aliases expanded; a configuration has a few hundred"
            raise _StopReadingError("expansion", message, event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event), event.anchor, 1, 0)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._check_depth(1, event.start_mark)
            if event.tag not in _COLLECTION_TAGS:
                raise _StopReadingError("syntax", f"the tag {event.tag} is not one dask reads", event.start_mark)
            self._open.append((event, [], event.anchor))
            self._sizes.append(1)
            self._depths.append(1)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            start, children, anchor = self._open.pop()
            self._add(self._collection(start, children, event), anchor, self._sizes.pop(), self._depths.pop())
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise _StopReadingError("syntax", f"the alias *{event.anchor} has no anchor", event.start_mark)
            value, size, depth = self._anchors[event.anchor]
            self._check_depth(depth, event.start_mark)
            self._count += size
            self._add(value, None, size, depth)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                message = "a second document starts here (---); dask reads files of one document"
                raise _StopReadingError("syntax", message, event.start_mark)

    def _check_depth(self, more: int, mark: Any) -> None:
        """Stop where brackets, indents and aliases of aliases nest too deep for those who walk the tree."""
        if len(self._open) + more > MAX_DEPTH:
            raise _StopReadingError("depth", _TOO_DEEP, mark)

    def _add(self, value: Value, anchor: str | None, size: int, depth: int) -> None:
        if anchor is not None and anchor in self._anchors:
            # YAML lets the later one count; PyYAML, and so dask, stops (yaml/composer.py: compose_node).
            raise _StopReadingError("syntax", f"the anchor &{anchor} stands there twice", value)
        if anchor is not None:
            self._anchors[anchor] = (value, size, depth)
        self._count += 1
        if self._open:
            self._open[-1][1].append(value)
            self._sizes[-1] += size
            self._depths[-1] = max(self._depths[-1], depth + 1)
        else:
            self.root = value

    def _collection(self, start: Any, children: list[Value], end: Any) -> Value:
        content: Any
        if isinstance(start, yaml.MappingStartEvent):
            content = Pairs(zip(children[::2], children[1::2], strict=True))
            for key, value in content:
                if not _hashable(key):
                    raise _StopReadingError("syntax", "a list or mapping cannot be a key", start.start_mark)
                if is_merge(key) and not _mergeable(value):
                    message = "<< takes a mapping, or a list of mappings"
                    raise _StopReadingError("syntax", message, start.start_mark)
            self.duplicates.extend(_duplicates(content))
        else:
            content = tuple(children)
        last = children[-1] if children and not start.flow_style else None
        end_line = last.end_line if last else end.end_mark.line
        end_column = last.end_column if last else end.end_mark.column
        first = start.start_mark
        return Value(content, first.line, first.column, end_line, end_column, flow=bool(start.flow_style))


def _hashable(key: Value) -> bool:
    return not isinstance(key.content, (Pairs, tuple))


def _mergeable(value: Value) -> bool:
    return value.is_mapping or (value.is_list and all(item.is_mapping for item in value.content))


def _duplicates(pairs: Pairs) -> Iterator[tuple[Value, Value]]:
    seen: dict[Hashable, Value] = {}
    for key, _ in pairs:
        if is_merge(key):
            continue
        if key.content in seen:
            yield seen[key.content], key
        else:
            seen[key.content] = key


def _scalar(event: Any) -> Value:
    """A scalar with the value PyYAML's safe loader gives it; a value it refuses is a syntax error."""
    start, end = event.start_mark, event.end_mark
    style = event.style or ""
    try:
        content = event.value if event.tag is None and style else _construct(event.tag, event.value, event.implicit)
    except (ValueError, yaml.constructor.ConstructorError) as error:
        reason = getattr(error, "problem", None) or error
        raise _StopReadingError("syntax", f"{event.value[:60]!r} cannot be read: {reason}", start) from None
    return Value(content, start.line, start.column, end.line, end.column, event.value, style)


@functools.lru_cache(maxsize=4096)
def _construct(tag: str | None, text: str, implicit: tuple[bool, bool]) -> Any:
    if tag is None or tag == "!":
        tag = _RESOLVER.resolve(yaml.ScalarNode, text, implicit)
    if tag == "tag:yaml.org,2002:merge":
        return text
    if tag in _NUMBER_TAGS and len(text) > _LONGEST_NUMBER:
        # Base 60 takes PyYAML quadratic time, and Python shows no number of more than 4,300 digits.
        raise ValueError(f"a number of {len(text)} characters")
    try:
        return _RESOLVER.construct_object(yaml.ScalarNode(tag, text))
    finally:
        _RESOLVER.constructed_objects.clear()
        _RESOLVER.recursive_objects.clear()
